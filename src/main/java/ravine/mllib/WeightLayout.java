package ravine.mllib;

import java.util.Arrays;
import ravine.penalty.CoordinateScale;

/**
 * Between MLlib's order of weights, class by class with class 0 as the pivot, and the engine's,
 * feature by feature with a weight for every class.
 *
 * @param outputs margins per row: 1, or the number of classes K
 * @param features weights per class d
 */
record WeightLayout(int outputs, int features) {

  /**
   * The layout of a weight vector.
   *
   * @throws IllegalArgumentException if its size is no multiple of K − 1
   */
  static WeightLayout of(int outputs, int size) {
    int blocks = Math.max(1, outputs - 1);
    if (size % blocks != 0) {
      throw new IllegalArgumentException(
          "initialWeights must hold "
              + blocks
              + " weights per feature for "
              + outputs
              + " classes, but has size "
              + size);
    }
    return new WeightLayout(outputs, size / blocks);
  }

  double[] toEngine(double[] weights) {
    if (outputs == 1) {
      return weights.clone();
    }
    double[] engine = new double[features * outputs];
    for (int k = 1; k < outputs; k++) {
      for (int j = 0; j < features; j++) {
        engine[j * outputs + k] = weights[(k - 1) * features + j];
      }
    }
    return engine;
  }

  double[] toMllib(double[] engine) {
    if (outputs == 1) {
      return engine.clone();
    }
    double[] weights = new double[features * (outputs - 1)];
    for (int k = 1; k < outputs; k++) {
      for (int j = 0; j < features; j++) {
        weights[(k - 1) * features + j] = engine[j * outputs + k] - engine[j * outputs];
      }
    }
    return weights;
  }

  /** Exempts the last feature's weight in every class. */
  CoordinateScale lastExempt() {
    double[] factors = new double[features * outputs];
    Arrays.fill(factors, 0, Math.max(0, features - 1) * outputs, 1.0);
    return CoordinateScale.of(factors);
  }
}
