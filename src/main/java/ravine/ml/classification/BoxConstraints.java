package ravine.ml.classification;

import java.util.Arrays;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.jspecify.annotations.Nullable;
import ravine.objective.Coordinates;
import ravine.penalty.Bounded;
import ravine.penalty.Bounds;
import ravine.penalty.Penalty;

/**
 * Bounds on the coefficients of the features as they are, and on the intercepts: Spark's four
 * params, each an outputs × features matrix or a vector of one number per output.
 */
final class BoxConstraints {
  /** No coefficient gets there; whoever has no word for infinity writes numbers like this. */
  private static final double AS_GOOD_AS_INFINITE = 1e30;

  /** Of a bound, what two changes of coordinates may add to it. */
  private static final double SAME = 0x1p-50;

  private final LogisticRegression params;

  BoxConstraints(LogisticRegression params) {
    this.params = params;
  }

  /** Whether one of the four is set. */
  boolean areSet() {
    return params.isSet(params.lowerBoundsOnCoefficients())
        || params.isSet(params.upperBoundsOnCoefficients())
        || areOnIntercepts();
  }

  /** Whether intercepts have bounds, which centred features would mix with coefficients. */
  boolean areOnIntercepts() {
    return params.isSet(params.lowerBoundsOnIntercepts())
        || params.isSet(params.upperBoundsOnIntercepts());
  }

  /** Takes the bounds away from a copy of the params; the copy back. */
  static <L extends Params> L without(L copy) {
    for (String name :
        new String[] {
          "lowerBoundsOnCoefficients",
          "upperBoundsOnCoefficients",
          "lowerBoundsOnIntercepts",
          "upperBoundsOnIntercepts"
        }) {
      copy.clear(copy.getParam(name));
    }
    return copy;
  }

  /**
   * The penalty inside of the box, in the coordinates of training; the penalty itself where nothing
   * is bounded.
   *
   * @param coordinates not centred if intercepts have bounds
   * @throws IllegalArgumentException if a param has another shape than the data needs, a lower
   *     bound is above its upper one or NaN, or a feature that is constant, whose coefficient is 0,
   *     must not have that
   */
  Penalty around(Penalty penalty, Coordinates coordinates) {
    if (!areSet()) {
      return penalty;
    }
    if (areOnIntercepts() && !coordinates.hasIntercept()) {
      throw new IllegalArgumentException(
          "There are bounds on intercepts, but fitIntercept=false: clear one of the two.");
    }
    double[] lower = raw(coordinates, Double.NEGATIVE_INFINITY);
    double[] upper = raw(coordinates, Double.POSITIVE_INFINITY);
    readCoefficients(params.lowerBoundsOnCoefficients(), coordinates, lower);
    readCoefficients(params.upperBoundsOnCoefficients(), coordinates, upper);
    readIntercepts(params.lowerBoundsOnIntercepts(), coordinates, lower);
    readIntercepts(params.upperBoundsOnIntercepts(), coordinates, upper);
    double[] inverse = coordinates.inverse();
    int outputs = coordinates.outputs();
    int coefficients = inverse.length * outputs;
    boolean none = true;
    for (int at = 0; at < lower.length; at++) {
      boolean isCoefficient = at < coefficients;
      requireOrdered(lower[at], upper[at], at, outputs, coefficients);
      lower[at] = lower[at] <= -AS_GOOD_AS_INFINITE ? Double.NEGATIVE_INFINITY : lower[at];
      upper[at] = upper[at] >= AS_GOOD_AS_INFINITE ? Double.POSITIVE_INFINITY : upper[at];
      if (isCoefficient && inverse[at / outputs] == 0.0) {
        requireZero(lower[at], upper[at], at / outputs);
        lower[at] = Double.NEGATIVE_INFINITY;
        upper[at] = Double.POSITIVE_INFINITY;
      } else if (isCoefficient) {
        lower[at] /= inverse[at / outputs];
        upper[at] /= inverse[at / outputs];
      }
      none &= Double.isInfinite(lower[at]) && Double.isInfinite(upper[at]);
    }
    return none ? penalty : new Bounded(penalty, new Bounds(lower, upper));
  }

  /**
   * A start inside of the box: the nearest point of it, in place.
   *
   * @return {@code theta}
   */
  static double[] inside(Penalty penalty, double[] theta) {
    Bounds bounds = penalty.bounds();
    if (bounds != null) {
      bounds.clip(theta);
    }
    return theta;
  }

