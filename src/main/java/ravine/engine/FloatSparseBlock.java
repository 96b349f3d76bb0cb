package ravine.engine;

import org.jspecify.annotations.Nullable;

/** {@link SparseBlock} with values stored as float: 8 bytes for a non-zero instead of 12. */
final class FloatSparseBlock extends Block {
  private static final long serialVersionUID = 1L;

  /** Row i's non-zeros stand at {@code starts[i] .. starts[i + 1] - 1}. */
  private final int[] starts;

  private final int[] indices;
  private final float[] values;

  FloatSparseBlock(
      int features,
      int[] starts,
      int[] indices,
      float[] values,
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
      double intercept = point[features];
      for (int i = 0; i < count; i++) {
        int from = starts[first + i];
        int to = starts[first + i + 1];
        margins[i] = SparseKernel.dot(indices, values, from, to, point) + intercept;
      }
      return;
    }
    MultiKernel kernel = Kernels.outputs();
    for (int i = 0; i < count; i++) {
      int from = starts[first + i];
      int length = starts[first + i + 1] - from;
      kernel.sparseMargins(
          indices,
          from,
          Scratch.widen(values, from, length),
          0,
          length,
          features,
          point,
          outputs,
          margins,
          i * outputs);
    }
  }

  @Override
  void accumulate(int first, int count, double[] derivatives, int outputs, double[] gradient) {
    if (outputs == 1) {
      for (int i = 0; i < count; i++) {
        int from = starts[first + i];
        int to = starts[first + i + 1];
        SparseKernel.add(indices, values, from, to, derivatives[i], gradient);
      }
      gradient[features] += DenseKernel.sum(derivatives, count);
      return;
    }
    MultiKernel kernel = Kernels.outputs();
    for (int i = 0; i < count; i++) {
      int from = starts[first + i];
      int length = starts[first + i + 1] - from;
      kernel.sparseAccumulate(
          indices,
          from,
          Scratch.widen(values, from, length),
          0,
          length,
          features,
          derivatives,
          i * outputs,
          outputs,
          gradient);
    }
  }

  @Override
  void addMoments(Moments moments) {
    for (int i = 0; i < rows; i++) {
      int from = starts[i];
      int length = starts[i + 1] - from;
      moments.addSparse(indices, from, Scratch.widen(values, from, length), 0, length, weight(i));
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
  void mark(int first, int count, FeatureMarks marks) {
    marks.add(indices, starts[first], starts[first + count]);
  }

  @Override
  long stored() {
    return values.length;
  }

  @Override
  long bytes() {
    return 8L * values.length + 4L * starts.length + rowBytes();
  }
}
