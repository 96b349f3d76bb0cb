package ravine.ml.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.ml.MlRows;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/** What coefficients and held-out rows say along a path of penalties. */
class RegularizationPathTest extends SparkTestBase {
  private static final double[] STRENGTHS = {1e-4, 1.0, 1e-2, 30.0, 0.2};

  private Dataset<Row> numbers() {
    return MlRows.frame(spark(), MlRows.measured(400), 2);
  }

  @Test
  void fit_lasso_losesCoefficientsAsThePenaltyGrows() {
    MiniBatchLinearRegression estimator =
        new MiniBatchLinearRegression().setElasticNetParam(1.0).setTol(1e-9);
    RegularizationPath path =
        RegularizationPath.fit(
            estimator, numbers(), STRENGTHS, new RegressionEvaluator().setMetricName("mse"), 4, 3L);
    assertThat(path.points())
        .extracting(RegularizationPath.Point::regParam)
        .containsExactly(30.0, 1.0, 0.2, 1e-2, 1e-4);
    assertThat(path.points().get(0).nonZeros()).isZero();
    assertThat(path.points().get(4).nonZeros()).isEqualTo(5);
    for (RegularizationPath.Point point : path.points()) {
      LinearRegressionModel own = estimator.setRegParam(point.regParam()).fit(numbers());
      double[] history = own.summary().objectiveHistory();
      double expected = history[history.length - 1];
      assertThat(point.objective()).isCloseTo(expected, within(3e-9 * expected));
      assertThat(point.gapBound()).isLessThan(1e-8 * expected);
    }
    int best = path.best();
    RegularizationPath.Point at = path.points().get(best);
    assertThat(path.points()).allMatch(point -> point.metric() >= at.metric());
    int simple = path.strongestWithinOneError();
    assertThat(simple).isLessThanOrEqualTo(best);
    assertThat(path.points().get(simple).metric())
        .isLessThanOrEqualTo(at.metric() + at.standardError());
    Dataset<Row> frame = path.frame(spark());
    assertThat(frame.count()).isEqualTo(5L);
    assertThat(frame.where("nonZeros = 0").count()).isEqualTo(1L);
    String page = path.page();
    assertThat(page)
        .contains("Take regParam", "Coefficients by strength", "feature 0", "one error more")
        .doesNotContain("http://", "https://cdn");
  }

  @Test
  void fit_withoutFolds_knowsNoBest() {
    RegularizationPath path =
        RegularizationPath.fit(
            new MiniBatchLogisticRegression(),
            MlRows.frame(spark(), MlRows.classified(300, 3), 2),
            new double[] {0.1, 0.01});
    assertThat(path.points().get(0).coefficients()).hasSize(3 * MlRows.FEATURES);
    LogisticRegressionModel model = (LogisticRegressionModel) path.points().get(0).model();
    assertThat(path.points().get(0).coefficients()[MlRows.FEATURES])
        .isEqualTo(model.coefficientMatrix().apply(1, 0));
    assertThat(path.page()).contains("class 2").doesNotContain("Take regParam");
    assertThat(path.frame(spark()).where("metric is null").count()).isEqualTo(2L);
    assertThatThrownBy(path::best)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Which strength is best is known after a fit with folds.");
  }

  @Test
  void fit_whatCannotBe_isRefusedInOneSentence() {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(60, 2), 2);
    assertThatThrownBy(() -> RegularizationPath.fit(estimator, rows, new double[0]))
        .hasMessage("a path needs at least one regParam");
    assertThatThrownBy(
            () ->
                RegularizationPath.fit(
                    estimator,
                    rows,
                    STRENGTHS,
                    new MulticlassClassificationEvaluator().setMetricName("accuracy"),
                    3,
                    1L))
        .hasMessage("a path is judged by an area under a curve, rmse, mse or logLoss");
    assertThatThrownBy(
            () ->
                RegularizationPath.fit(
                    estimator,
                    rows,
                    STRENGTHS,
                    new MulticlassClassificationEvaluator().setMetricName("logLoss"),
                    1,
                    1L))
        .hasMessage("folds must be 2 or more, but was 1");
  }
}
