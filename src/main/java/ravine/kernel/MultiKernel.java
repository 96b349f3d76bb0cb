package ravine.kernel;

/**
 * Kernels of rows with K > 1 outputs, laid out as {@code Block} says: feature j's weights of all
 * outputs are neighbours. The innermost loop runs over the outputs.
 */
public abstract class MultiKernel {
  /** Margins of dense rows; row i's K margins at {@code i * K}. */
  public abstract void denseMargins(
      double[] values, int d, int first, int count, double[] point, int outputs, double[] margins);

  /** Gradient of dense rows, added to {@code gradient}, intercepts included. */
  public abstract void denseAccumulate(
      double[] values,
      int d,
      int first,
      int count,
      double[] derivatives,
      int outputs,
      double[] gradient);

  /**
   * Writes the K margins of one sparse row of {@code length} non-zeros to {@code margins} from
   * {@code to} on.
   */
  public abstract void sparseMargins(
      int[] indices,
      int indexFrom,
      double[] values,
      int valueFrom,
      int length,
      int d,
      double[] point,
      int outputs,
      double[] margins,
      int to);

  /** Adds one sparse row times its K derivatives, which stand from {@code from} on. */
  public abstract void sparseAccumulate(
      int[] indices,
      int indexFrom,
      double[] values,
      int valueFrom,
      int length,
      int d,
      double[] derivatives,
      int from,
      int outputs,
      double[] gradient);
}
