package ravine.rows;

import java.nio.ByteBuffer;
import ravine.kernel.Scratch;

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
 * driver ({@code Coordinates}), so that sparse rows stay sparse.
 */
public abstract class Block extends LabelledRows {
  /**
   * Most rows in a group: enough to fill four-row kernels, few enough to stay in the first-level
   * cache.
   */
  public static final int GROUP_ROWS = 32;

  private static final long serialVersionUID = 1L;

  public final int features;

  Block(int features, LabelledRows labelled) {
    super(labelled);
    this.features = features;
  }

  /**
   * Writes the margins of rows {@code first .. first + count - 1} to the start of {@code margins}.
   */
  public abstract void margins(int first, int count, double[] point, int outputs, double[] margins);

  /** Adds Σ derivative · row over the same rows to {@code gradient}, intercepts included. */
  public abstract void accumulate(
      int first, int count, double[] derivatives, int outputs, double[] gradient);

  /**
   * Adds every row to {@code moments}, as the kernels see it.
   *
   * @param rowWeights of the rows, from index 0 on
   */
  abstract void addMoments(double[] rowWeights, Moments moments);

  /** Writes the features of row i to {@code row}, from index {@code at} on. */
  public abstract void copyRow(int i, int at, double[] row);

  /**
   * Writes the non-zeros of row i to the start of both arrays, which must have room for all
   * features.
   *
   * @param columns where they are, ascending
   * @return how many
   */
  public int copyNonZeros(int i, int[] columns, double[] numbers) {
    copyRow(i, 0, numbers);
    for (int j = 0; j < features; j++) {
      columns[j] = j;
    }
    return features;
  }

  /** The share of the features that a row stores, in [0, 1]. */
  public final double fill() {
    return rows == 0 || features == 0 ? 0.0 : (double) stored() / ((double) rows * features);
  }

  /** Marks the features that are not 0 somewhere in rows {@code first .. first + count - 1}. */
  public void mark(int first, int count, FeatureMarks marks) {
    marks.addAll();
  }

  /**
   * Writes 1 plus the squared length, standardised and centred, of rows {@code first .. first +
   * count - 1} to the start of {@code lengths}.
   *
   * @param inverse one over each feature's deviation
   * @param centre each feature's mean
   * @param ofZeros what a row of zeros has
   */
  void squaredLengths(
      int first, int count, double[] inverse, double[] centre, double ofZeros, double[] lengths) {
    int d = features;
    double[] four = Scratch.values(4 * d);
    for (int i = 0; i < count; i += 4) {
      int rest = Math.min(4, count - i);
      for (int r = 0; r < 4; r++) {
        // Missing rows are the last one again, so that there is one loop of four sums.
        copyRow(first + i + Math.min(r, rest - 1), r * d, four);
      }
      double a = 1.0;
      double b = 1.0;
      double c = 1.0;
      double e = 1.0;
      for (int j = 0; j < d; j++) {
        double mean = centre[j];
        double scale = inverse[j];
        double xa = (four[j] - mean) * scale;
        double xb = (four[d + j] - mean) * scale;
        double xc = (four[2 * d + j] - mean) * scale;
        double xe = (four[3 * d + j] - mean) * scale;
        a += xa * xa;
        b += xb * xb;
        c += xc * xc;
        e += xe * xe;
      }
      lengths[i] = a;
      if (rest == 4) {
        lengths[i + 1] = b;
        lengths[i + 2] = c;
        lengths[i + 3] = e;
      } else if (rest > 1) {
        lengths[i + 1] = b;
        lengths[i + rest - 1] = rest == 2 ? b : c;
      }
    }
  }

  /** Stored numbers: all of a dense block, the non-zeros of a sparse one. */
  abstract long stored();

  /** Heap bytes of the arrays. */
  abstract long bytes();

  /**
   * What {@link #bytes} would be if every number had the width it came in. Groups of rows are sized
   * by it, so that a narrower layout never changes a result.
   */
  abstract long plainBytes();

  /** Appends the features, but not how many there are: see {@link Stripe}. */
  abstract void write(ByteBuffer to);
}
