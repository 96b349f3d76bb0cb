package ravine.kernel;

/**
 * The two kernels of dense rows with one output: margins from weights, and gradient from
 * derivatives. Row i stands at {@code values[i * d] .. values[i * d + d - 1]}, the intercept's
 * weight and gradient at index d.
 *
 * <p>Rows may be stored as float; every product and sum is a double all the same, so float rows
 * give exactly the sums of their rounded values.
 *
 * <p>An implementation adds in one fixed order that does not depend on whether the code is
 * interpreted or compiled, so that it gives the same bits on every run. Two implementations differ
 * by rounding.
 *
 * <p>Rows are not padded to the vector width: at d = 28 that would cost a seventh of the memory and
 * of the bandwidth, and more than Spark's own blocks take.
 */
public abstract class DenseKernel {
  /** What every vector length in doubles divides. */
  public static final int PADDING = 8;

  /** What logs and benchmarks call it. */
  abstract String name();

  /** Writes the margins of {@code count} rows from {@code first} on to {@code margins}. */
  public abstract void margins(
      double[] values, int d, int first, int count, double[] point, double[] margins);

  /** {@link #margins(double[], int, int, int, double[], double[])} of float rows. */
  public abstract void margins(
      float[] values, int d, int first, int count, double[] point, double[] margins);

  /** Adds Σ derivative · row over the same rows to {@code gradient}, the intercept included. */
  public abstract void accumulate(
      double[] values, int d, int first, int count, double[] derivatives, double[] gradient);

  /** {@link #accumulate(double[], int, int, int, double[], double[])} of float rows. */
  public abstract void accumulate(
      float[] values, int d, int first, int count, double[] derivatives, double[] gradient);

  /**
   * Adds the scaled outer products of four rows to rows {@code from .. to - 1} of a symmetric
   * matrix: to its entry (i, j) Σ scale · x_i · x_j, where j goes to i, or to the last column
   * without {@code triangle}.
   *
   * @param rows the four stand one behind the other from {@code at} on
   * @param width of a row and of the sums, a multiple of {@link #PADDING}
   * @param scales of the four rows, from {@code scale} on
   * @param sums entry (i, j) stands at {@code (i - first) * width + j}; what lies behind a
   *     triangle's diagonal is overwritten by anything
   */
  public abstract void addProducts(
      double[] rows,
      int at,
      int width,
      double[] scales,
      int scale,
      int from,
      int to,
      boolean triangle,
      double[] sums,
      int first);

  /** Σ derivatives, the gradient of the intercept. */
  public static double sum(double[] derivatives, int count) {
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
      sum += derivatives[i];
    }
    return sum;
  }
}
