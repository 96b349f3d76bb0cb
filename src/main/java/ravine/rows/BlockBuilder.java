package ravine.rows;

import org.jspecify.annotations.Nullable;

/** Makes blocks of buffered rows, each in the layout that takes the fewest bytes. */
final class BlockBuilder {
  private final Storage storage;

  /** What is lost where values are narrowed; null where nobody asks. */
  private final @Nullable Rounding rounding;

  BlockBuilder(Storage storage, @Nullable Rounding rounding) {
    this.storage = storage;
    this.rounding = rounding;
  }

  /** Packs the rows at places {@code from .. to - 1} of the buffer's order. */
  Block block(RowBuffer rows, int from, int to, int features) {
    int count = to - from;
    long stored = 0;
    for (int i = 0; i < count; i++) {
      stored += rows.nonZeros(rows.at(from + i));
    }
    LabelledRows labelled = labelled(rows, from, count);
    if (isSparseSmaller(count, stored, features)) {
      return sparse(rows, from, (int) stored, features, labelled);
    }
    int size = Math.multiplyExact(count, features);
    if (storage == Storage.DOUBLE) {
      double[] packed = new double[size];
      for (int i = 0; i < count; i++) {
        scatter(rows, rows.at(from + i), packed, i * features);
      }
      return new DenseBlock(features, packed, labelled);
    }
    float[] packed = new float[size];
    for (int i = 0; i < count; i++) {
      scatter(rows, rows.at(from + i), packed, i * features);
      countRounding(rows, rows.at(from + i));
    }
    return new FloatDenseBlock(features, packed, labelled);
  }

  private static LabelledRows labelled(RowBuffer rows, int from, int count) {
    double[] labels = new double[count];
    double[] weights = new double[count];
    boolean weighted = false;
    for (int i = 0; i < count; i++) {
      int row = rows.at(from + i);
      labels[i] = rows.label(row);
      weights[i] = rows.weight(row);
      weighted |= weights[i] != 1.0;
    }
    ExactNumbers[] beside = new ExactNumbers[rows.columns()];
    for (int c = 0; c < beside.length; c++) {
      double[] column = new double[count];
      for (int i = 0; i < count; i++) {
        column[i] = rows.beside(rows.at(from + i), c);
      }
      beside[c] = ExactNumbers.of(column);
    }
    return new LabelledRows(
        ExactNumbers.of(labels), ExactNumbers.ofNullable(weighted ? weights : null), beside);
  }

  /**
   * Half the bytes decide, each number in its full width: a sparse kernel takes about twice as long
   * for a stored number.
   */
  private boolean isSparseSmaller(int count, long stored, int features) {
    long sparse = (storage.bytes + 4L) * stored + 4L * count;
    return sparse < storage.bytes * (long) count * features / 2 && stored <= Integer.MAX_VALUE - 8;
  }

  private static void scatter(RowBuffer rows, int row, double[] to, int at) {
    double[] values = rows.values();
    int start = rows.start(row);
    int end = rows.start(row + 1);
    if (rows.isDense(row)) {
      System.arraycopy(values, start, to, at, end - start);
      return;
    }
    int[] indices = rows.indices();
    for (int s = start; s < end; s++) {
      to[at + indices[s]] = values[s];
    }
  }

  private static void scatter(RowBuffer rows, int row, float[] to, int at) {
    double[] values = rows.values();
    int start = rows.start(row);
    int length = rows.start(row + 1) - start;
    if (rows.isDense(row)) {
      for (int j = 0; j < length; j++) {
        to[at + j] = (float) values[start + j];
      }
      return;
    }
    int[] indices = rows.indices();
    for (int s = start; s < start + length; s++) {
      to[at + indices[s]] = (float) values[s];
    }
  }

  private Block sparse(RowBuffer rows, int from, int stored, int features, LabelledRows labelled) {
    int count = labelled.rows;
    int kind = RowBuffer.FLOATS | RowBuffer.ONES;
    for (int i = 0; i < count; i++) {
      kind &= rows.kind(rows.at(from + i));
    }
    boolean isFloat = storage == Storage.FLOAT || (kind & RowBuffer.FLOATS) != 0;
    SparseCells cells = new SparseCells(features, stored, (kind & RowBuffer.ONES) != 0, isFloat);
    int[] starts = new int[count + 1];
    for (int i = 0; i < count; i++) {
      addNonZeros(rows, rows.at(from + i), cells);
      countRounding(rows, rows.at(from + i));
      starts[i + 1] = cells.size();
    }
    return new SparseBlock(
        features, starts, cells.indices(), cells.values(), labelled, storage.bytes);
  }

  private void countRounding(RowBuffer rows, int row) {
    Rounding to = rounding;
    if (to == null) {
      return;
    }
    double[] values = rows.values();
    int[] indices = rows.indices();
    int start = rows.start(row);
    boolean isDense = rows.isDense(row);
    for (int s = start; s < rows.start(row + 1); s++) {
      to.add(isDense ? s - start : indices[s], values[s]);
    }
  }

  private static void addNonZeros(RowBuffer rows, int row, SparseCells cells) {
    int start = rows.start(row);
    int end = rows.start(row + 1);
    double[] values = rows.values();
    boolean isDense = rows.isDense(row);
    if (!isDense && rows.nonZeros(row) == end - start) {
      cells.addAll(rows.indices(), values, start, end - start);
      return;
    }
    int[] indices = rows.indices();
    for (int s = start; s < end; s++) {
      if (values[s] != 0.0) {
        cells.add(isDense ? s - start : indices[s], values[s]);
      }
    }
  }

  /**
   * What narrowing to float takes from each feature: the sum of squared deviations of its rounding
   * errors from their mean. An error that all rows share moves no more than the intercept.
   */
  static final class Rounding {
    private final double[] sums;
    private final double[] squares;

    Rounding(int features) {
      sums = new double[features];
      squares = new double[features];
    }

    /** Counts a value of a feature in. */
    void add(int feature, double value) {
      double lost = value - (float) value;
      sums[feature] += lost;
      squares[feature] += lost * lost;
    }

    /**
     * Σ (error − mean error)² of each feature.
     *
     * @param rows there were; those in which a feature was not stored had no error
     */
    double[] finish(long rows) {
      double[] lost = new double[squares.length];
      for (int j = 0; j < lost.length; j++) {
        double spread = squares[j] - sums[j] * (sums[j] / (double) rows);
        // A constant column has one error for all rows, but for the rounding of these sums.
        lost[j] = spread > 1e-9 * squares[j] ? spread : 0.0;
      }
      return lost;
    }
  }
}
