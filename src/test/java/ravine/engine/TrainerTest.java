package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.L1Updater;
import org.apache.spark.mllib.optimization.LeastSquaresGradient;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.mllib.optimization.SimpleUpdater;
import org.apache.spark.mllib.optimization.SquaredL2Updater;
import org.apache.spark.mllib.optimization.Updater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.SparkTestBase;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Squared;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.rows.PackedPartition;
import ravine.rule.Sgd;
import ravine.schedule.InverseSqrt;
import ravine.spec.Specs;
import scala.Tuple2;

/** The loop on tiny data, without estimators. */
class TrainerTest extends SparkTestBase {
  private static final int FEATURES = 3;

  private static double[] features(Random random) {
    return new double[] {random.nextGaussian(), 2.0 * random.nextGaussian(), random.nextDouble()};
  }

  private static List<Example> rows(int count) {
    Random random = new Random(3);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = features(random);
      double label = x[0] - x[1] + 0.5 * random.nextGaussian() > 0.0 ? 1.0 : 0.0;
      rows.add(Example.of(label, Vectors.dense(x)));
    }
    return rows;
  }

  private TrainingData packed(int count, int partitions) {
    return Examples.pack(jsc().parallelize(rows(count), partitions), FEATURES, 42L);
  }

  private static Problem problem(Loss loss, Penalty penalty) {
    return Problem.of(
        loss, Coordinates.identity(FEATURES, 1, false), penalty, new double[FEATURES]);
  }

  @ParameterizedTest
  @CsvSource({
    "squared, none",
    "squared, l1",
    "squared, l2",
    "logistic, none",
    "logistic, l1",
    "logistic, l2",
  })
  void train_fullBatchSgd_equalsSparksGradientDescent(String loss, String penalty) {
    int steps = 20;
    double regParam = 0.05;
    List<Tuple2<Object, org.apache.spark.mllib.linalg.Vector>> pairs = new ArrayList<>();
    for (Example row : rows(50)) {
      pairs.add(
          new Tuple2<>(
              row.label, org.apache.spark.mllib.linalg.Vectors.dense(row.features.toArray())));
    }
    Updater updater =
        switch (penalty) {
          case "l1" -> new L1Updater();
          case "l2" -> new SquaredL2Updater();
          default -> new SimpleUpdater();
        };
    Tuple2<org.apache.spark.mllib.linalg.Vector, double[]> spark =
        GradientDescent.runMiniBatchSGD(
            jsc().parallelize(pairs, 2).rdd(),
            loss.equals("squared") ? new LeastSquaresGradient() : new LogisticGradient(),
            updater,
            0.2,
            steps,
            regParam,
            1.0,
            org.apache.spark.mllib.linalg.Vectors.zeros(FEATURES),
            0.0);
    Penalty ours =
        switch (penalty) {
          case "l1" -> new L1(regParam);
          case "l2" -> new L2(regParam);
          default -> new None();
        };
    TrainerOptions options =
        TrainerOptions.builder(new Sgd())
            .stepSize(0.2)
            .schedule(InverseSqrt::new)
            .batchSize(50)
            .maxPasses(steps)
            .tol(0.0)
            .build();
    try (TrainingData data = packed(50, 2)) {
      TrainingResult result =
          Trainer.train(
              data,
              problem(loss.equals("squared") ? new Squared() : new Logistic(), ours),
              options);
      assertThat(result.steps()).hasSize(steps);
      double[] expected = spark._1().toArray();
      for (int j = 0; j < FEATURES; j++) {
        assertThat(result.weights()[j]).isCloseTo(expected[j], within(1e-12));
      }
      double[] history = result.objectiveHistory();
      assertThat(history).hasSize(steps + 1);
      for (int i = 0; i <= steps; i++) {
        assertThat(history[i]).isCloseTo(spark._2()[i], within(1e-12));
      }
    }
  }

  /** Every rule there is, and the forms that start at other rates. */
  static Stream<String> rules() {
    Stream<String> forms =
        Stream.of(
            "momentum(form=outside)",
            "momentum(form=ema)",
            "momentum(correction=unbiased)",
            "momentum(correction=root)",
            "nesterov(form=rewritten)",
            "nesterov(form=outside)",
            "nesterov(accelerated)");
    return Stream.concat(Specs.ruleNames().stream(), forms);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void train_everyRule_withAutomaticStep_descends(String rule) {
    try (TrainingData data = packed(200, 2)) {
      for (long batchSize : new long[] {0, 20}) {
        TrainerOptions options =
            TrainerOptions.builder(Specs.rule(rule)).batchSize(batchSize).maxPasses(8).build();
        TrainingResult result = Trainer.train(data, problem(new Logistic(), new L2(0.01)), options);
        assertThat(result.objective()).isLessThan(0.995 * Math.log(2.0));
        assertThat(result.weights()).doesNotContain(Double.NaN);
        assertThat(result.stopReason()).isNotEqualTo(StopReason.DIVERGED);
      }
    }
  }

  @Test
  void order_isAPermutation_thatDiffersByPassAndSeed() {
    try (TrainingData data = packed(600, 2)) {
      for (PackedPartition partition : data.packedRows().packed().collect()) {
        int[] first = partition.order(42L, 1).clone();
        int[] second = partition.order(42L, 2).clone();
        int[] other = partition.order(43L, 1).clone();
        assertThat(first).isNotEqualTo(second).isNotEqualTo(other);
        assertThat(partition.order(42L, 1)).isEqualTo(first);
        for (int[] order : List.of(first, second, other)) {
          int[] sorted = order.clone();
          Arrays.sort(sorted);
          for (int g = 0; g < sorted.length; g++) {
            assertThat(sorted[g]).isEqualTo(g);
          }
        }
      }
    }
  }

  @Test
  void train_repeated_givesTheSameBits() {
    try (TrainingData data = packed(300, 3)) {
      TrainerOptions options =
          TrainerOptions.builder(Specs.rule("adam")).batchSize(30).maxPasses(3).build();
      Problem problem = problem(new Logistic(), new L1(0.01));
      TrainingResult first = Trainer.train(data, problem, options);
      TrainingResult second = Trainer.train(data, problem, options);
      assertThat(second.weights()).containsExactly(first.weights());
      assertThat(second.objectiveHistory()).containsExactly(first.objectiveHistory());
      assertThat(first.steps()).hasSize(30);
    }
  }

  @Test
  void train_maxSteps_stopsInsideAPass() {
    try (TrainingData data = packed(300, 2)) {
      TrainerOptions options =
          TrainerOptions.builder(Specs.rule("adam")).batchSize(30).maxSteps(13).build();
      TrainingResult result = Trainer.train(data, problem(new Logistic(), new None()), options);
      assertThat(result.steps()).hasSize(13);
      assertThat(result.stopReason()).isEqualTo(StopReason.MAX_ITER);
    }
  }

  @Test
  void close_releasesTheBlocks() {
    int before = jsc().getPersistentRDDs().size();
    TrainingData data = packed(100, 2);
    assertThat(jsc().getPersistentRDDs())
        .as("the blocks, and what tells of them")
        .hasSize(before + 2);
    data.close();
    assertThat(jsc().getPersistentRDDs()).hasSize(before);
  }
}
