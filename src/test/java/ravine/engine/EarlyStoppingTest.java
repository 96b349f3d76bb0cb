package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.SparkTestBase;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Squared;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L2;
import ravine.resume.CheckpointPlan;
import ravine.resume.Resume;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.spec.Specs;
import ravine.validation.ValidationMetric;

/** On rows that are learnt by heart, the weights that come back are those of the best pass. */
class EarlyStoppingTest extends SparkTestBase {
  private static final int NARROW = 30;
  private static final int WIDE = 5000;

  @TempDir private Path folder;

  /** A way of training, by name. */
  record Case(String name, String rule, boolean wide, UnaryOperator<TrainerOptions.Builder> how) {
    TrainerOptions.Builder options() {
      return how.apply(
          TrainerOptions.builder(Specs.optimizer(rule)).tol(0.0).maxPasses(60).patience(6));
    }

    Problem problem() {
      int features = wide ? WIDE : NARROW;
      double[] inverse = new double[features];
      java.util.Arrays.fill(inverse, 1.0);
      Coordinates coordinates = Coordinates.scaledBy(inverse).intercept(true).build();
      return Problem.of(new Logistic(), coordinates, new L2(1e-6), new double[features + 1]);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> ways() {
    return Stream.of(
        new Case("newton", "nesterov(accelerated)", false, b -> b),
        new Case("l-bfgs", "lbfgs", false, b -> b),
        new Case("wide l-bfgs", "nesterov(accelerated)", true, b -> b),
        new Case("whole batches", "momentum(0.9)", true, b -> b.maxPasses(200)),
        new Case("mini-batches", "adam", false, b -> b.stepSize(0.05).batchSize(30)),
        new Case("own coordinates", "adam", false, b -> b.batchSize(30)),
        new Case(
            "schedule",
            "nesterov(0.9)",
            false,
            b -> b.stepSize(0.05).schedule(Specs.scheduleOf("cosine(2000)")).batchSize(30)),
        new Case("local steps", "momentum(0.5)", false, b -> b.batchSize(20).localSteps(2)),
        new Case(
            "svrg",
            "momentum(0.9)",
            false,
            b -> b.batchSize(30).noiseReduction(NoiseReduction.SVRG)),
        new Case(
            "averages",
            "adam",
            false,
            b -> b.stepSize(0.05).batchSize(30).noiseReduction(NoiseReduction.AVERAGE)),
        new Case("lazy", "adam", true, b -> b.stepSize(0.02).batchSize(20).sparse(SparseMode.LAZY)),
        new Case("exact lazy", "nesterov(0.5)", true, b -> b.stepSize(2.0).batchSize(20)));
  }

  /** Labels are half noise; half of the rows are held out. */
  private static List<Example> rows(boolean wide) {
    Random random = new Random(11);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 240; i++) {
      double[] x = new double[NARROW];
      for (int j = 0; j < NARROW; j++) {
        x[j] = random.nextGaussian();
      }
      int[] places = random.ints(0, WIDE).distinct().limit(NARROW - 1).sorted().toArray();
      Vector sparse =
          Vectors.sparse(WIDE, places, java.util.Arrays.copyOf(x, places.length)).compressed();
      double noise = 3.0 * random.nextGaussian();
      double label = x[0] + x[1] - x[2] + noise > 0.0 ? 1.0 : 0.0;
      rows.add(new Example(label, 1.0, wide ? sparse : Vectors.dense(x), i % 2 == 0));
    }
    return rows;
  }

  private TrainingData data(boolean wide) {
    return Examples.pack(jsc().parallelize(rows(wide), 2), wide ? WIDE : NARROW, 42L);
  }

  /** By hand, at weights in raw coordinates. */
  private static double validationLoss(boolean wide, double[] weights) {
    double sum = 0.0;
    int count = 0;
    for (Example row : rows(wide)) {
      if (row.validation) {
        double margin = weights[weights.length - 1];
        for (int j = 0; j < weights.length - 1; j++) {
          margin += weights[j] * row.features.apply(j);
        }
        sum += Math.log1p(Math.exp(row.label > 0.5 ? -margin : margin));
        count++;
      }
    }
    return sum / count;
  }

