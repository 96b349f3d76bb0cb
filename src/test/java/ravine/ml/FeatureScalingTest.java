package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.loss.Logistic;
import ravine.objective.Problem;
import ravine.penalty.L2;
import ravine.rows.ColumnStats;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.spec.Specs;

/** In which coordinates a rule walks, and what the penalty makes of them. */
class FeatureScalingTest extends SparkTestBase {
  private static final int COLUMNS = 60;

  /** Feature 0 is 2 in one of 10 rows, feature 7 is 1 or 3 in every row; the others are never. */
  private ColumnStats stats() {
    List<Example> rows =
        java.util.stream.IntStream.range(0, 40)
            .mapToObj(
                i ->
                    Example.of(
                        i % 2,
                        i % 10 == 0
                            ? Vectors.sparse(8, new int[] {0, 7}, new double[] {2.0, 1 + i % 4})
                            : Vectors.sparse(8, new int[] {7}, new double[] {1 + i % 4})))
            .toList();
    try (TrainingData data = Examples.pack(jsc().parallelize(rows, 2), 8, 1L)) {
      return data.stats();
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void penaltyScale_byNonZeros_isBetweenDeviationAndNonZeros(
      boolean intercept, boolean standardization) {
    ColumnStats stats = stats();
    FeatureScaling rare =
        new FeatureScaling(
            stats, intercept, standardization, 0.0, true, FeatureScaling.Scale.NON_ZEROS);
    FeatureScaling usual =
        new FeatureScaling(
            stats, intercept, standardization, 0.0, true, FeatureScaling.Scale.DEVIATION);
    double stated = standardization ? stats.deviations()[0] : 1.0;
    double deviation = stats.deviations()[0];
    double size = intercept ? deviation : Math.hypot(deviation, stats.means()[0]);
    assertThat(usual.penaltyScale(1, 0).at(0)).isCloseTo(stated / size, within(1e-12));
    // The unbiased deviation is a little larger than that of these rows: hence not exactly 2.
    assertThat(rare.penaltyScale(1, 0).at(0))
        .isCloseTo(stated / Math.sqrt(2.0 * size), within(0.02 * stated));
    assertThat(rare.penaltyScale(1, 0).at(7)).isEqualTo(usual.penaltyScale(1, 0).at(7));
    assertThat(rare.penaltyScale(1, 0).at(3)).isZero();
  }

  /** A change of coordinates changes the path, not the optimum; on this path it is a better one. */
  @Test
  void train_adaGradOnRareFeatures_comesNearerInOnePass() {
    List<Example> rows = binary(8192);
    try (TrainingData data = Examples.pack(jsc().parallelize(rows, 2), COLUMNS, 1L)) {
      double optimum = objective(data, false, "nesterov", 100);
      double standardised = objective(data, false, "adagrad", 1) - optimum;
      double byNonZeros = objective(data, true, "adagrad", 1) - optimum;
      assertThat(byNonZeros).isPositive().isLessThan(0.5 * standardised);
      assertThat(objective(data, true, "nesterov", 100)).isCloseTo(optimum, within(1e-6 * optimum));
    }
  }

  /** Columns of zeros and ones, from frequent to rare. */
  private static List<Example> binary(int count) {
    SplittableRandom random = new SplittableRandom(8);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[COLUMNS];
      double margin = -0.5;
      for (int j = 0; j < COLUMNS; j++) {
        x[j] = random.nextDouble() < 0.3 * Math.pow(0.9, j) ? 1.0 : 0.0;
        margin += 1.5 * Math.sin(1.0 + j) * x[j];
      }
      double label = random.nextDouble() < 1.0 / (1.0 + Math.exp(-margin)) ? 1.0 : 0.0;
      rows.add(Example.of(label, Vectors.dense(x).toSparse()));
    }
    return rows;
  }

  private static double objective(TrainingData data, boolean byNonZeros, String rule, int passes) {
    FeatureScaling coordinates =
        new FeatureScaling(
            data.stats(),
            true,
            true,
            0.0,
            true,
            byNonZeros ? FeatureScaling.Scale.NON_ZEROS : FeatureScaling.Scale.DEVIATION);
    Problem problem =
        Problem.of(
            new Logistic(),
            coordinates.preconditioner(1, 0, 1.0, 0.0),
            new L2(1.0 / 8192, coordinates.penaltyScale(1, 0)),
            new double[COLUMNS + 1]);
    return Trainer.train(
            data,
            problem,
            TrainerOptions.builder(Specs.rule(rule))
                // A rate of its own, or the rule steps in coordinates of the sample's Hessian.
                .stepSize(rule.equals("adagrad") ? 0.3 : 0.0)
                .maxPasses(passes)
                .tol(1e-12)
                .build())
        .objective();
  }
}
