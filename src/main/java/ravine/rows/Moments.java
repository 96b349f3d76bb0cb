package ravine.rows;

import java.util.Arrays;

/**
 * Weighted mean and sum of squared deviations of each feature over one partition, in one pass over
 * the packed rows: sums of w(x − c) and w(x − c)², where c is the first value met in that column.
 *
 * <p>Being one of the values, c lies within √n deviations of the mean, so that the subtraction at
 * the end loses at most a factor n of the 2⁻⁵³, and usually nothing: a column of mean 10⁶ and
 * deviation 10⁻² keeps its digits, and a constant column gives exactly 0. Plain sums of x² would
 * lose them all; means first and squares second would read everything twice.
 *
 * <p>Sparse rows touch the cells of their non-zeros only; the weight that a column lacks is merged
 * in at the end as so many zeros, if some row lacks it. The four numbers of a column are
 * neighbours: one cache line.
 */
public final class Moments {
  private static final int SHIFT = 0;
  private static final int WEIGHT = 1;
  private static final int SUM = 2;
  private static final int SQUARES = 3;
  static final int CELL = 4;

  private final int features;
  private final double[] cells;

  /** Rows in which each feature is stored: whether it lacks some is no matter of rounding. */
  private final int[] counts;

  private int rows;
  private final double[] shifts;
  private final double[] sums;
  private final double[] squares;

  Moments(int features) {
    this.features = features;
    this.cells = new double[Math.multiplyExact(CELL, features)];
    this.counts = new int[features];
    for (int at = SHIFT; at < cells.length; at += CELL) {
      cells[at] = Double.NaN;
    }
    this.shifts = new double[features];
    this.sums = new double[features];
    this.squares = new double[features];
  }

  /** Adds {@code length} dense rows, whose weights stand from {@code at} on. */
  void addDense(double[] values, int firstRow, int length, double[] rowWeights, int at) {
    int first = 0;
    while (first < length && rowWeights[at + first] == 0.0) {
      first++;
    }
    if (first == length) {
      return; // none counts; a shift must be a value of one that does
    }
    rows += length;
    int d = features;
    int from = (firstRow + first) * d;
    for (int j = 0, cell = 0; j < d; j++, cell += CELL) {
      if (Double.isNaN(cells[cell + SHIFT])) {
        cells[cell + SHIFT] = values[from + j];
      }
      shifts[j] = cells[cell + SHIFT];
    }
    from = firstRow * d;
    Arrays.fill(sums, 0.0);
    Arrays.fill(squares, 0.0);
    double weights = 0.0;
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      weights += addFour(values, from + i * d, d, rowWeights, at + i);
    }
    for (; i < length; i++) {
      double weight = rowWeights[at + i];
      weights += weight;
      addRow(values, from + i * d, d, weight);
    }
    for (int j = 0, cell = 0; j < d; j++, cell += CELL) {
      counts[j] += length;
      cells[cell + WEIGHT] += weights;
      cells[cell + SUM] += sums[j];
      cells[cell + SQUARES] += squares[j];
    }
  }

  /** Four rows share the loads and stores of the sums; Σ w of them. */
  private double addFour(double[] values, int a, int d, double[] rowWeights, int row) {
    double wa = rowWeights[row];
    double wb = rowWeights[row + 1];
    double wc = rowWeights[row + 2];
    double we = rowWeights[row + 3];
    addFour(values, a, d, wa, wb, wc, we, sums, squares, shifts);
    return (wa + wb) + (wc + we);
  }

  private static void addFour(
      double[] values,
      int a,
      int d,
      double wa,
      double wb,
      double wc,
      double we,
      double[] sum,
      double[] square,
      double[] shift) {
    int b = a + d;
    int c = b + d;
    int e = c + d;
    for (int j = 0; j < d; j++) {
      double xa = values[a + j] - shift[j];
      double xb = values[b + j] - shift[j];
      double xc = values[c + j] - shift[j];
      double xe = values[e + j] - shift[j];
      double va = wa * xa;
      double vb = wb * xb;
      double vc = wc * xc;
      double ve = we * xe;
      sum[j] += (va + vb) + (vc + ve);
      square[j] += (va * xa + vb * xb) + (vc * xc + ve * xe);
    }
  }

  private void addRow(double[] values, int row, int d, double weight) {
    double[] sum = sums;
    double[] square = squares;
    double[] shift = shifts;
    for (int j = 0; j < d; j++) {
      double deviation = values[row + j] - shift[j];
      double weighted = weight * deviation;
      sum[j] += weighted;
      square[j] += weighted * deviation;
    }
  }

  /** Adds one sparse row. */
  void addSparse(
      int[] indices, int indexFrom, double[] values, int valueFrom, int length, double weight) {
    if (weight == 0.0) {
      return;
    }
    double[] to = cells;
    rows++;
    for (int s = 0; s < length; s++) {
      double value = values[valueFrom + s];
      int feature = indices[indexFrom + s];
      int cell = feature * CELL;
      counts[feature]++;
      double shift = to[cell];
      if (Double.isNaN(shift)) {
        shift = value;
        to[cell] = value;
      }
      double deviation = value - shift;
      double weighted = weight * deviation;
      to[cell + WEIGHT] += weight;
      to[cell + SUM] += weighted;
      to[cell + SQUARES] += weighted * deviation;
    }
  }

  /** Σ w of the rows in which each feature is stored: of its non-zeros, where rows are sparse. */
  double[] storedWeights() {
    double[] stored = new double[features];
    for (int j = 0; j < features; j++) {
      stored[j] = cells[j * CELL + WEIGHT];
    }
    return stored;
  }

  /**
   * Writes mean and Σ w (x − mean)² of each feature.
   *
   * @param total Σ w of the rows added
   */
  void finish(double total, double[] means, double[] deviations) {
    for (int j = 0, cell = 0; j < features; j++, cell += CELL) {
      double weight = cells[cell + WEIGHT];
      if (!(weight > 0.0)) {
        continue;
      }
      double shifted = cells[cell + SUM] / weight;
      double mean = cells[cell + SHIFT] + shifted;
      double square = Math.max(0.0, cells[cell + SQUARES] - cells[cell + SUM] * shifted);
      // A column that every row stores has no zeros, whatever two sums of the weights differ by.
      double zeros = counts[j] == rows ? 0.0 : Math.max(0.0, total - weight);
      if (zeros > 0.0) {
        double share = weight / total;
        square += mean * mean * zeros * share;
        mean *= share;
      }
      means[j] = mean;
      deviations[j] = square;
    }
  }
}