  /** A run that is stopped as soon as it has recorded so many passes. */
  private static TrainingResult until(TrainingData data, Case way, int records) {
    TrainingListener stop =
        new TrainingListener() {
          private int seen;

          @Override
          public boolean onPass(PassRecord pass) {
            return ++seen < records;
          }
        };
    return Trainer.train(data, way.problem(), way.options().listener(stop).build());
  }

  private static void assertBestOf(TrainingData data, Case way, TrainingResult result) {
    int best = 0;
    for (int i = 1; i < result.passes().size(); i++) {
      if (result.passes().get(i).validationLoss() < result.passes().get(best).validationLoss()) {
        best = i;
      }
    }
    assertThat(result.bestPass()).isEqualTo(best);
    TrainingResult there = until(data, way, best + 1);
    // Newton's way records its start when it has made a step from there.
    assertThat(there.passes().size()).isBetween(best + 1, Math.max(best + 1, 2));
    assertThat(result.weights()).isEqualTo(there.weights());
    assertThat(validationLoss(way.wide, result.weights()))
        .isCloseTo(result.passes().get(best).validationLoss(), within(1e-9));
    assertThat(result.certificate()).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void train_overfits_givesBackTheBestPassToTheBit(Case way) {
    try (TrainingData data = data(way.wide)) {
      TrainingResult result = Trainer.train(data, way.problem(), way.options().build());

      if (!way.name.equals(
          "newton")) { // which is at the optimum of so few rows before patience ends
        assertThat(result.stopReason()).isEqualTo(StopReason.EARLY_STOPPED);
      }
      PassRecord last = result.passes().get(result.passes().size() - 1);
      PassRecord best = result.passes().get(result.bestPass());
      assertThat(last.validationLoss()).isGreaterThan(best.validationLoss());
      assertBestOf(data, way, result);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void train_timeIsUp_givesBackTheBestPassToTheBit(Case way) {
    Case longer =
        new Case(
            way.name,
            way.rule,
            way.wide,
            b -> way.how.apply(b).patience(1_000_000).maxPasses(1_000_000));
    try (TrainingData data = data(way.wide)) {
      TrainingResult result =
          Trainer.train(data, longer.problem(), longer.options().maxSeconds(0.4).build());

      // Whole batches may be at the end of what doubles can tell before.
      assertThat(result.stopReason())
          .isIn(StopReason.MAX_SECONDS, StopReason.STALLED, StopReason.EARLY_STOPPED);
      if (way.how.apply(TrainerOptions.builder(Specs.optimizer(way.rule))).build().batchSize()
          > 0) {
        assertThat(result.stopReason()).isEqualTo(StopReason.MAX_SECONDS);
        assertThat(result.advice()).contains("The time is used up", "raise maxSeconds");
      }
      assertThat(result.seconds().train()).isLessThan(20.0);
      assertBestOf(data, longer, result);
    }
  }

  @Test
  void train_noTimeAtAll_makesOneMeasurementAndStops() {
    Case way = new Case("newton", "nesterov(accelerated)", false, b -> b.maxSeconds(1e-9));
    try (TrainingData data = data(false)) {
      TrainingResult result = Trainer.train(data, way.problem(), way.options().build());
      assertThat(result.stopReason()).isEqualTo(StopReason.MAX_SECONDS);
      assertThat(result.certificate()).isNotNull();
    }
  }

  /** What is left is done by the next run with the same options. */
  @Test
  void train_timeIsUp_resumesUntilTheUndisturbedEnd() {
    Case way =
        new Case(
            "mini-batches",
            "adam",
            false,
            b -> b.stepSize(0.05).batchSize(30).patience(60).maxPasses(8));
    try (TrainingData data = data(false)) {
      TrainingResult whole = Trainer.train(data, way.problem(), way.options().build());
      TrainerOptions.Builder kept =
          way.options()
              .maxSeconds(1e-9) // a step a run
              .checkpoints(
                  new CheckpointPlan(
                      folder.toString(), CheckpointPlan.Interval.of("60s"), Resume.AUTO));
      TrainingResult result = Trainer.train(data, way.problem(), kept.build());
      int runs = 1;
      while (result.stopReason() == StopReason.MAX_SECONDS && runs < 100) {
        result = Trainer.train(data, way.problem(), kept.build());
        runs++;
      }
      assertThat(runs).isGreaterThan(1);
      ResumeFixtures.assertSame(result, whole);
    }
  }

  @Test
  void train_stepsAreUsedUp_saysSo() {
    Case way = new Case("steps", "adam", false, b -> b.stepSize(0.05).batchSize(30).maxSteps(3));
    try (TrainingData data = data(false)) {
      TrainingResult result = Trainer.train(data, way.problem(), way.options().build());
      assertThat(result.stopReason()).isEqualTo(StopReason.MAX_ITER);
      assertThat(result.advice())
          .contains("All steps are used up before tol was met; raise maxSteps.");
    }
  }

  /** xgboost once stopped at the first pass, because it took what was not measured yet for best. */
  @Test
  void train_validationImproves_isNotStoppedAtTheFirstPass() {
    Case way = new Case("patient", "adam", false, b -> b.stepSize(0.01).batchSize(30).patience(1));
    try (TrainingData data = data(false)) {
      TrainingResult result = Trainer.train(data, way.problem(), way.options().build());
      assertThat(result.stopReason()).isEqualTo(StopReason.EARLY_STOPPED);
      assertThat(result.bestPass()).isGreaterThan(1);
      assertThat(result.passes().get(result.passes().size() - 1).pass())
          .isEqualTo(result.passes().get(result.bestPass()).pass() + 1);
    }
  }

  static Stream<Arguments> metrics() {
    return Stream.of(ValidationMetric.AREA_UNDER_ROC, ValidationMetric.AREA_UNDER_PR)
        .flatMap(
            metric ->
                Stream.of("nesterov(accelerated)", "lbfgs", "adam")
                    .map(rule -> Arguments.of(metric, rule)));
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void train_byAnArea_returnsThePassOfTheLargest(ValidationMetric metric, String rule) {
    Case way =
        new Case(
            "by area", rule, false, b -> rule.equals("adam") ? b.batchSize(30).stepSize(0.05) : b);
    try (TrainingData data = data(false)) {
      TrainingResult result =
          Trainer.train(
              data, way.problem(), way.options().validationMetric(metric).maxPasses(20).build());

      double most = 0.0;
      for (PassRecord pass : result.passes()) {
        assertThat(pass.validationMetric()).isBetween(0.0, 1.0);
        most = Math.max(most, pass.validationMetric());
      }
      assertThat(result.validationMetric()).isEqualTo(metric.toString());
      assertThat(result.passes().get(result.bestPass()).validationMetric()).isEqualTo(most);
      assertThat(validationLoss(false, result.weights()))
          .isCloseTo(result.passes().get(result.bestPass()).validationLoss(), within(1e-9));
    }
  }

  private static Problem numbers(Loss loss) {
    return Problem.of(
        loss, Coordinates.identity(NARROW, 1, true), new L2(1e-6), new double[NARROW + 1]);
  }

  @Test
  void train_byRmse_isInUnitsOfTheLabel() {
    try (TrainingData data = data(false)) {
      TrainerOptions options =
          TrainerOptions.builder(Specs.optimizer("adam"))
              .stepSize(0.05)
              .batchSize(30)
              .maxPasses(10)
              .validationMetric(ValidationMetric.RMSE)
              .build();
      TrainingResult result = Trainer.train(data, numbers(new Squared()), options);
      for (PassRecord pass : result.passes()) {
        assertThat(pass.validationMetric())
            .isCloseTo(Math.sqrt(2.0 * pass.validationLoss()), within(1e-12));
      }
    }
  }

  @Test
  void train_metricOfOtherLabels_isRefused() {
    try (TrainingData data = data(false)) {
      TrainerOptions options =
          TrainerOptions.builder(Specs.optimizer("adam"))
              .validationMetric(ValidationMetric.AREA_UNDER_ROC)
              .build();
      assertThatThrownBy(() -> Trainer.train(data, numbers(new Squared()), options))
          .hasMessage(
              "validationMetric=areaUnderROC is for two classes, and these labels are numbers");
    }
  }
}
