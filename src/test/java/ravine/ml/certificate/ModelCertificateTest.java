package ravine.ml.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LinearSVC;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Matrices;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.ml.MlRows;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** Models of stock Spark, converged and not, against the objective they claim. */
class ModelCertificateTest extends SparkTestBase {
  private static final double TOL = 1e-5;

  @ParameterizedTest
  @CsvSource({
    "linear, 0, 0, true",
    "linear, 0.1, 0.5, true",
    "linear, 0.3, 1, false",
    "huber, 0, 0, true",
    "huber, 0.05, 0, true",
    "logistic, 0, 0, true",
    "logistic, 0.02, 0, false",
    "logistic, 0.02, 1, true",
    "multinomial, 0, 0, true",
    "multinomial, 0.02, 0, true",
    "multinomial, 0.02, 0.5, true",
    "svc, 0.02, 0, true",
    "svc, 0.1, 0, true",
    "svc, 0.1, 0, false"
  })
  void of_stockModel_isWithinWhereItConverged_andFlaggedWhereNot(
      String kind, double regParam, double elasticNet, boolean standardization) {
    Dataset<Row> rows = rows(kind);
    Model<?> optimum =
        fit(estimator(kind, regParam, elasticNet, standardization, enough(kind), 1e-12), rows);
    Model<?> unfinished =
        fit(estimator(kind, regParam, elasticNet, standardization, tooFew(kind), 1e-14), rows);

    ModelCertificate good = ModelCertificate.of(optimum, rows);
    ModelCertificate bad = ModelCertificate.of(unfinished, rows);

    assertThat(good.isWithin(TOL)).as("%s", good).isTrue();
    if (regParam > 0.0) {
      assertThat(good.isProven()).as("%s", good).isTrue();
    }
    double gap = bad.objective() - good.objective();
    assertThat(gap).as("so few iterations are too few").isGreaterThan(1e-4 * good.objective());
    assertThat(bad.isWithin(TOL)).as("%s", bad).isFalse();
    assertThat(bad.bound()).as("%s", bad).isGreaterThanOrEqualTo(gap * (1 - 1e-6));
    assertThat(bad.bound()).as("%s", bad).isLessThanOrEqualTo(1.2 * gap + good.bound());
    assertThat(bad.leastGap())
        .as("%s", bad)
        .isLessThanOrEqualTo(gap + good.bound() + 1e-9)
        .isGreaterThan(0.5 * gap);
    assertThat(bad.sentence()).contains("at least").contains(bad.worst());
  }

  /** What the model's own history ends with, so that objectives can be compared. */
  @ParameterizedTest
  @CsvSource({"linear", "huber", "logistic", "multinomial", "svc"})
  void of_objective_isThatOfTheHistory(String kind) {
    Dataset<Row> rows = rows(kind);
    Model<?> model = fit(estimator(kind, 0.05, 0.0, true, enough(kind), 1e-12), rows);
    double[] history =
        model instanceof LinearRegressionModel linear
            ? linear.summary().objectiveHistory()
            : model instanceof LogisticRegressionModel logistic
                ? logistic.summary().objectiveHistory()
                : ((org.apache.spark.ml.classification.LinearSVCModel) model)
                    .summary()
                    .objectiveHistory();

    ModelCertificate found = ModelCertificate.of(model, rows);

    double last = history[history.length - 1];
    assertThat(found.objective())
        .isCloseTo(last, org.assertj.core.api.Assertions.within(2e-5 * last));
    assertThat(found.nullObjective()).isGreaterThan(found.objective());
  }

  @Test
  void of_anotherObjective_isNotTheOneClaimed() {
    Dataset<Row> rows = rows("logistic");
    Model<?> model = fit(estimator("logistic", 0.02, 0.0, true, 500, 1e-12), rows);
    LogisticRegression other = new LogisticRegression().setWeightCol("weight").setRegParam(0.2);

    assertThat(ModelCertificate.of(model, rows, other).isWithin(TOL)).isFalse();
    assertThat(ModelCertificate.of(model, rows).isWithin(TOL)).isTrue();
  }

