package ravine.ml;

import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/** Every estimator in every kind it has, so that one test runs over all. */
public enum Learner {
  LOGISTIC,
  SOFTMAX,
  SVC,
  SQUARED,
  HUBER;

  /** A new estimator; also an {@link Estimator}. */
  public MiniBatchParams<?> create() {
    return switch (this) {
      case LOGISTIC, SOFTMAX -> new MiniBatchLogisticRegression();
      case SVC -> new MiniBatchLinearSVC();
      case SQUARED -> new MiniBatchLinearRegression();
      case HUBER -> new MiniBatchLinearRegression().setLoss("huber");
    };
  }

  /** DataFrameRows to train it on. */
  public List<Row> rows(int count) {
    return switch (this) {
      case LOGISTIC, SVC -> MlRows.classified(count, 2);
      case SOFTMAX -> MlRows.classified(count, 3);
      case SQUARED, HUBER -> MlRows.measured(count);
    };
  }

  /** Sets a param by name. */
  public static void set(MiniBatchParams<?> estimator, String name, Object value) {
    Param<Object> param = estimator.getParam(name);
    estimator.set(param, value);
  }

  /** Fits. */
  public static Model<?> fit(MiniBatchParams<?> estimator, Dataset<Row> rows) {
    return (Model<?>) ((Estimator<?>) estimator).fit(rows);
  }

  /** Coefficients and intercepts in one array. */
  public static double[] weights(Model<?> model) {
    if (model instanceof LogisticRegressionModel logistic) {
      return joined(logistic.coefficientMatrix().toArray(), logistic.interceptVector().toArray());
    }
    if (model instanceof LinearSVCModel svc) {
      return joined(svc.coefficients().toArray(), new double[] {svc.intercept()});
    }
    LinearRegressionModel linear = (LinearRegressionModel) model;
    return joined(
        linear.coefficients().toArray(), new double[] {linear.intercept(), linear.scale()});
  }

  private static double[] joined(double[] left, double[] right) {
    double[] both = java.util.Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }

  /** The objective history of its summary. */
  public static double[] history(Model<?> model) {
    if (model instanceof LogisticRegressionModel logistic) {
      return logistic.summary().objectiveHistory();
    }
    if (model instanceof LinearSVCModel svc) {
      return svc.summary().objectiveHistory();
    }
    return ((LinearRegressionModel) model).summary().objectiveHistory();
  }

  /** What the last fit gave. */
  public static TrainingResult result(MiniBatchParams<?> estimator) {
    if (estimator instanceof MiniBatchLogisticRegression logistic) {
      return logistic.lastTrainingResult();
    }
    if (estimator instanceof MiniBatchLinearSVC svc) {
      return svc.lastTrainingResult();
    }
    return ((MiniBatchLinearRegression) estimator).lastTrainingResult();
  }

  /** Adds a listener. */
  public static void listen(MiniBatchParams<?> estimator, TrainingListener listener) {
    if (estimator instanceof MiniBatchLogisticRegression logistic) {
      logistic.addListener(listener);
    } else if (estimator instanceof MiniBatchLinearSVC svc) {
      svc.addListener(listener);
    } else {
      ((MiniBatchLinearRegression) estimator).addListener(listener);
    }
  }
}
