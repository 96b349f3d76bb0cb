package ravine.ml.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Matrices;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import ravine.LogCapture;
import ravine.SparkTestBase;
import ravine.ml.Learner;
import ravine.ml.MlRows;

/** What Ravine does not honour trains by Spark, with a line in the log, and never fails for us. */
class FallbackTest extends SparkTestBase {
  private static final String LOGGER = "ravine.ml.redirect";

  /** A param as a later Spark might add it. */
  public static final class Later extends LogisticRegression {
    private static final long serialVersionUID = 1L;

    private final DoubleParam sharpness = new DoubleParam(this, "sharpness", "of a later Spark");

    /** An estimator with a random uid. */
    public Later() {
      super(Identifiable.randomUID("later"));
    }

    /** The param. */
    public DoubleParam sharpness() {
      return sharpness;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LOGISTIC, aggregationDepth=3",
    "LOGISTIC, maxBlockSizeInMB=2.0",
    "SVC, aggregationDepth=3",
    "SVC, maxBlockSizeInMB=2.0",
    "LINEAR, solver=normal",
    "LINEAR, aggregationDepth=3",
    "LINEAR, maxBlockSizeInMB=2.0",
  })
  void fit_paramThatIsNotHonoured_isSparksWithOneLine(Twins twins, String param) {
    Dataset<Row> rows = twins.frame(spark());
    Model<?> expected = twins.sparksModel(param, rows);
    Estimator<?> redirected = Twins.with(twins.redirected(), param);
    try (LogCapture log = new LogCapture(LOGGER)) {
      Model<?> model = Twins.fit(redirected, rows);
      assertThat(Learner.weights(model)).isEqualTo(Learner.weights(expected));
      assertThat(log.messages()).singleElement().asString().contains(param);
    }
    assertThat(Twins.byWhom(redirected)).isEqualTo("Spark");
    assertThat(((Redirected) redirected).explanation()).contains("by Spark").contains(param);
    rows.unpersist();
  }

  /** Spark's two solvers have two optima where there is a penalty: ours is that of l-bfgs. */
  @Test
  void fit_penaltyOfNormalEquations_isSparks() {
    Dataset<Row> rows = Twins.LINEAR.frame(spark());
    Model<?> expected = Twins.LINEAR.sparksModel("regParam=0.5", rows);
    LinearRegression redirected = Twins.with(new LinearRegression(), "regParam=0.5");
    assertThat(Learner.weights(redirected.fit(rows))).isEqualTo(Learner.weights(expected));
    assertThat(redirected.explanation()).contains("solver=auto");
    rows.unpersist();
  }