  @Test
  void of_ownModel_isWithin() {
    Dataset<Row> rows = rows("logistic");
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setRegParam(0.01).setTol(1e-8);

    assertThat(ModelCertificate.of(estimator.fit(rows), rows, estimator).isWithin(TOL)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "logistic, 0.02, 0, true",
    "logistic, 0.02, 0, false",
    "logistic, 0.02, 0.5, false",
    "multinomial, 0.02, 0, true",
    "multinomial, 0.02, 0.5, false"
  })
  void of_modelWithBounds_isWithinThem_andNotWithoutThem(
      String kind, double regParam, double elasticNet, boolean ofIntercepts) {
    Dataset<Row> rows = rows(kind);
    int outputs = kind.equals("logistic") ? 1 : 3;
    MiniBatchLogisticRegression ours =
        new MiniBatchLogisticRegression().setElasticNetParam(elasticNet).setTol(1e-8);
    LogisticRegression bounded = elasticNet > 0.0 ? ours : new LogisticRegression().setTol(1e-12);
    bounded.setRegParam(regParam).setWeightCol("weight").setMaxIter(500);
    bounded.setLowerBoundsOnCoefficients(Matrices.zeros(outputs, MlRows.FEATURES));
    if (ofIntercepts) {
      bounded.setUpperBoundsOnIntercepts(Vectors.zeros(outputs));
    }
    LogisticRegressionModel model = bounded.fit(rows);

    ModelCertificate found = ModelCertificate.of(model, rows, bounded);

    assertThat(found.isWithin(TOL)).as("%s", found).isTrue();
    assertThat(found.isProven()).as("%s", found).isTrue();
    LogisticRegression free =
        new LogisticRegression()
            .setRegParam(regParam)
            .setElasticNetParam(elasticNet)
            .setWeightCol("weight");
    assertThat(ModelCertificate.of(model, rows, free).leastGap()).isGreaterThan(1e-3);
    if (elasticNet == 0.0) {
      assertThat(ModelCertificate.of(model, rows).isWithin(TOL)).as("its own params").isTrue();
    }
    LogisticRegressionModel better = free.setMaxIter(1).fit(rows);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelCertificate.of(better, rows, bounded))
        .withMessageContaining("which its bounds do not allow; the nearest number that they do is");
  }

  @Test
  void of_boundedModelThatIsNotDone_isFlaggedByWhatItIsOff() {
    Dataset<Row> rows = rows("logistic");
    LogisticRegression bounded =
        new LogisticRegression()
            .setRegParam(0.02)
            .setWeightCol("weight")
            .setLowerBoundsOnCoefficients(Matrices.zeros(1, MlRows.FEATURES));
    ModelCertificate good =
        ModelCertificate.of(bounded.setTol(1e-12).setMaxIter(500).fit(rows), rows, bounded);
    ModelCertificate bad = ModelCertificate.of(bounded.setMaxIter(1).fit(rows), rows, bounded);

    double gap = bad.objective() - good.objective();
    assertThat(gap).isGreaterThan(1e-4);
    assertThat(bad.isWithin(TOL)).as("%s", bad).isFalse();
    assertThat(bad.bound()).isBetween(gap * (1 - 1e-6), 1.2 * gap + good.bound());
    assertThat(bad.leastGap()).isBetween(0.5 * gap, gap + good.bound());
  }

  @Test
  void of_worstCondition_hasTheFeaturesName() {
    Dataset<Row> rows =
        spark()
            .range(200)
            .select(
                functions.expr("cast(id % 7 as double) as height"),
                functions.expr("cast(id % 11 as double) as width"),
                functions.expr("cast(2 * (id % 7) + 5 * (id % 11) + sin(id) as double) as label"));
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(new String[] {"height", "width"})
            .setOutputCol("features")
            .transform(rows);
    LinearRegressionModel given = new LinearRegression().fit(assembled);
    LinearRegressionModel changed =
        new LinearRegressionModel(
            "changed",
            Vectors.dense(given.coefficients().apply(0), given.coefficients().apply(1) + 1.0),
            given.intercept() - 5.0);

    ModelCertificate found = ModelCertificate.of(changed, assembled, new LinearRegression());

    assertThat(found.worst()).isEqualTo("width");
    assertThat(found.isWithin(TOL)).isFalse();
  }

  @Test
  void of_modelThatItsParamsCannotMake_isRefused() {
    Dataset<Row> rows = rows("linear");
    double[] constant = new double[MlRows.FEATURES];
    constant[5] = 3.0;
    LinearRegressionModel model = new LinearRegressionModel("m", Vectors.dense(constant), 1.0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelCertificate.of(model, rows))
        .withMessageContaining("feature 5")
        .withMessageContaining("same in every row");
    LinearRegressionModel shifted =
        new LinearRegressionModel("m", Vectors.dense(new double[MlRows.FEATURES]), 1.0);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ModelCertificate.of(shifted, rows, new LinearRegression().setFitIntercept(false)))
        .withMessageContaining("intercept");
    Model<?> clusters = new KMeans().setK(2).fit(rows);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelCertificate.of(clusters, rows))
        .withMessageContaining("KMeansModel");
  }

  private Dataset<Row> rows(String kind) {
    return MlRows.frame(
        spark(),
        kind.equals("linear") || kind.equals("huber")
            ? MlRows.measured(400)
            : MlRows.classified(400, kind.equals("multinomial") ? 3 : 2),
        2);
  }

  private static Estimator<?> estimator(
      String kind,
      double regParam,
      double elasticNet,
      boolean standardization,
      int maxIter,
      double tol) {
    Estimator<?> estimator =
        switch (kind) {
          case "linear" ->
              new LinearRegression().setSolver("l-bfgs").setElasticNetParam(elasticNet);
          case "huber" -> new LinearRegression().setLoss("huber");
          case "svc" -> new LinearSVC();
          default -> new LogisticRegression().setElasticNetParam(elasticNet);
        };
    set(estimator, "regParam", regParam);
    set(estimator, "standardization", standardization);
    set(estimator, "maxIter", maxIter);
    set(estimator, "tol", tol);
    set(estimator, "weightCol", "weight");
    return estimator;
  }

  /** Spark's line search does not end well where no step helps any more: each takes many jobs. */
  private static int enough(String kind) {
    return kind.equals("svc") ? 40 : 300;
  }

  /** The columns of the linear set are nearly uncorrelated. */
  private static int tooFew(String kind) {
    return kind.equals("linear") ? 1 : 2;
  }

  private static void set(Estimator<?> estimator, String name, Object value) {
    Param<Object> param = estimator.getParam(name);
    estimator.set(param, value);
  }

  private static Model<?> fit(Estimator<?> estimator, Dataset<Row> rows) {
    return (Model<?>) estimator.fit(rows);
  }
}
