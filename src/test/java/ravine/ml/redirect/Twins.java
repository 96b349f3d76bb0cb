package ravine.ml.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import ravine.ml.Learner;
import ravine.ml.MlRows;

/** A class of Spark's and the one that is redirected, for what all three have in common. */
enum Twins {
  LOGISTIC,
  SVC,
  LINEAR;

  /** Spark's own. */
  Estimator<?> sparks() {
    return switch (this) {
      case LOGISTIC -> new org.apache.spark.ml.classification.LogisticRegression();
      case SVC -> new org.apache.spark.ml.classification.LinearSVC();
      case LINEAR -> new org.apache.spark.ml.regression.LinearRegression();
    };
  }

  /** The redirected one; also a {@link Redirected}. */
  Estimator<?> redirected() {
    return switch (this) {
      case LOGISTIC -> new LogisticRegression();
      case SVC -> new LinearSVC();
      case LINEAR -> new LinearRegression();
    };
  }

  /** Params that do not leave the training to Spark. */
  Honoured honoured() {
    return switch (this) {
      case LOGISTIC -> LogisticRegression.HONOURED;
      case SVC -> LinearSVC.HONOURED;
      case LINEAR -> LinearRegression.HONOURED;
    };
  }

  /** {@link #rows}, in memory. */
  Dataset<Row> frame(SparkSession spark) {
    return MlRows.frame(spark, rows()).cache();
  }

  /** Rows that both train on. */
  List<Row> rows() {
    return this == LINEAR ? MlRows.measured(120) : MlRows.classified(120, 2);
  }

  /** Sets a param by name, whose value is one number or one text. */
  static <E extends Params> E with(E estimator, String name, Object value) {
    Param<Object> param = estimator.getParam(name);
    estimator.set(param, value);
    return estimator;
  }

  /** The same of {@code name=value, name=value}. */
  static <E extends Params> E with(E estimator, String params) {
    for (String one : params.isEmpty() ? new String[0] : params.split(", *", -1)) {
      String[] sides = one.split("=", 2);
      with(estimator, sides[0], value(sides[1]));
    }
    return estimator;
  }

  private static Object value(String text) {
    if (text.matches("\\d+")) {
      return Integer.valueOf(text);
    }
    if (text.matches("[\\d.e-]+")) {
      return Double.valueOf(text);
    }
    return text.matches("true|false") ? (Object) Boolean.valueOf(text) : text;
  }

  /** Spark's own model with these params. */
  Model<?> sparksModel(String params, Dataset<Row> rows) {
    return fit(with(sparks(), params), rows);
  }

  /** The same weights, each within the tolerance times the largest of them. */
  static void assertNear(Model<?> found, Model<?> expected, double tolerance) {
    double[] ours = Learner.weights(found);
    double[] theirs = Learner.weights(expected);
    double largest = 1e-6 + Arrays.stream(theirs).map(Math::abs).max().orElse(0.0);
    assertThat(ours).hasSameSizeAs(theirs);
    for (int j = 0; j < ours.length; j++) {
      assertThat(ours[j]).as("weight %d", j).isCloseTo(theirs[j], within(tolerance * largest));
    }
  }

  static Model<?> fit(Estimator<?> estimator, Dataset<Row> rows) {
    return (Model<?>) estimator.fit(rows);
  }

  /** Who trained last. */
  static String byWhom(Estimator<?> estimator) {
    return ((Redirected) estimator).lastTrainingResult() == null ? "Spark" : "Ravine";
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
