package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.apache.spark.ml.classification.LinearSVC;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/** Spark's answers where there are more features than rows and most of them are rare. */
class WideParityTest extends SparkTestBase {
  private static final int ROWS = 600;

  @ParameterizedTest
  @CsvSource({
    // regParam, elasticNet, standardization, intercept, weighted, classes
    "0.01, 0.0, true, true, false, 2",
    "0.01, 0.0, false, true, true, 2",
    "0.01, 0.0, true, false, true, 2",
    "0.01, 1.0, true, true, false, 2",
    "0.02, 0.5, false, false, true, 2",
    "0.02, 0.0, true, true, false, 3",
  })
  void train_logistic_agreesWithSpark(
      double regParam,
      double elasticNet,
      boolean standardization,
      boolean intercept,
      boolean weighted,
      int classes) {
    Dataset<Row> rows = MlRows.frame(spark(), WideRows.classified(ROWS, classes), 2).cache();
    LogisticRegression spark = new LogisticRegression().setTol(1e-13).setMaxIter(1000);
    MiniBatchLogisticRegression ours =
        new MiniBatchLogisticRegression().setTol(1e-13).setMaxIter(1000);
    for (LogisticRegression each : new LogisticRegression[] {spark, ours}) {
      each.setRegParam(regParam)
          .setElasticNetParam(elasticNet)
          .setStandardization(standardization)
          .setFitIntercept(intercept);
      if (weighted) {
        each.setWeightCol("weight");
      }
    }
    LogisticRegressionModel expected = spark.fit(rows);
    LogisticRegressionModel actual = ours.fit(rows);
    assertClose(actual.coefficientMatrix().toArray(), expected.coefficientMatrix().toArray(), 1e-3);
    assertThat(last(actual.summary().objectiveHistory()))
        .isCloseTo(last(expected.summary().objectiveHistory()), withinPercentage(1e-4));
    rows.unpersist();
  }

  @ParameterizedTest
  @CsvSource({
    // regParam, elasticNet, standardization, intercept
    "0.3, 0.0, true, true",
    "0.3, 0.0, false, false",
    "0.1, 0.5, true, true",
  })
  void train_squaredLoss_agreesWithSpark(
      double regParam, double elasticNet, boolean standardization, boolean intercept) {
    Dataset<Row> rows = MlRows.frame(spark(), WideRows.measured(ROWS), 2).cache();
    LinearRegression spark =
        new LinearRegression().setTol(1e-13).setMaxIter(1000).setSolver("l-bfgs");
    MiniBatchLinearRegression ours = new MiniBatchLinearRegression().setTol(1e-13).setMaxIter(1000);
    for (LinearRegression each : new LinearRegression[] {spark, ours}) {
      each.setRegParam(regParam)
          .setElasticNetParam(elasticNet)
          .setStandardization(standardization)
          .setFitIntercept(intercept);
    }
    LinearRegressionModel expected = spark.fit(rows);
    LinearRegressionModel actual = ours.fit(rows);
    assertClose(actual.coefficients().toArray(), expected.coefficients().toArray(), 1e-3);
    assertThat(actual.intercept())
        .isCloseTo(expected.intercept(), Offset.offset(1e-3 * Math.abs(expected.intercept())));
    rows.unpersist();
  }

  /** After 1,000 iterations Spark is still on its way here: its coefficients are no measure. */
  @Test
  void train_huberLoss_isAtLeastAsGoodAsSpark() {
    Dataset<Row> rows = MlRows.frame(spark(), WideRows.measured(ROWS), 2).cache();
    LinearRegression spark = new LinearRegression().setLoss("huber").setRegParam(0.3);
    MiniBatchLinearRegression ours = new MiniBatchLinearRegression();
    ours.setLoss("huber").setRegParam(0.3).setTol(1e-9).setMaxIter(300);
    assertThat(last(ours.fit(rows).summary().objectiveHistory()))
        .isLessThanOrEqualTo(
            last(spark.setMaxIter(100).fit(rows).summary().objectiveHistory()) * (1.0 + 1e-6));
    rows.unpersist();
  }

  /** The hinge's optimum is that of its smooth twin, as near as the twin is narrow. */
  @Test
  void train_svc_isAtLeastAsGoodAsSpark() {
    Dataset<Row> rows = MlRows.frame(spark(), WideRows.classified(ROWS, 2), 2).cache();
    LinearSVC spark = new LinearSVC().setRegParam(0.02).setTol(1e-9).setMaxIter(100);
    MiniBatchLinearSVC ours = new MiniBatchLinearSVC();
    ours.setRegParam(0.02).setTol(1e-8).setMaxIter(1000);
    assertThat(last(ours.fit(rows).summary().objectiveHistory()))
        .isLessThanOrEqualTo(last(spark.fit(rows).summary().objectiveHistory()) * (1.0 + 1e-4));
    rows.unpersist();
  }

  private static void assertClose(double[] actual, double[] expected, double share) {
    double largest = 0.0;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual).hasSameSizeAs(expected);
    for (int j = 0; j < expected.length; j++) {
      assertThat(actual[j])
          .as("coefficient %d", j)
          .isCloseTo(expected[j], Offset.offset(share * largest));
    }
  }

  private static double last(double[] history) {
    return history[history.length - 1];
  }
}