  @Test
  void fit_bounds_isOurs() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(80, 2));
    LogisticRegression redirected = new LogisticRegression();
    redirected.setLowerBoundsOnCoefficients(Matrices.zeros(1, MlRows.FEATURES));
    redirected.setUpperBoundsOnIntercepts(Vectors.dense(0.0));
    LogisticRegressionModel model = redirected.fit(rows);
    for (double coefficient : model.coefficients().toArray()) {
      assertThat(coefficient).isNotNegative();
    }
    assertThat(model.intercept()).isNotPositive();
    assertThat(redirected.lastTrainingResult()).isNotNull();
    assertThat(redirected.explanation()).endsWith("by Ravine.");
  }

  /** What Spark refuses stays refused, in its words. */
  @Test
  void fit_boundsWithL1_isRefusedBySpark() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(80, 2));
    LogisticRegression redirected = new LogisticRegression();
    redirected.setLowerBoundsOnCoefficients(Matrices.zeros(1, MlRows.FEATURES));
    redirected.setElasticNetParam(0.5);
    assertThatThrownBy(() -> redirected.fit(rows)).hasMessageContaining("only supports L2");
  }

  @Test
  void fit_boundsThatAConstantFeatureCannotKeep_isSparks() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(80, 2));
    LogisticRegression redirected = new LogisticRegression();
    double[] ones = new double[MlRows.FEATURES];
    ones[MlRows.FEATURES - 1] = 1.0;
    redirected.setLowerBoundsOnCoefficients(Matrices.dense(1, MlRows.FEATURES, ones));
    try (LogCapture log = new LogCapture(LOGGER)) {
      redirected.fit(rows);
      assertThat(log.messages()).singleElement().asString().contains("is constant");
    }
    assertThat(redirected.lastTrainingResult()).isNull();
  }

  @Test
  void fit_paramOfALaterSpark_isSparks() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(60, 2));
    Later later = new Later();
    assertThat(later.explanation()).isEqualTo("LogisticRegression is trained by Ravine.");
    later.set(later.sharpness(), 2.0);
    assertThat(later.explanation())
        .isEqualTo(
            "LogisticRegression is trained by Spark, not by Ravine, because sharpness=2.0 is not"
                + " honoured there.");
    later.fit(rows);
    assertThat(later.lastTrainingResult()).isNull();
  }

  /** Which there are: a version of Spark that adds one is seen here. */
  @ParameterizedTest
  @EnumSource(Twins.class)
  void params_thatLeaveTheTrainingToSpark_areThese(Twins twins) {
    Set<String> left = new TreeSet<>();
    for (Param<?> param : twins.sparks().params()) {
      if (!twins.honoured().has(param)) {
        left.add(param.name());
      }
    }
    Set<String> expected = new TreeSet<>(List.of("aggregationDepth", "maxBlockSizeInMB"));
    assertThat(left).isEqualTo(expected);
  }

  @Test
  void fit_oneClassOnly_givesSparksInfiniteIntercept() {
    Dataset<Row> rows = ofOneClass();
    LogisticRegression redirected = new LogisticRegression();
    assertThat(redirected.fit(rows).intercept()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(redirected.lastTrainingResult()).isNull();
    assertThat(redirected.explanation()).endsWith("by Ravine.");
  }

  private Dataset<Row> ofOneClass() {
    return MlRows.frame(spark(), MlRows.classified(40, 2)).withColumn("label", functions.lit(1.0));
  }

  @Test
  void fit_withoutIntercept_ofOneClass_isAsSparks() {
    Dataset<Row> rows = ofOneClass();
    String params = "fitIntercept=false, regParam=0.1, tol=1e-12";
    Model<?> expected = Twins.LOGISTIC.sparksModel(params, rows);
    Twins.assertNear(Twins.with(new LogisticRegression(), params).fit(rows), expected, 1e-4);
  }

  /** Both refuse them, each in its own words: these are Spark's. */
  @Test
  void fit_thresholdsOfOtherClasses_saysWhatSparkSays() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(60, 2));
    double[] three = {0.2, 0.3, 0.5};
    assertThatThrownBy(() -> new LogisticRegression().setThresholds(three).fit(rows))
        .hasMessageContaining("thresholds has length 3");
  }

  @Test
  void fit_notANumber_saysWhatSparkSays() {
    Dataset<Row> rows =
        MlRows.frame(spark(), MlRows.classified(40, 2))
            .withColumn("label", functions.expr("double('NaN')"));
    String expected = messageOf(Twins.LOGISTIC.sparks(), rows);
    assertThat(messageOf(new LogisticRegression(), rows)).isEqualTo(expected);
  }

  private static String messageOf(Estimator<?> estimator, Dataset<Row> rows) {
    try {
      estimator.fit(rows);
      return "no failure";
    } catch (Exception e) { // SparkException is checked, and comes undeclared from Scala
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return String.valueOf(root.getMessage());
    }
  }

  @Test
  void train_ofOursThatFails_isFollowedBySparks() {
    try (LogCapture log = new LogCapture(LOGGER)) {
      String by = failing("No executor answered.\nIn two lines.");
      assertThat(by).isEqualTo("Spark");
      assertThat(log.messages())
          .containsExactly(
              "LinearSVC is trained by Spark, because Ravine declined: it failed: No executor"
                  + " answered.");
    }
  }

  @Test
  void train_cancelled_isNotBegunAnew() {
    assertThatThrownBy(() -> failing("Job 7 cancelled part of cancelled job group g"))
        .hasMessageContaining("cancelled");
    assertThatThrownBy(() -> failing("Training was cancelled: [X] Job 3 cancelled "))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void train_interrupted_isNotBegunAnew() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> failing("something")).hasMessage("something");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThatThrownBy(
            () -> failing(new IllegalStateException("while waiting", new InterruptedException())))
        .hasMessage("while waiting");
  }

  private String failing(String message) {
    return failing(new IllegalStateException(message));
  }

  private String failing(RuntimeException failure) {
    return new Redirection("LinearSVC")
        .train(
            spark().sparkContext(),
            null,
            () -> {
              throw failure;
            },
            () -> "Spark");
  }
}
