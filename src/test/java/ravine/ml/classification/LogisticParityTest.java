package ravine.ml.classification;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.ml.MlRows;

/**
 * At convergence the coefficients are those of the Spark class extended: the objective is the same.
 */
class LogisticParityTest extends SparkTestBase {

  @ParameterizedTest
  @CsvSource({
    // regParam, elasticNet, standardization, intercept, weighted, classes
    "0.0, 0.0, true, true, false, 2",
    "0.1, 0.0, true, true, true, 2",
    "0.1, 0.0, false, true, false, 2",
    "0.1, 0.0, false, false, true, 2",
    "0.1, 0.0, true, false, false, 2",
    "0.02, 1.0, true, true, false, 2",
    "0.02, 0.5, false, true, true, 2",
    "0.02, 1.0, false, false, false, 2",
    "0.05, 0.0, true, true, true, 4",
    "0.05, 0.0, false, false, false, 4",
    "0.01, 0.5, true, true, false, 4",
  })
  void train_atConvergence_agreesWithSpark(
      double regParam,
      double elasticNet,
      boolean standardization,
      boolean intercept,
      boolean weighted,
      int classes) {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(150, classes)).cache();
    LogisticRegression spark = new LogisticRegression().setTol(1e-14).setMaxIter(500);
    configure(spark, regParam, elasticNet, standardization, intercept, weighted);
    MiniBatchLogisticRegression ours =
        new MiniBatchLogisticRegression().setTol(1e-15).setMaxIter(300);
    configure(ours, regParam, elasticNet, standardization, intercept, weighted);
    LogisticRegressionModel expected = spark.fit(rows);
    LogisticRegressionModel actual = ours.fit(rows);
    double largest = 0.0;
    for (double value : expected.coefficientMatrix().toArray()) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int k = 0; k < expected.coefficientMatrix().numRows(); k++) {
      for (int j = 0; j < expected.coefficientMatrix().numCols(); j++) {
        assertThat(actual.coefficientMatrix().apply(k, j))
            .as("class %d feature %d", k, j)
            .isCloseTo(
                expected.coefficientMatrix().apply(k, j),
                org.assertj.core.data.Offset.offset(1e-4 * largest));
      }
      assertThat(actual.interceptVector().apply(k))
          .as("intercept %d", k)
          .isCloseTo(
              expected.interceptVector().apply(k),
              org.assertj.core.data.Offset.offset(
                  1e-4 * Math.max(largest, Math.abs(expected.interceptVector().apply(k)))));
    }
    double[] history = actual.summary().objectiveHistory();
    double[] sparks = expected.summary().objectiveHistory();
    assertThat(history[history.length - 1])
        .isCloseTo(
            sparks[sparks.length - 1], org.assertj.core.data.Percentage.withPercentage(1e-6));
    rows.unpersist();
  }

  /** Steps within partitions, a constant automatic rate, and still the optimum of the whole. */
  @ParameterizedTest
  @CsvSource({"2, 0.0", "2, 0.5", "4, 0.0"})
  void train_localStepsWithSvrg_agreesWithSpark(int classes, double elasticNet) {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(150, classes)).cache();
    LogisticRegression spark = new LogisticRegression().setTol(1e-14).setMaxIter(500);
    configure(spark, 0.05, elasticNet, true, true, true);
    MiniBatchLogisticRegression ours =
        new MiniBatchLogisticRegression()
            .setOptimizer("nesterov")
            .setBatchSize(8)
            .setLocalSteps(4)
            .setNoiseReduction("svrg");
    ours.setTol(1e-13).setMaxIter(200);
    configure(ours, 0.05, elasticNet, true, true, true);
    double[] expected = spark.fit(rows).summary().objectiveHistory();
    double[] history = ours.fit(rows).summary().objectiveHistory();
    assertThat(history[history.length - 1])
        .isCloseTo(
            expected[expected.length - 1], org.assertj.core.data.Percentage.withPercentage(1e-3));
    rows.unpersist();
  }

  private static void configure(
      LogisticRegression estimator,
      double regParam,
      double elasticNet,
      boolean standardization,
      boolean intercept,
      boolean weighted) {
    estimator
        .setRegParam(regParam)
        .setElasticNetParam(elasticNet)
        .setStandardization(standardization)
        .setFitIntercept(intercept);
    if (weighted) {
      estimator.setWeightCol("weight");
    }
  }
}
