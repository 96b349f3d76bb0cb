package ravine.engine;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Some rows packed into primitive arrays, about one L2 cache of them, and the two kernels of a
 * linear model over a group of adjacent rows: margins from weights, and gradient from derivatives.
 *
 * <p>With K outputs (margins per row) and d features, weights and gradients are feature-major:
 * feature j of output k stands at {@code j * K + k}, and the K intercepts follow at {@code d * K +
 * k}. So the innermost loop over outputs reads neighbours, for dense and sparse rows alike. Margins
 * and derivatives of row i stand at {@code i * K + k}.
 *
 * <p>Rows hold the features as they came: standardising and centring happen in the weights, on the
 * driver ({@link Preconditioner}), so that sparse rows stay sparse.
 */
abstract class Block implements Serializable {
  private static final long serialVersionUID = 1L;

  final int rows;
  final int features;
  final double[] labels;

  /** Row weights, or null where every one is 1. */
  final double @Nullable [] weights;

  Block(int features, double[] labels, double @Nullable [] weights) {
    this.rows = labels.length;
    this.features = features;
    this.labels = labels;
    this.weights = weights;
  }

  /**
   * Writes the margins of rows {@code first .. first + count - 1} to the start of {@code margins}.
   */
  abstract void margins(int first, int count, double[] point, int outputs, double[] margins);

  /** Adds Σ derivative · row over the same rows to {@code gradient}, intercepts included. */
  abstract void accumulate(
      int first, int count, double[] derivatives, int outputs, double[] gradient);

  /** Adds every row to {@code moments}, as the kernels see it. */
  abstract void addMoments(Moments moments);

  /** Writes the features of row i to {@code row}, from index {@code at} on. */
  abstract void copyRow(int i, int at, double[] row);

  /** Marks the features that are not 0 somewhere in rows {@code first .. first + count - 1}. */
  void mark(int first, int count, FeatureMarks marks) {
    marks.addAll();
  }

  /** Stored numbers: all of a dense block, the non-zeros of a sparse one. */
  abstract long stored();

  /** Heap bytes of the arrays. */
  abstract long bytes();

  /** Heap bytes of labels and weights. */
  final long rowBytes() {
    return 8L * (labels.length + (weights == null ? 0 : weights.length));
  }

  final double weight(int row) {
    return weights == null ? 1.0 : weights[row];
  }

  final double weightSum() {
    double sum = 0.0;
    for (int i = 0; i < rows; i++) {
      sum += weight(i);
    }
    return sum;
  }
}
