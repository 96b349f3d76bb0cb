package ravine.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Σ c x xᵀ over rows x of d features and a 1 behind them, for one or several factors c a row: the
 * sums a Hessian consists of. Rows are standardised, (x − μ)s, dense ones before they are
 * multiplied; sparse ones are multiplied as they are, non-zeros with non-zeros, and centred
 * afterwards:
 *
 * <pre>
 *   Σ c (x − μ)(x − μ)ᵀ = Σ c x xᵀ − μ uᵀ − u μᵀ + C μ μᵀ     u = Σ c x, C = Σ c
 * </pre>
 *
 * <p>That loses digits where a mean is many deviations long. Such a column of sparse rows, which is
 * not sparse then, is centred before. Used by one thread; adds in the order of the calls.
 */
public final class ProductSums {
  /** Dense rows multiplied at a time. */
  private static final int CHUNK = 64;

  /** That a kernel adds at a time. */
  private static final int ROWS = 4;

  /** Rows of the sums that stay in the first-level cache while a chunk is added. */
  private static final int TILE_BYTES = 24 * 1024;

  /** A longer mean, in deviations, would cost more than three digits. */
  private static final double FAR = 30.0;

  private final int features;
  private final int factors;
  private final int width;
  private final double[] inverse;
  private final double[] centre;
  private final int[] far;
  private final double[][] sums;
  private double[][] sparse = new double[0][];
  private final double[] rows;
  private final double[][] scales;
  private int waiting;

  /** Of a sparse row whose far columns are centred: the columns, and the values there. */
  private final int[] columns;

  private final double[] values;
  private final double[] dense;

  /**
   * All 0.
   *
   * @param inverse s, length d
   * @param centre μ, length d
   * @param factors number of factors c of a row, at least 1
   */
  public ProductSums(double[] inverse, double[] centre, int factors) {
    this.features = inverse.length;
    this.factors = factors;
    this.width = (features + DenseKernel.PADDING) / DenseKernel.PADDING * DenseKernel.PADDING;
    this.inverse = inverse;
    this.centre = centre;
    this.sums = new double[factors][(features + 1) * width];
    this.rows = new double[CHUNK * width];
    this.scales = new double[factors][CHUNK];
    this.far =
        IntStream.range(0, features).filter(j -> Math.abs(centre[j] * inverse[j]) > FAR).toArray();
    this.columns = new int[features + 1];
    this.values = new double[features + 1];
    this.dense = new double[features];
  }

  /** Numbers that one factor's sums have: the triangle of a matrix of d + 1 rows. */
  public static int length(int features) {
    return Math.toIntExact((features + 1L) * (features + 2L) / 2);
  }

  /** The place from which on {@link #add} wants the features of the next dense row. */
  public int place() {
    return waiting * width;
  }

  /** The array into which the next dense row is written, from {@link #place} on. */
  public double[] row() {
    return rows;
  }

  /** Adds the dense row just written, times factors that stand from {@code from} on. */
  public void add(double[] factor, int from) {
    int at = waiting * width;
    for (int j = 0; j < features; j++) {
      rows[at + j] = (rows[at + j] - centre[j]) * inverse[j];
    }
    rows[at + features] = 1.0;
    for (int f = 0; f < factors; f++) {
      scales[f][waiting] = factor[from + f];
    }
    waiting++;
    if (waiting == CHUNK) {
      flush();
    }
  }

  private void flush() {
    int count = (waiting + ROWS - 1) / ROWS * ROWS;
    for (int r = waiting; r < count; r++) {
      for (int f = 0; f < factors; f++) {
        scales[f][r] = 0.0;
      }
    }
    Arrays.fill(rows, waiting * width, count * width, 0.0);
    int tile = Math.max(1, TILE_BYTES / (Double.BYTES * width));
    DenseKernel kernel = Kernels.dense();
    for (int f = 0; f < factors; f++) {
      for (int i = 0; i <= features; i += tile) {
        int end = Math.min(features + 1, i + tile);
        for (int r = 0; r < count; r += ROWS) {
          kernel.addProducts(rows, r * width, width, scales[f], r, i, end, true, sums[f], 0);
        }
      }
    }
    waiting = 0;
  }

  /**
   * Adds a sparse row.
   *
   * @param indices its columns, ascending, the first {@code length} entries
   * @param numbers its values there
   */
  public void addSparse(int[] indices, double[] numbers, int length, double[] factor, int from) {
    if (sparse.length == 0) {
      sparse = new double[factors][(features + 1) * width];
    }
    int count = gather(indices, numbers, length);
    for (int f = 0; f < factors; f++) {
      double c = factor[from + f];
      double[] to = sparse[f];
      for (int a = 0; a < count; a++) {
        double scaled = c * values[a];
        int row = columns[a] * width;
        for (int b = 0; b <= a; b++) {
          to[row + columns[b]] += scaled * values[b];
        }
      }
    }
  }

  private int gather(int[] indices, double[] numbers, int length) {
    int count = length;
    if (far.length == 0) {
      System.arraycopy(indices, 0, columns, 0, length);
      System.arraycopy(numbers, 0, values, 0, length);
    } else {
      for (int s = 0; s < length; s++) {
        dense[indices[s]] = numbers[s];
      }
      count = 0;
      int s = 0;
      int t = 0;
      while (s < length || t < far.length) {
        int j = Math.min(s < length ? indices[s] : features, t < far.length ? far[t] : features);
        boolean isFar = t < far.length && far[t] == j;
        columns[count] = j;
        values[count++] = isFar ? dense[j] - centre[j] : dense[j];
        dense[j] = 0.0;
        s += s < length && indices[s] == j ? 1 : 0;
        t += isFar ? 1 : 0;
      }
    }
    columns[count] = features;
    values[count] = 1.0;
    return count + 1;
  }

  /** Writes the triangles, rows of growing length, one factor's behind the other's. */
  public void write(double[] to) {
    flush();
    int at = 0;
    for (int f = 0; f < factors; f++) {
      for (int i = 0; i <= features; i++) {
        for (int j = 0; j <= i; j++) {
          to[at++] = sums[f][i * width + j] + (sparse.length == 0 ? 0.0 : centred(f, i, j));
        }
      }
    }
  }

  private double centred(int f, int i, int j) {
    double[] raw = sparse[f];
    int last = features * width;
    double meanI = i == features || isFar(i) ? 0.0 : centre[i];
    double meanJ = j == features || isFar(j) ? 0.0 : centre[j];
    double all = raw[last + features];
    double value =
        (raw[i * width + j] - meanI * raw[last + j]) - meanJ * (raw[last + i] - meanI * all);
    return value * (i == features ? 1.0 : inverse[i]) * (j == features ? 1.0 : inverse[j]);
  }

  private boolean isFar(int j) {
    return Math.abs(centre[j] * inverse[j]) > FAR;
  }
}
