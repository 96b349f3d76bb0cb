package ravine.engine;

/**
 * The folded sums of a {@link SparseRequest}: a gradient that is 0 at most features. Holds arrays
 * of the raw dimension, of which a step reads and writes the touched entries only.
 */
final class SparseSum {
  private static final int LOSS = 3;

  private final int features;
  private final int outputs;
  private final int tail;
  private final double[] gradient;
  private final FeatureMarks marks;
  private double loss;
  private double weight;
  private double seconds;

  /**
   * All 0.
   *
   * @param outputs margins per row K
   * @param extras number of the loss's own parameters
   */
  SparseSum(int features, int outputs, int extras) {
    this.features = features;
    this.outputs = outputs;
    this.tail = outputs + extras;
    this.gradient = new double[features * outputs + tail];
    this.marks = new FeatureMarks(features);
  }

  void clear() {
    marks.clear();
    java.util.Arrays.fill(gradient, features * outputs, gradient.length, 0.0);
    loss = 0.0;
    weight = 0.0;
    seconds = 0.0;
  }

  /**
   * Adds one partition's sums; call in partition order, so that the bits do not depend on timing.
   *
   * @param touched the features it touched, each once
   * @param part sums at those, intercepts, parameters, then loss, weight and seconds
   */
  void fold(int[] touched, double[] part) {
    for (int i = 0; i < touched.length; i++) {
      int at = touched[i] * outputs;
      boolean fresh = marks.add(touched[i]);
      for (int k = 0; k < outputs; k++) {
        double before = fresh ? 0.0 : gradient[at + k];
        gradient[at + k] = before + part[i * outputs + k];
      }
    }
    int from = touched.length * outputs;
    int to = features * outputs;
    for (int e = 0; e < tail; e++) {
      gradient[to + e] += part[from + e];
    }
    loss += PartialSum.loss(part);
    weight += PartialSum.weight(part);
    seconds = Math.max(seconds, PartialSum.seconds(part));
  }

  /** Length of one partition's sums that touch so many features. */
  static int length(int touched, int outputs, int extras) {
    return Math.addExact(Math.multiplyExact(touched, outputs), outputs + extras + LOSS);
  }

  /** Number of features touched by any partition. */
  int count() {
    return marks.count();
  }

  /** Those features; the first {@link #count} entries. */
  int[] touched() {
    return marks.list();
  }

  /** Raw gradient sums; entries of features that were not touched are left over from before. */
  double[] gradient() {
    return gradient;
  }

  double loss() {
    return loss;
  }

  double weight() {
    return weight;
  }

  /** Seconds of the slowest partition. */
  double seconds() {
    return seconds;
  }
}
