package ravine.rows;

import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Labels and weights of some adjacent rows, with or without their features. */
public class LabelledRows implements Serializable {
  private static final long serialVersionUID = 1L;

  public final int rows;
  final ExactNumbers labels;

  /** Row weights, or null where every one is 1. */
  final @Nullable ExactNumbers weights;

  LabelledRows(ExactNumbers labels, @Nullable ExactNumbers weights) {
    this.rows = labels.length();
    this.labels = labels;
    this.weights = weights;
  }

  /** The same without features, which take most of the memory. */
  final LabelledRows withoutFeatures() {
    return new LabelledRows(labels, weights);
  }

  public final double label(int row) {
    return labels.get(row);
  }

  public final double weight(int row) {
    return weights == null ? 1.0 : weights.get(row);
  }

  /** Whether rows have weights other than 1. */
  public final boolean isWeighted() {
    return weights != null;
  }

  /** Writes the labels of {@code count} rows to the start of {@code to}. */
  public final void copyLabels(int first, int count, double[] to) {
    labels.copy(first, count, to);
  }

  /** Writes the weights of {@code count} rows to the start of {@code to}, and adds them up. */
  public final double copyWeights(int first, int count, double[] to) {
    if (weights == null) {
      Arrays.fill(to, 0, count, 1.0);
      return count;
    }
    weights.copy(first, count, to);
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
      sum += to[i];
    }
    return sum;
  }

  /** Heap bytes of labels and weights. */
  final long rowBytes() {
    return labels.bytes() + (weights == null ? 0 : weights.bytes());
  }

  /** The same if all were doubles. */
  final long plainRowBytes() {
    return 8L * rows * (weights == null ? 1 : 2);
  }
}
