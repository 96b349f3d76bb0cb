package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.SparkTestBase;
import ravine.exchange.EngineKind;
import ravine.loss.Logistic;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.ElasticNet;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.resume.CheckpointPlan;
import ravine.resume.Resume;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.spec.Specs;

/**
 * A run that was lost and goes on from its checkpoint is the undisturbed one to the bit: every step
 * (its loss, its gradient, its velocity), every pass, the weights, the certificate.
 */
class ResumeTest extends SparkTestBase {
  private static final int WIDE = 5000;

  @TempDir private Path folder;

  /** The driver is lost: thrown out of a listener, so that nothing after it is done. */
  private static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A way of training by name. */
  private record Case(
      String name,
      boolean wide,
      Penalty penalty,
      UnaryOperator<TrainerOptions.Builder> options,
      int rows) {
    Case(
        String name, boolean wide, Penalty penalty, UnaryOperator<TrainerOptions.Builder> options) {
      this(name, wide, penalty, options, 300);
    }

    /** More rows than the driver's sample has, so that it does not end at the first pass. */
    static Case large(String name, Penalty penalty) {
      return new Case(name, false, penalty, b -> b.tol(1e-13).maxPasses(9), 9000);
    }

    TrainerOptions.Builder builder(String rule) {
      return options.apply(
          TrainerOptions.builder(Specs.optimizer(rule)).maxPasses(5).seed(7).tol(1e-9));
    }
  }

