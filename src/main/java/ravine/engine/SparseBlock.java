package ravine.engine;

import org.jspecify.annotations.Nullable;

/** Rows in compressed sparse row form: only the non-zeros are stored. */
final class SparseBlock extends Block {
  private static final long serialVersionUID = 1L;

  /** Row i's non-zeros stand at {@code starts[i] .. starts[i + 1] - 1}. */
  private final int[] starts;

  private final int[] indices;
  private final double[] values;

  SparseBlock(
      int features,
      int[] starts,
      int[] indices,
      double[] values,
      double[] labels,
      double @Nullable [] weights) {
    super(features, labels, weights);
    this.starts = starts;
    this.indices = indices;
    this.values = values;
  }

  @Override
  void margins(int first, int count, double[] point, int outputs, double[] margins) {
    if (outputs == 1) {
      singleMargins(first, count, point, margins);
      return;
    }
    for (int i = 0; i < count; i++) {
      int out = i * outputs;
      System.arraycopy(point, features * outputs, margins, out, outputs);
      for (int s = starts[first + i]; s < starts[first + i + 1]; s++) {
        double x = values[s];
        int at = indices[s] * outputs;
        for (int k = 0; k < outputs; k++) {
          margins[out + k] += x * point[at + k];
        }
      }
    }
  }

  /** Two accumulators, so that one gather need not wait for the sum of the one before. */
  private void singleMargins(int first, int count, double[] point, double[] margins) {
    double intercept = point[features];
    for (int i = 0; i < count; i++) {
      int s = starts[first + i];
      int end = starts[first + i + 1];
      double even = 0.0;
      double odd = 0.0;
      for (; s + 2 <= end; s += 2) {
        even += values[s] * point[indices[s]];
        odd += values[s + 1] * point[indices[s + 1]];
      }
      if (s < end) {
        even += values[s] * point[indices[s]];
      }
      margins[i] = even + odd + intercept;
    }
  }

  @Override
  void accumulate(int first, int count, double[] derivatives, int outputs, double[] gradient) {
    int intercepts = features * outputs;
    for (int i = 0; i < count; i++) {
      int in = i * outputs;
      for (int s = starts[first + i]; s < starts[first + i + 1]; s++) {
        double x = values[s];
        int at = indices[s] * outputs;
        for (int k = 0; k < outputs; k++) {
          gradient[at + k] += x * derivatives[in + k];
        }
      }
      for (int k = 0; k < outputs; k++) {
        gradient[intercepts + k] += derivatives[in + k];
      }
    }
  }

  @Override
  void addSums(double[] sums) {
    for (int i = 0; i < rows; i++) {
      double weight = weight(i);
      for (int s = starts[i]; s < starts[i + 1]; s++) {
        sums[indices[s]] += weight * values[s];
      }
    }
  }

  /** Touches only the non-zeros: (x − μ)² = μ² + x(x − 2μ), the first term added once per block. */
  @Override
  void addSquares(double[] means, double[] squares) {
    for (int i = 0; i < rows; i++) {
      double weight = weight(i);
      for (int s = starts[i]; s < starts[i + 1]; s++) {
        double x = values[s];
        int j = indices[s];
        squares[j] += weight * (x * (x - 2.0 * means[j]));
      }
    }
    double weightSum = weightSum();
    for (int j = 0; j < features; j++) {
      squares[j] += weightSum * means[j] * means[j];
    }
  }

  @Override
  void copyRow(int i, int at, double[] row) {
    java.util.Arrays.fill(row, at, at + features, 0.0);
    for (int s = starts[i]; s < starts[i + 1]; s++) {
      row[at + indices[s]] = values[s];
    }
  }

  @Override
  long stored() {
    return values.length;
  }

  @Override
  long bytes() {
    return 12L * values.length
        + 4L * starts.length
        + 8L * (labels.length + (weights == null ? 0 : weights.length));
  }
}
