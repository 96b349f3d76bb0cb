package ravine.ml.certificate;

import java.util.List;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingData;
import ravine.ml.ClassWeights;
import ravine.ml.LinearWeights;
import ravine.ml.MiniBatchFit;
import ravine.ml.MiniBatchParams;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.Bounds;

/** The objective that a model is said to minimise: an estimator of ours with the same params. */
final class Claim {
  /** The params that decide the objective, and the columns it is measured on. */
  private static final List<String> OBJECTIVE =
      List.of(
          "regParam",
          "elasticNetParam",
          "fitIntercept",
          "standardization",
          "weightCol",
          "family",
          "loss",
          "epsilon",
          "labelCol",
          "featuresCol",
          "validationIndicatorCol",
          "lowerBoundsOnCoefficients",
          "upperBoundsOnCoefficients",
          "lowerBoundsOnIntercepts",
          "upperBoundsOnIntercepts");

  private static final double ROUNDING = 1e-9;

  private final MiniBatchParams<?> learner;

  private Claim(MiniBatchParams<?> learner) {
    this.learner = learner;
  }

  /**
   * @throws IllegalArgumentException if the model is of no kind that is known here, or the params
   *     are those of another kind
   */
  static Claim of(Model<?> model, Params stated) {
    MiniBatchParams<?> learner;
    if (model instanceof LogisticRegressionModel) {
      learner = new MiniBatchLogisticRegression();
    } else if (model instanceof LinearSVCModel) {
      learner = new MiniBatchLinearSVC();
    } else if (model instanceof LinearRegressionModel) {
      learner = new MiniBatchLinearRegression();
    } else {
      throw new IllegalArgumentException(
          "Only models of LinearRegression, LogisticRegression and LinearSVC can be certified, but"
              + " this is a "
              + model.getClass().getSimpleName()
              + ".");
    }
    for (String name : OBJECTIVE) {
      if (stated.hasParam(name) && learner.hasParam(name)) {
        copy(stated, learner, name);
      }
    }
    return new Claim(learner);
  }

  private static void copy(Params from, MiniBatchParams<?> to, String name) {
    Param<Object> stated = from.getParam(name);
    if (from.isDefined(stated)) {
      Param<Object> own = to.getParam(name);
      to.set(own, from.getOrDefault(stated));
    }
  }

  MiniBatchParams<?> learner() {
    return learner;
  }

  String featuresCol() {
    return String.valueOf(learner.getOrDefault(learner.getParam("featuresCol")));
  }

  /** The problem over the rows, beginning at the model or, for null, at the null model. */
  Problem problem(
      MiniBatchFit fit, TrainingData packed, Dataset<?> data, @Nullable Model<?> model) {
    String label = String.valueOf(learner.getOrDefault(learner.getParam("labelCol")));
    return learner.objective(fit, packed, data.schema().apply(label), model);
  }

  /**
   * Makes sure that the problem begins at the model itself: not all models are among those that the
   * estimator can make.
   *
   * @throws IllegalArgumentException if it does not
   */
  void requireSame(Model<?> model, Problem problem, Names names) {
    Matrix coefficients;
    Vector intercepts;
    if (model instanceof LogisticRegressionModel logistic) {
      coefficients = logistic.coefficientMatrix();
      intercepts = logistic.interceptVector();
    } else {
      LinearWeights own = LinearWeights.of(problem.coordinates(), problem.initial());
      Vector given =
          model instanceof LinearSVCModel svc
              ? svc.coefficients()
              : ((LinearRegressionModel) model).coefficients();
      double intercept =
          model instanceof LinearSVCModel svc
              ? svc.intercept()
              : ((LinearRegressionModel) model).intercept();
      for (int j = 0; j < given.size(); j++) {
        require(given.apply(j), own.coefficients()[j], j, problem, names);
      }
      requireIntercept(intercept, problem);
      return;
    }
    ClassWeights own = ClassWeights.of(problem.coordinates(), problem.initial());
    for (int k = 0; k < coefficients.numRows(); k++) {
      for (int j = 0; j < coefficients.numCols(); j++) {
        require(coefficients.apply(k, j), own.coefficients().apply(k, j), j, problem, names);
      }
      requireIntercept(intercepts.apply(k), problem);
      requireInside(intercepts.apply(k), k, problem, names);
    }
  }

  private static void require(double given, double own, int feature, Problem problem, Names names) {
    if (Math.abs(given - own) <= ROUNDING * Math.abs(given)) {
      return;
    }
    if (problem.coordinates().inverse()[feature] != 0.0) {
      throw new IllegalArgumentException(outside(given, names.feature(feature), own));
    }
    throw new IllegalArgumentException(
        "The model has the coefficient "
            + given
            + " for "
            + names.feature(feature)
            + ", which is the same in every row: the objective cannot tell it from an intercept.");
  }

  private static String outside(double given, String of, double nearest) {
    return "The model has "
        + given
        + " for "
        + of
        + ", which its bounds do not allow; the nearest number that they do is "
        + nearest
        + ".";
  }

  /** Where intercepts have bounds, features are not centred, and an intercept is the weight. */
  private static void requireInside(double intercept, int k, Problem problem, Names names) {
    Bounds bounds = problem.penalty().bounds();
    Coordinates coordinates = problem.coordinates();
    if (bounds == null || !coordinates.hasIntercept()) {
      return;
    }
    int at = coordinates.features() * coordinates.outputs() + k;
    double nearest = bounds.clip(at, intercept);
    boolean bounded =
        !Double.isInfinite(bounds.lower()[at]) || !Double.isInfinite(bounds.upper()[at]);
    if (bounded && Math.abs(nearest - intercept) > ROUNDING * Math.abs(intercept)) {
      throw new IllegalArgumentException(outside(intercept, names.of(at), nearest));
    }
  }

  private static void requireIntercept(double given, Problem problem) {
    if (given != 0.0 && !problem.coordinates().hasIntercept()) {
      throw new IllegalArgumentException(
          "The model has the intercept "
              + given
              + ", but by its params (fitIntercept=false) it has none.");
    }
  }
}
