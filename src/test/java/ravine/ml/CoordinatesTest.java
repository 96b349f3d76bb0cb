package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.engine.ColumnStats;
import ravine.engine.Example;
import ravine.engine.TrainingData;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** In which coordinates a rule walks, and what the penalty makes of them. */
class CoordinatesTest extends SparkTestBase {

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
    try (TrainingData data = TrainingData.pack(jsc().parallelize(rows, 2), 8, 1L)) {
      return data.stats();
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void penaltyScale_byNonZeros_isOneOverTheSizeOfTheNonZeros(
      boolean intercept, boolean standardization) {
    ColumnStats stats = stats();
    Coordinates rare = new Coordinates(stats, intercept, standardization, 0.0, true);
    Coordinates usual = new Coordinates(stats, intercept, standardization, 0.0, false);
    double stated = standardization ? stats.deviations()[0] : 1.0;
    // The weighted deviation has n − 1 in its denominator: hence not exactly 2.
    assertThat(rare.penaltyScale(1, 0).at(0)).isCloseTo(stated / 2.0, within(0.02 * stated));
    assertThat(usual.penaltyScale(1, 0).at(0)).isGreaterThan(1.5 * stated / 2.0);
    assertThat(rare.penaltyScale(1, 0).at(7)).isEqualTo(usual.penaltyScale(1, 0).at(7));
    assertThat(rare.penaltyScale(1, 0).at(3)).isZero();
  }

  /** A change of coordinates changes the path, not the optimum. */
  @Test
  void train_adamOnRareFeatures_comesNearerInTheSamePasses() {
    Dataset<Row> rows = MlRows.frame(spark(), WideRows.classified(600, 2), 2).cache();
    double optimum = last(new MiniBatchLogisticRegression().setTol(1e-12).setMaxIter(300), rows);
    double automatic = last(new MiniBatchLogisticRegression().setOptimizer("adam"), rows);
    double standardised =
        last(new MiniBatchLogisticRegression().setOptimizer("adam").setStepSize(0.02), rows);
    assertThat(automatic).isGreaterThan(optimum);
    assertThat(automatic - optimum).isLessThan(0.5 * (standardised - optimum));
    rows.unpersist();
  }

  private static double last(MiniBatchLogisticRegression estimator, Dataset<Row> rows) {
    estimator.setRegParam(0.01);
    if (!estimator.isSet(estimator.maxIter())) {
      estimator.setMaxIter(3);
    }
    return Arrays.stream(estimator.fit(rows).summary().objectiveHistory()).min().orElseThrow();
  }
}