  static Stream<Arguments> rulesAndEngines() {
    List<Arguments> all = new ArrayList<>();
    for (String rule : Specs.ruleNames()) {
      all.add(Arguments.of(rule, EngineKind.RESIDENT));
    }
    for (String rule : List.of("momentum", "nesterov", "adam")) {
      all.add(Arguments.of(rule, EngineKind.JOBS));
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("rulesAndEngines")
  void train_everyRuleLostInMiniBatches_isUndisturbedToTheBit(String rule, EngineKind engine) {
    Case mine = new Case(rule, false, new L2(0.01), b -> b.batchSize(40));
    try (TrainingData data = data(mine)) {
      int lost = 9 + rule.length();
      assertSame(data, mine, mine.builder(rule).engine(engine), lost, 0);
    }
  }

  static Stream<Arguments> ways() {
    return Stream.of(
        Arguments.of("nesterov(accelerated)", Case.large("newton", new L2(0.01))),
        Arguments.of("momentum(0.5)", Case.large("newton, no penalty", new None())),
        Arguments.of("sgd", Case.large("newton, l1", new L1(0.02))),
        Arguments.of("lbfgs", new Case("lbfgs", false, new L2(0.01), b -> b)),
        Arguments.of(
            "nesterov(accelerated)",
            new Case("wide lbfgs", true, new ElasticNet(0.01, 0.5), b -> b)),
        Arguments.of("momentum(0.9)", new Case("plain descent", true, new L2(0.01), b -> b)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void train_wholeBatchesLostAfterAnyPass_areUndisturbedToTheBit(String rule, Case mine) {
    try (TrainingData data = data(mine)) {
      for (int lost = 1; lost <= 2; lost++) {
        assertSame(data, mine, mine.builder(rule).engine(EngineKind.JOBS), 0, lost);
      }
      assertSame(data, mine, mine.builder(rule).engine(EngineKind.RESIDENT), 0, 2);
    }
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(
            "momentum(0.9)",
            new Case(
                "average",
                false,
                new L2(0.01),
                b -> b.batchSize(40).noiseReduction(NoiseReduction.AVERAGE))),
        Arguments.of(
            "nesterov(0.8)",
            new Case(
                "svrg",
                false,
                new L2(0.01),
                b -> b.batchSize(40).noiseReduction(NoiseReduction.SVRG))),
        Arguments.of(
            "adam",
            new Case(
                "growth, l1, clip",
                false,
                new L1(0.01),
                b -> b.batchSize(20).batchGrowth(1.5).gradientClip(0.1))),
        Arguments.of(
            "adam", new Case("own coordinates, l1", false, new L1(0.02), b -> b.batchSize(40))),
        Arguments.of(
            "nesterov(0.8)",
            new Case(
                "schedule",
                false,
                new L2(0.01),
                b -> b.stepSize(0.3).schedule(Specs.scheduleOf("cosine(50)")).batchSize(40))),
        Arguments.of(
            "momentum(0.6)",
            new Case("local steps", false, new L2(0.01), b -> b.batchSize(20).localSteps(3))),
        Arguments.of(
            "adam",
            new Case(
                "reduced local steps",
                false,
                new L2(0.01),
                b -> b.batchSize(20).localSteps(2).noiseReduction(NoiseReduction.SVRG))),
        Arguments.of(
            "nesterov(accelerated)",
            new Case("exact lazy", true, new L2(0.01), b -> b.batchSize(16))),
        Arguments.of("sgd", new Case("exact lazy sgd", true, new None(), b -> b.batchSize(16))),
        Arguments.of(
            "adam",
            new Case("waiting", true, new ElasticNet(0.01, 0.5), b -> lazy(b).batchSize(16))),
        Arguments.of(
            "adamw", new Case("waiting decay", true, new L2(0.01), b -> lazy(b).batchSize(16))),
        Arguments.of(
            "adagrad",
            new Case("blows up", false, new L2(0.01), b -> b.batchSize(40).stepSize(1e4))));
  }

  private static TrainerOptions.Builder lazy(TrainerOptions.Builder builder) {
    return builder.sparse(SparseMode.LAZY);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void train_everyKindOfStepLostAnywhere_isUndisturbedToTheBit(String rule, Case mine) {
    try (TrainingData data = data(mine)) {
      for (int lost : new int[] {1, 17}) {
        assertSame(data, mine, mine.builder(rule).engine(EngineKind.RESIDENT), lost, 0);
      }
      assertSame(data, mine, mine.builder(rule).engine(EngineKind.JOBS), 0, 2);
    }
  }

  /** Lost again and again, each time a few steps later. */
  @Test
  void train_lostManyTimes_isUndisturbedToTheBit() {
    Case mine = new Case("adam", false, new L2(0.01), b -> b.batchSize(40));
    try (TrainingData data = data(mine)) {
      TrainerOptions.Builder options = mine.builder("adam").engine(EngineKind.RESIDENT);
      TrainingResult undisturbed = Trainer.train(data, problem(mine), options.build());
      Path directory = folder.resolve("many");
      for (int lost = 4; lost < 28; lost += 5) {
        lose(data, mine, options, directory, lost, 0);
      }
      assertSame(resumed(data, mine, options, directory), undisturbed);
    }
  }

  @Test
  void train_runThatHadEnded_endsTheSameAgain() {
    for (String rule : List.of("adam", "nesterov(accelerated)")) {
      Case mine = new Case(rule, false, new L2(0.01), b -> b.tol(1e-2).maxPasses(60));
      try (TrainingData data = data(mine)) {
        TrainerOptions.Builder options = mine.builder(rule).engine(EngineKind.JOBS);
        Path directory = folder.resolve("ended-" + rule);
        TrainingResult first =
            Trainer.train(
                data, problem(mine), options.checkpoints(plan(directory, Resume.NONE)).build());
        assertSame(resumed(data, mine, options, directory), first);
      }
    }
  }

  @Test
  void train_moreIterationsThanBefore_goesOnToThem() {
    Case mine = new Case("lbfgs", false, new L2(0.01), b -> b);
    try (TrainingData data = data(mine)) {
      TrainerOptions.Builder options = mine.builder("nesterov(accelerated)").tol(1e-12);
      TrainingResult undisturbed = Trainer.train(data, problem(mine), options.build());
      Path directory = folder.resolve("more");
      Trainer.train(
          data,
          problem(mine),
          options.maxPasses(2).checkpoints(plan(directory, Resume.NONE)).build());
      assertSame(resumed(data, mine, options.maxPasses(5), directory), undisturbed);
    }
  }

  /**
   * The sample's own tolerance follows tol: the run leaves the recorded way, and comes back to it.
   */
  @Test
  void train_otherTolThanBefore_isTheRunWithThatTol() {
    Case mine = new Case("newton", false, new L2(0.01), b -> b.maxPasses(9), 2500);
    try (TrainingData data = data(mine)) {
      TrainerOptions.Builder options = mine.builder("nesterov(accelerated)").tol(1e-13);
      TrainingResult undisturbed = Trainer.train(data, problem(mine), options.build());
      Path directory = folder.resolve("tol");
      Trainer.train(
          data, problem(mine), options.tol(1e-3).checkpoints(plan(directory, Resume.NONE)).build());
      assertSame(resumed(data, mine, options.tol(1e-13), directory), undisturbed);
      assertSame(resumed(data, mine, options, directory), undisturbed);
    }
  }

  @Test
  void train_otherFit_isRefusedNamingTheDifference() {
    Case mine = new Case("adam", false, new L2(0.01), b -> b.batchSize(40));
    Path directory = folder.resolve("other");
    try (TrainingData data = data(mine)) {
      lose(data, mine, mine.builder("adam"), directory, 7, 0);
      String where = "The checkpoints in " + directory + " are of another fit: ";
      assertRefused(data, mine, mine.builder("momentum"), directory, where + "optimizer was adam");
      assertRefused(
          data, mine, mine.builder("adam").seed(8), directory, where + "seed was 7 and is 8");
      assertRefused(
          data,
          mine,
          mine.builder("adam").batchSize(20),
          directory,
          where + "batchSize was 40 and is 20");
      Case stronger = new Case("adam", false, new L2(0.02), b -> b.batchSize(40));
      assertRefused(
          data,
          stronger,
          stronger.builder("adam"),
          directory,
          where + "the strength of the penalty was 0.01 and is 0.02");
    }
    try (TrainingData others = Examples.pack(jsc().parallelize(rows(299, 12), 2), 12, 42L)) {
      assertRefused(
          others,
          mine,
          mine.builder("adam"),
          directory,
          "the number of training rows was 240 and is 239");
    }
  }

  @Test
  void train_directoryInUse_isRefusedWithoutResume() {
    Case mine = new Case("adam", false, new L2(0.01), b -> b.batchSize(40));
    Path directory = folder.resolve("used");
    try (TrainingData data = data(mine)) {
      TrainerOptions.Builder options = mine.builder("adam");
      assertThatThrownBy(
              () ->
                  Trainer.train(
                      data,
                      problem(mine),
                      options.checkpoints(plan(directory, Resume.MUST)).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "resume is must, but checkpointDir " + directory + " holds no whole checkpoint");
      lose(data, mine, options, directory, 7, 0);
      assertThatThrownBy(
              () ->
                  Trainer.train(
                      data,
                      problem(mine),
                      options.checkpoints(plan(directory, Resume.NONE)).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("holds checkpoints of an earlier run: set resume to must or auto");
    }
  }

  /** A torn newest file: the one before it serves, and the bits are the same again. */
  @Test
  void train_lastCheckpointTorn_goesOnFromTheOneBefore() throws IOException {
    for (String rule : List.of("adam", "nesterov(accelerated)")) {
      Case mine = Case.large(rule, new L2(0.01));
      try (TrainingData data = data(mine)) {
        TrainerOptions.Builder options = mine.builder(rule).engine(EngineKind.JOBS);
        TrainingResult undisturbed = Trainer.train(data, problem(mine), options.build());
        Path directory = folder.resolve("torn-" + rule);
        lose(data, mine, options, directory, 0, 1);
        lose(data, mine, options, directory, 0, 2);
        List<Path> files = files(directory);
        assertThat(files).hasSizeGreaterThanOrEqualTo(2);
        Path last = files.get(files.size() - 1);
        byte[] whole = Files.readAllBytes(last);
        Files.write(last, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertSame(resumed(data, mine, options, directory), undisturbed);
      }
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static void assertRefused(
      TrainingData data,
      Case mine,
      TrainerOptions.Builder options,
      Path directory,
      String sentence) {
    assertThatThrownBy(() -> resumed(data, mine, options, directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }

  private void assertSame(
      TrainingData data, Case mine, TrainerOptions.Builder options, int lostStep, int lostPass) {
    options.checkpoints(null);
    TrainingResult undisturbed = Trainer.train(data, problem(mine), options.build());
    Path directory =
        folder.resolve(
            mine.name + "-" + lostStep + "-" + lostPass + "-" + options.build().engine());
    lose(data, mine, options, directory, lostStep, lostPass);
    assertThat(directory).isNotEmptyDirectory();
    assertSame(resumed(data, mine, options, directory), undisturbed);
  }

  private static void lose(
      TrainingData data,
      Case mine,
      TrainerOptions.Builder options,
      Path directory,
      int lostStep,
      int lostPass) {
    TrainerOptions lost =
        options.build().toBuilder()
            .checkpoints(plan(directory, Resume.AUTO))
            .listener(
                new TrainingListener() {
                  @Override
                  public boolean onStep(StepRecord step) {
                    return go(step.step() == lostStep);
                  }

                  @Override
                  public boolean onPass(PassRecord pass) {
                    return go(lostPass > 0 && pass.pass() >= lostPass);
                  }
                })
            .build();
    assertThatThrownBy(() -> Trainer.train(data, problem(mine), lost)).isInstanceOf(Lost.class);
  }

  private static boolean go(boolean lost) {
    if (lost) {
      throw new Lost();
    }
    return true;
  }

  private static TrainingResult resumed(
      TrainingData data, Case mine, TrainerOptions.Builder options, Path directory) {
    return Trainer.train(
        data,
        problem(mine),
        options.build().toBuilder().checkpoints(plan(directory, Resume.MUST)).build());
  }

  private static CheckpointPlan plan(Path directory, Resume resume) {
    return new CheckpointPlan(directory.toString(), CheckpointPlan.Interval.of("1"), resume);
  }

  private static void assertSame(TrainingResult result, TrainingResult undisturbed) {
    assertThat(result.steps().stream().map(ResumeTest::bits))
        .containsExactlyElementsOf(undisturbed.steps().stream().map(ResumeTest::bits).toList());
    assertThat(result.passes().stream().map(ResumeTest::bits))
        .containsExactlyElementsOf(undisturbed.passes().stream().map(ResumeTest::bits).toList());
    assertThat(result.weights()).isEqualTo(undisturbed.weights());
    assertThat(result.stopReason()).isEqualTo(undisturbed.stopReason());
    assertThat(result.advice()).isEqualTo(undisturbed.advice());
    assertThat(result.bestPass()).isEqualTo(undisturbed.bestPass());
    assertThat(result.certificate()).isEqualTo(undisturbed.certificate());
  }

  private static List<Object> bits(StepRecord step) {
    return List.of(
        step.step(),
        step.pass(),
        step.loss(),
        step.learningRate(),
        step.gradientNorm(),
        step.velocityNorm());
  }

  private static List<Object> bits(PassRecord pass) {
    return List.of(
        pass.pass(),
        pass.step(),
        pass.objective(),
        pass.validationLoss(),
        pass.learningRate(),
        pass.gradientNorm(),
        pass.velocityNorm());
  }

  private TrainingData data(Case mine) {
    if (mine.wide) {
      return Examples.pack(jsc().parallelize(wideRows(240), 2), WIDE, 42L);
    }
    return Examples.pack(jsc().parallelize(rows(mine.rows, 12), 2), 12, 42L);
  }

  private static Problem problem(Case mine) {
    int features = mine.wide ? WIDE : 12;
    double[] inverse = new double[features];
    java.util.Arrays.fill(inverse, 1.0);
    Coordinates coordinates = Coordinates.scaledBy(inverse).intercept(true).build();
    return Problem.of(new Logistic(), coordinates, mine.penalty, new double[features + 1]);
  }

  /** A fifth of them for validation. */
  private static List<Example> rows(int count, int features) {
    java.util.SplittableRandom random = new java.util.SplittableRandom(17);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[features];
      double margin = 0.0;
      for (int j = 0; j < features; j++) {
        x[j] = random.nextDouble(-1, 1) * (1 + j % 3);
        margin += x[j] * (j % 2 == 0 ? 0.7 : -0.3);
      }
      double label = margin + random.nextDouble(-1, 1) > 0 ? 1 : 0;
      rows.add(new Example(label, 1 + i % 2, Vectors.dense(x), i % 5 == 0));
    }
    return rows;
  }

  private static List<Example> wideRows(int count) {
    java.util.SplittableRandom random = new java.util.SplittableRandom(19);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      java.util.TreeMap<Integer, Double> cells = new java.util.TreeMap<>();
      for (int k = 0; k < 12; k++) {
        double share = random.nextDouble();
        cells.put((int) (WIDE * share * share * share), random.nextDouble(-1, 1));
      }
      int[] places = cells.keySet().stream().mapToInt(Integer::intValue).toArray();
      double[] values = cells.values().stream().mapToDouble(Double::doubleValue).toArray();
      double label = values[0] + 0.5 * random.nextDouble(-1, 1) > 0 ? 1 : 0;
      rows.add(Example.of(label, Vectors.sparse(WIDE, places, values)));
    }
    return rows;
  }
}