  /**
   * Coefficients and intercepts that the change of coordinates took away from a bound by its last
   * bits, put back.
   *
   * @param coefficients outputs × features, row after row; changed
   * @param intercepts one per output; changed
   */
  void clip(double[] coefficients, double[] intercepts) {
    int outputs = intercepts.length;
    int features = coefficients.length / outputs;
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < features; j++) {
        double lower = bound(params.lowerBoundsOnCoefficients(), k, j, Double.NEGATIVE_INFINITY);
        double upper = bound(params.upperBoundsOnCoefficients(), k, j, Double.POSITIVE_INFINITY);
        int at = k * features + j;
        coefficients[at] = clip(coefficients[at], lower, upper);
      }
      double lower = boundOf(params.lowerBoundsOnIntercepts(), k, Double.NEGATIVE_INFINITY);
      double upper = boundOf(params.upperBoundsOnIntercepts(), k, Double.POSITIVE_INFINITY);
      intercepts[k] = clip(intercepts[k], lower, upper);
    }
  }

  private static double clip(double value, double lower, double upper) {
    if (isSame(value, lower)) {
      return lower;
    }
    return isSame(value, upper) ? upper : Math.max(lower, Math.min(upper, value));
  }

  private static boolean isSame(double value, double bound) {
    return Math.abs(value - bound) <= SAME * Math.abs(bound) && !Double.isInfinite(bound);
  }

  private double bound(Param<Matrix> param, int row, int column, double none) {
    return params.isSet(param) ? params.getOrDefault(param).apply(row, column) : none;
  }

  private double boundOf(Param<Vector> param, int at, double none) {
    return params.isSet(param) ? params.getOrDefault(param).apply(at) : none;
  }

  private static double[] raw(Coordinates coordinates, double none) {
    double[] bounds = new double[coordinates.dimension()];
    Arrays.fill(bounds, none);
    return bounds;
  }

  private void readCoefficients(Param<Matrix> param, Coordinates coordinates, double[] bounds) {
    Matrix given = orNull(param);
    if (given == null) {
      return;
    }
    int outputs = coordinates.outputs();
    int features = coordinates.features();
    if (given.numRows() != outputs || given.numCols() != features) {
      throw new IllegalArgumentException(
          param.name()
              + " must be "
              + outputs
              + " x "
              + features
              + (outputs == 1
                  ? " (1 x features for two classes)"
                  : " (classes x features for the multinomial family)")
              + ", but was "
              + given.numRows()
              + " x "
              + given.numCols()
              + ".");
    }
    for (int j = 0; j < features; j++) {
      for (int k = 0; k < outputs; k++) {
        bounds[j * outputs + k] = given.apply(k, j);
      }
    }
  }

  private void readIntercepts(Param<Vector> param, Coordinates coordinates, double[] bounds) {
    Vector given = orNull(param);
    if (given == null) {
      return;
    }
    int outputs = coordinates.outputs();
    if (given.size() != outputs) {
      throw new IllegalArgumentException(
          param.name()
              + " must have "
              + outputs
              + (outputs == 1 ? " number (two classes)" : " numbers (one per class)")
              + ", but had "
              + given.size()
              + ".");
    }
    for (int k = 0; k < outputs; k++) {
      bounds[coordinates.features() * outputs + k] = given.apply(k);
    }
  }

  private <T> @Nullable T orNull(Param<T> param) {
    return params.isSet(param) ? params.getOrDefault(param) : null;
  }

  private static void requireOrdered(
      double lower, double upper, int at, int outputs, int coefficients) {
    boolean attained = lower < Double.POSITIVE_INFINITY && upper > Double.NEGATIVE_INFINITY;
    if (!(lower <= upper && attained)) {
      String what =
          at < coefficients ? "the coefficient of feature " + at / outputs : "the intercept";
      throw new IllegalArgumentException(
          "The lower bound on "
              + what
              + (outputs > 1 ? " of class " + at % outputs : "")
              + " must be at most the upper one, but they were "
              + lower
              + " and "
              + upper
              + ".");
    }
  }

  private static void requireZero(double lower, double upper, int feature) {
    if (!(lower <= 0.0 && upper >= 0.0)) {
      throw new IllegalArgumentException(
          "Feature "
              + feature
              + " is constant, which leaves its coefficient at 0, outside of its bounds ["
              + lower
              + ", "
              + upper
              + "].");
    }
  }
}
