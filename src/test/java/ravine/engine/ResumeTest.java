package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.SparkTestBase;
import ravine.engine.ResumeFixtures.Case;
import ravine.exchange.EngineKind;
import ravine.penalty.ElasticNet;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.resume.Resume;
import ravine.spec.Specs;

/**
 * A run that was lost and goes on from its checkpoint is the undisturbed one to the bit: every step
 * (its loss, its gradient, its velocity), every pass, the weights, the certificate.
 */
class ResumeTest extends SparkTestBase {
  @TempDir private Path folder;

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
    try (TrainingData data = ResumeFixtures.data(jsc(), mine)) {
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
    try (TrainingData data = ResumeFixtures.data(jsc(), mine)) {
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
    try (TrainingData data = ResumeFixtures.data(jsc(), mine)) {
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
    try (TrainingData data = ResumeFixtures.data(jsc(), mine)) {
      TrainerOptions.Builder options = mine.builder("adam").engine(EngineKind.RESIDENT);
      TrainingResult undisturbed =
          Trainer.train(data, ResumeFixtures.problem(mine), options.build());
      Path directory = folder.resolve("many");
      for (int lost = 4; lost < 28; lost += 5) {
        ResumeFixtures.lose(data, mine, options, directory, lost, 0);
      }
      ResumeFixtures.assertSame(
          ResumeFixtures.resumed(data, mine, options, directory), undisturbed);
    }
  }

  @Test
  void train_runThatHadEnded_endsTheSameAgain() {
    for (String rule : List.of("adam", "nesterov(accelerated)")) {
      Case mine = new Case(rule, false, new L2(0.01), b -> b.tol(1e-2).maxPasses(60));
      try (TrainingData data = ResumeFixtures.data(jsc(), mine)) {
        TrainerOptions.Builder options = mine.builder(rule).engine(EngineKind.JOBS);
        Path directory = folder.resolve("ended-" + rule);
        TrainingResult first =
            Trainer.train(
                data,
                ResumeFixtures.problem(mine),
                options.checkpoints(ResumeFixtures.plan(directory, Resume.NONE)).build());
        ResumeFixtures.assertSame(ResumeFixtures.resumed(data, mine, options, directory), first);
      }
    }
  }

  @Test
  void train_moreIterationsThanBefore_goesOnToThem() {
    Case mine = new Case("lbfgs", false, new L2(0.01), b -> b);
    try (TrainingData data = ResumeFixtures.data(jsc(), mine)) {
      TrainerOptions.Builder options = mine.builder("nesterov(accelerated)").tol(1e-12);
      TrainingResult undisturbed =
          Trainer.train(data, ResumeFixtures.problem(mine), options.build());
      Path directory = folder.resolve("more");
      Trainer.train(
          data,
          ResumeFixtures.problem(mine),
          options.maxPasses(2).checkpoints(ResumeFixtures.plan(directory, Resume.NONE)).build());
      ResumeFixtures.assertSame(
          ResumeFixtures.resumed(data, mine, options.maxPasses(5), directory), undisturbed);
    }
  }

  /**
   * The sample's own tolerance follows tol: the run leaves the recorded way, and comes back to it.
   */
  @Test
  void train_otherTolThanBefore_isTheRunWithThatTol() {
    Case mine = new Case("newton", false, new L2(0.01), b -> b.maxPasses(9), 2500);
    try (TrainingData data = ResumeFixtures.data(jsc(), mine)) {
      TrainerOptions.Builder options = mine.builder("nesterov(accelerated)").tol(1e-13);
      TrainingResult undisturbed =
          Trainer.train(data, ResumeFixtures.problem(mine), options.build());
      Path directory = folder.resolve("tol");
      Trainer.train(
          data,
          ResumeFixtures.problem(mine),
          options.tol(1e-3).checkpoints(ResumeFixtures.plan(directory, Resume.NONE)).build());
      ResumeFixtures.assertSame(
          ResumeFixtures.resumed(data, mine, options.tol(1e-13), directory), undisturbed);
      ResumeFixtures.assertSame(
          ResumeFixtures.resumed(data, mine, options, directory), undisturbed);
    }
  }

  /** A torn newest file: the one before it serves, and the bits are the same again. */
  @Test
  void train_lastCheckpointTorn_goesOnFromTheOneBefore() throws IOException {
    for (String rule : List.of("adam", "nesterov(accelerated)")) {
      Case mine = Case.large(rule, new L2(0.01));
      try (TrainingData data = ResumeFixtures.data(jsc(), mine)) {
        TrainerOptions.Builder options = mine.builder(rule).engine(EngineKind.JOBS);
        TrainingResult undisturbed =
            Trainer.train(data, ResumeFixtures.problem(mine), options.build());
        Path directory = folder.resolve("torn-" + rule);
        ResumeFixtures.lose(data, mine, options, directory, 0, 1);
        ResumeFixtures.lose(data, mine, options, directory, 0, 2);
        List<Path> files = files(directory);
        assertThat(files).hasSizeGreaterThanOrEqualTo(2);
        Path last = files.get(files.size() - 1);
        byte[] whole = Files.readAllBytes(last);
        Files.write(last, java.util.Arrays.copyOf(whole, whole.length / 2));
        ResumeFixtures.assertSame(
            ResumeFixtures.resumed(data, mine, options, directory), undisturbed);
      }
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private void assertSame(
      TrainingData data, Case mine, TrainerOptions.Builder options, int lostStep, int lostPass) {
    options.checkpoints(null);
    TrainingResult undisturbed = Trainer.train(data, ResumeFixtures.problem(mine), options.build());
    Path directory =
        folder.resolve(
            mine.name() + "-" + lostStep + "-" + lostPass + "-" + options.build().engine());
    ResumeFixtures.lose(data, mine, options, directory, lostStep, lostPass);
    assertThat(directory).isNotEmptyDirectory();
    ResumeFixtures.assertSame(ResumeFixtures.resumed(data, mine, options, directory), undisturbed);
  }
}
