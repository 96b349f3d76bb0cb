package ravine.kernel;

/**
 * Few outputs, enough dense rows: each output's weights are copied out and go through the kernels
 * of one output, whose loops run over features. A loop over 2 to 7 outputs is too short to be worth
 * its start; on one core this takes a third of the time at 3 outputs, 28 features and 32 rows. With
 * fewer than {@value #ENOUGH_ROWS} rows the copying would cost more than it saves, and sparse rows
 * have no use for it: these go to another kernel.
 */
final class ColumnMultiKernel extends MultiKernel {
  private static final int ENOUGH_ROWS = 8;
  private static final int MANY_OUTPUTS = 8;

  private final DenseKernel single;
  private final MultiKernel other;

  ColumnMultiKernel(DenseKernel single, MultiKernel other) {
    this.single = single;
    this.other = other;
  }

  @Override
  public void denseMargins(
      double[] values, int d, int first, int count, double[] point, int outputs, double[] margins) {
    if (outputs >= MANY_OUTPUTS || count < ENOUGH_ROWS) {
      other.denseMargins(values, d, first, count, point, outputs, margins);
      return;
    }
    double[] column = Scratch.column(d + 1);
    double[] sums = Scratch.rows(count);
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j <= d; j++) {
        column[j] = point[j * outputs + k];
      }
      single.margins(values, d, first, count, column, sums);
      for (int i = 0; i < count; i++) {
        margins[i * outputs + k] = sums[i];
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
    if (outputs >= MANY_OUTPUTS || count < ENOUGH_ROWS) {
      other.denseAccumulate(values, d, first, count, derivatives, outputs, gradient);
      return;
    }
    double[] column = Scratch.column(d + 1);
    double[] own = Scratch.rows(count);
    for (int k = 0; k < outputs; k++) {
      for (int i = 0; i < count; i++) {
        own[i] = derivatives[i * outputs + k];
      }
      for (int j = 0; j <= d; j++) {
        column[j] = gradient[j * outputs + k];
      }
      single.accumulate(values, d, first, count, own, column);
      for (int j = 0; j <= d; j++) {
        gradient[j * outputs + k] = column[j];
      }
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
    other.sparseMargins(
        indices, indexFrom, values, valueFrom, length, d, point, outputs, margins, to);
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
    other.sparseAccumulate(
        indices, indexFrom, values, valueFrom, length, d, derivatives, from, outputs, gradient);
  }
}
