package ravine.ml.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.ml.regression.LinearRegressionTrainingSummary;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.engine.TrainingResult;
import ravine.ml.Learner;
import ravine.ml.MlRows;

/** With the params of Spark's classes, redirected ones give what those would. */
class RedirectedFitTest extends SparkTestBase {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LOGISTIC | regParam=0.1",
        "LOGISTIC | regParam=0.02, elasticNetParam=1.0, standardization=false",
        "LOGISTIC | regParam=0.1, fitIntercept=false, weightCol=weight",
        "LOGISTIC | family=multinomial, regParam=0.1",
        "LINEAR   | weightCol=weight",
        "LINEAR   | solver=l-bfgs, regParam=0.1",
        "LINEAR   | solver=l-bfgs, regParam=0.3, elasticNetParam=0.5",
        "LINEAR   | solver=l-bfgs",
        "LINEAR   | loss=huber, regParam=0.1",
      })
  void fit_withSparksParams_givesSparksWeights(Twins twins, String params) {
    Dataset<Row> rows = twins.frame(spark());
    Model<?> expected = twins.sparksModel(params + ", maxIter=500, tol=1e-14", rows);

    Estimator<?> redirected = Twins.with(twins.redirected(), params);
    Model<?> model = Twins.fit(redirected, rows);

    assertThat(Twins.byWhom(redirected)).isEqualTo("Ravine");
    assertThat(model).hasSameClassAs(expected);
    assertThat(model.uid()).isEqualTo(redirected.uid());
    Twins.assertNear(model, expected, 2e-3);
    double[] history = Learner.history(model);
    TrainingResult result = Objects.requireNonNull(((Redirected) redirected).lastTrainingResult());
    assertThat(history).isEqualTo(result.objectiveHistory());
    assertThat(Objects.requireNonNull(result.certificate()).bound())
        .isLessThanOrEqualTo(1e-6 * history[history.length - 1]);
    rows.unpersist();
  }

  /** Spark's OWL-QN does not arrive at the optimum of the hinge: ours is not above it. */
  @Test
  void fit_svc_isNotAboveSparks() {
    Dataset<Row> rows = Twins.SVC.frame(spark());
    double[] theirs = Learner.history(Twins.SVC.sparksModel("regParam=0.1", rows));
    double[] ours =
        Learner.history(Twins.fit(Twins.with(Twins.SVC.redirected(), "regParam=0.1"), rows));
    assertThat(ours[ours.length - 1]).isLessThanOrEqualTo(theirs[theirs.length - 1] + 1e-9);
    rows.unpersist();
  }

  /** Python prints what class it is; and a model of few non-zeros is small. */
  @Test
  void fit_l1_keepsCoefficientsAsSparkDoes() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(120, 3)).cache();
    String params = "regParam=0.1, elasticNetParam=1.0";
    LogisticRegressionModel theirs =
        Twins.with(new org.apache.spark.ml.classification.LogisticRegression(), params).fit(rows);
    LogisticRegressionModel ours = Twins.with(new LogisticRegression(), params).fit(rows);
    assertThat(ours.coefficientMatrix()).hasSameClassAs(theirs.coefficientMatrix());
    assertThat(ours.coefficientMatrix().numActives())
        .isEqualTo(theirs.coefficientMatrix().numActives())
        .isLessThan(3 * MlRows.FEATURES);
    assertThat(ours.interceptVector()).hasSameClassAs(theirs.interceptVector());
    rows.unpersist();
  }

  /** From Spark 4.1 on they are compressed. */
  @Test
  void fit_svcOfManyConstants_keepsCoefficientsAsSparkDoes() {
    Dataset<Row> rows =
        MlRows.frame(
            spark(),
            MlRows.classified(60, 2).stream()
                .map(row -> MlRows.row(row.getDouble(0), row.<Vector>getAs(3).apply(0), 7, 7, 7, 7))
                .toList());
    LinearSVCModel theirs = new org.apache.spark.ml.classification.LinearSVC().fit(rows);
    LinearSVCModel ours = new LinearSVC().fit(rows);
    assertThat(ours.coefficients()).hasSameClassAs(theirs.coefficients());
    assertThat(ours.coefficients().numNonzeros()).isEqualTo(1);
  }

  @Test
  void fit_linearByDefault_hasTheErrorsOfNormalEquations() {
    Dataset<Row> rows = MlRows.frame(spark(), changing(MlRows.measured(120))).cache();
    LinearRegressionTrainingSummary theirs =
        new org.apache.spark.ml.regression.LinearRegression().fit(rows).summary();
    LinearRegression redirected = new LinearRegression();
    LinearRegressionTrainingSummary ours = redirected.fit(rows).summary();
    assertThat(Twins.byWhom(redirected)).isEqualTo("Ravine");
    assertThat(ours.coefficientStandardErrors()).isEqualTo(theirs.coefficientStandardErrors());
    assertThat(ours.tValues()).isEqualTo(theirs.tValues());
    assertThat(ours.pValues()).isEqualTo(theirs.pValues());
    assertThat(ours.r2()).isCloseTo(theirs.r2(), within(1e-9));
    rows.unpersist();
  }

  /** Without the constant column, whose equations are singular: there are no errors then. */
  private static List<Row> changing(List<Row> rows) {
    return rows.stream()
        .map(
            row -> {
              double[] x = row.<Vector>getAs(3).toArray();
              return MlRows.row(row.getDouble(0), java.util.Arrays.copyOf(x, 5));
            })
        .toList();
  }

  /** Spark's model has the number, and thresholds are the model's. */
  @Test
  void fit_outputParams_areTheModels() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(60, 2));
    LogisticRegressionModel model =
        Twins.with(new LogisticRegression(), "threshold=0.25, probabilityCol=p, tol=1e-3")
            .fit(rows);
    assertThat(model.getThreshold()).isEqualTo(0.25);
    assertThat(model.getTol()).isEqualTo(1e-3);
    assertThat(model.getMaxIter()).isEqualTo(100);
    assertThat(model.transform(rows).columns()).contains("p");
    LinearRegressionModel linear =
        Twins.with(new LinearRegression(), "solver=l-bfgs")
            .fit(MlRows.frame(spark(), MlRows.measured(60)));
    assertThat(linear.getSolver()).isEqualTo("l-bfgs");
  }

  @Test
  void fit_fromAModel_beginsThere() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(120, 2)).cache();
    LogisticRegression first = Twins.with(new LogisticRegression(), "regParam=0.05");
    LogisticRegressionModel start = first.fit(rows);
    LogisticRegression second = Twins.with(new LogisticRegression(), "regParam=0.05");
    double[] history = second.setInitialModel(start).fit(rows).summary().objectiveHistory();
    double[] before = start.summary().objectiveHistory();
    assertThat(history[0]).isCloseTo(before[before.length - 1], within(1e-9));
    rows.unpersist();
  }

  @Test
  void fit_inOneVsRest_agreesWithSparks() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(150, 3)).cache();
    OneVsRestModel theirs =
        oneVsRest(new org.apache.spark.ml.classification.LogisticRegression(), rows);
    OneVsRestModel ours = oneVsRest(new LogisticRegression(), rows);
    for (int k = 0; k < 3; k++) {
      Twins.assertNear((Model<?>) ours.models()[k], (Model<?>) theirs.models()[k], 1e-3);
    }
    rows.unpersist();
  }

  private static OneVsRestModel oneVsRest(
      org.apache.spark.ml.classification.LogisticRegression classifier, Dataset<Row> rows) {
    return new OneVsRest()
        .setClassifier(Twins.with(classifier, "regParam=0.1, tol=1e-10"))
        .fit(rows);
  }
}
