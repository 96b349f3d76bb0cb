package ravine.ml.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.ml.MlRows;

/**
 * At convergence coefficients, intercept, scale and objective are those of the Spark class
 * extended.
 */
class LinearParityTest extends SparkTestBase {

  @ParameterizedTest
  @CsvSource({
    // regParam, elasticNet, standardization, intercept, weighted
    "0.0, 0.0, true, true, false",
    "0.0, 0.0, false, false, true",
    "0.3, 0.0, true, true, true",
    "0.3, 0.0, false, true, false",
    "0.3, 0.0, true, false, false",
    "0.3, 0.0, false, false, true",
    "0.4, 1.0, true, true, false",
    "0.4, 1.0, false, true, true",
    "0.4, 1.0, true, false, true",
    "0.4, 0.5, false, true, false",
    "0.4, 0.5, true, true, true",
    "0.4, 0.5, false, false, false",
  })
  void train_squaredLoss_agreesWithSpark(
      double regParam,
      double elasticNet,
      boolean standardization,
      boolean intercept,
      boolean weighted) {
    assertParity(
        MlRows.measured(150),
        "squaredError",
        regParam,
        elasticNet,
        standardization,
        intercept,
        weighted);
  }

  @ParameterizedTest
  @CsvSource({
    // regParam, standardization, intercept, weighted
    "0.0, true, true, false",
    "0.0, false, false, true",
    "0.2, true, true, true",
    "0.2, false, true, false",
    "0.2, true, false, false",
    "0.2, false, false, true",
  })
  void train_huberLoss_agreesWithSpark(
      double regParam, boolean standardization, boolean intercept, boolean weighted) {
    assertParity(
        MlRows.measured(150), "huber", regParam, 0.0, standardization, intercept, weighted);
  }

  /** Without a deviation to divide by, Spark takes the label's size as the unit. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void train_constantLabel_agreesWithSpark(boolean intercept) {
    List<Row> rows = new ArrayList<>();
    for (Row row : MlRows.measured(60)) {
      rows.add(MlRows.row(-3.0, ((org.apache.spark.ml.linalg.Vector) row.get(3)).toArray()));
    }
    assertParity(rows, "squaredError", 0.0, 0.0, true, intercept, false);
  }

  @Test
  void train_zeroLabel_givesZeros() {
    List<Row> rows = new ArrayList<>();
    for (Row row : MlRows.measured(60)) {
      rows.add(MlRows.row(0.0, ((org.apache.spark.ml.linalg.Vector) row.get(3)).toArray()));
    }
    LinearRegressionModel model =
        new MiniBatchLinearRegression().setRegParam(0.1).fit(MlRows.frame(spark(), rows));
    assertThat(model.coefficients().toArray()).containsOnly(0.0);
    assertThat(model.intercept()).isZero();
  }

  private void assertParity(
      List<Row> data,
      String loss,
      double regParam,
      double elasticNet,
      boolean standardization,
      boolean intercept,
      boolean weighted) {
    Dataset<Row> rows = MlRows.frame(spark(), data).cache();
    LinearRegression spark =
        new LinearRegression().setSolver("auto").setMaxIter(1000).setTol(1e-13);
    if (loss.equals("squaredError")) {
      spark.setSolver("l-bfgs");
    }
    MiniBatchLinearRegression ours = new MiniBatchLinearRegression().setTol(1e-14).setMaxIter(300);
    for (LinearRegression each : List.of(spark, ours)) {
      each.setLoss(loss)
          .setRegParam(regParam)
          .setElasticNetParam(elasticNet)
          .setStandardization(standardization)
          .setFitIntercept(intercept);
      if (weighted) {
        each.setWeightCol("weight");
      }
    }
    LinearRegressionModel expected = spark.fit(rows);
    LinearRegressionModel actual = ours.fit(rows);
    for (int j = 0; j < expected.coefficients().size(); j++) {
      double value = expected.coefficients().apply(j);
      assertThat(actual.coefficients().apply(j))
          .as("coefficient %d", j)
          .isCloseTo(value, within(Math.max(1e-9, 1e-4 * Math.abs(value))));
      if (elasticNet > 0.0 && value == 0.0) {
        assertThat(actual.coefficients().apply(j)).as("coefficient %d", j).isZero();
      }
    }
    assertThat(actual.intercept())
        .isCloseTo(expected.intercept(), within(1e-9 + 1e-4 * Math.abs(expected.intercept())));
    assertThat(actual.scale()).isCloseTo(expected.scale(), withinPercentage(1e-2));
    double[] sparks = expected.summary().objectiveHistory();
    double[] history = actual.summary().objectiveHistory();
    if (sparks[sparks.length - 1] > 0.0) {
      assertThat(history[history.length - 1])
          .isCloseTo(sparks[sparks.length - 1], withinPercentage(1e-6));
    }
    rows.unpersist();
  }
}
