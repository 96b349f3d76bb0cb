package ravine.kernel;

/**
 * Kernels with several outputs in plain Java. Loops over outputs are written so that the compiler
 * can vectorise them; four features (or rows) at a time, so that each load and store of a sum is
 * shared by four products.
 */
final class ScalarMultiKernel extends MultiKernel {
  @Override
  public void denseMargins(
      double[] values, int d, int first, int count, double[] point, int outputs, double[] margins) {
    for (int i = 0; i < count; i++) {
      int row = (first + i) * d;
      int out = i * outputs;
      System.arraycopy(point, d * outputs, margins, out, outputs);
      int j = 0;
      for (; j + 4 <= d; j += 4) {
        addFour(
            values[row + j],
            values[row + j + 1],
            values[row + j + 2],
            values[row + j + 3],
            point,
            j * outputs,
            outputs,
            margins,
            out);
      }
      for (; j < d; j++) {
        addOne(values[row + j], point, j * outputs, outputs, margins, out);
      }
    }
  }

  @Override
  public void denseAccumulate(
      double[] values,
      int d,
      int first,
      int count,
      double[] derivatives,
      int outputs,
      double[] gradient) {
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      int row = (first + i) * d;
      for (int j = 0; j < d; j++) {
        addFour(
            values[row + j],
            values[row + d + j],
            values[row + 2 * d + j],
            values[row + 3 * d + j],
            derivatives,
            i * outputs,
            outputs,
            gradient,
            j * outputs);
      }
      addFour(1.0, 1.0, 1.0, 1.0, derivatives, i * outputs, outputs, gradient, d * outputs);
    }
    for (; i < count; i++) {
      int row = (first + i) * d;
      for (int j = 0; j < d; j++) {
        addOne(values[row + j], derivatives, i * outputs, outputs, gradient, j * outputs);
      }
      addOne(1.0, derivatives, i * outputs, outputs, gradient, d * outputs);
    }
  }

  @Override
  public void sparseMargins(
      int[] indices,
      int indexFrom,
      double[] values,
      int valueFrom,
      int length,
      int d,
      double[] point,
      int outputs,
      double[] margins,
      int to) {
    System.arraycopy(point, d * outputs, margins, to, outputs);
    for (int s = 0; s < length; s++) {
      addOne(values[valueFrom + s], point, indices[indexFrom + s] * outputs, outputs, margins, to);
    }
  }

  @Override
  public void sparseAccumulate(
      int[] indices,
      int indexFrom,
      double[] values,
      int valueFrom,
      int length,
      int d,
      double[] derivatives,
      int from,
      int outputs,
      double[] gradient) {
    for (int s = 0; s < length; s++) {
      int at = indices[indexFrom + s] * outputs;
      addOne(values[valueFrom + s], derivatives, from, outputs, gradient, at);
    }
    addOne(1.0, derivatives, from, outputs, gradient, d * outputs);
  }

  /** to[k] += x · from[k]. */
  private static void addOne(
      double x, double[] from, int fromAt, int outputs, double[] to, int toAt) {
    for (int k = 0; k < outputs; k++) {
      to[toAt + k] += x * from[fromAt + k];
    }
  }

  /** to[k] += a · from[k] + b · from[K + k] + c · from[2K + k] + e · from[3K + k]. */
  private static void addFour(
      double a,
      double b,
      double c,
      double e,
      double[] from,
      int fromAt,
      int outputs,
      double[] to,
      int toAt) {
    int second = fromAt + outputs;
    int third = second + outputs;
    int fourth = third + outputs;
    for (int k = 0; k < outputs; k++) {
      to[toAt + k] +=
          (a * from[fromAt + k] + b * from[second + k])
              + (c * from[third + k] + e * from[fourth + k]);
    }
  }
}
