package ravine.rows;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way from the input into blocks, copied into flat arrays as they come, to be taken
 * out in shuffled order. Holding the input's own row objects instead would make the collector copy
 * them all, and reading them in random order would miss the cache three times a row.
 */
final class Window {
  private static final int[] NO_INDICES = {};

  /** What is known of a row: that it came dense, or that its numbers fit narrower types. */
  private static final byte DENSE = 1;

  private static final byte FLOATS = 2;
  private static final byte ONES = 4;

  private final Storage storage;
  private double[] labels = new double[256];
  private double[] weights = new double[256];

  /** Row i's stored numbers stand at {@code starts[i] .. starts[i + 1] - 1}. */
  private int[] starts = new int[257];

  private int[] nonZeros = new int[256];
  private byte[] kinds = new byte[256];
  private double[] values = new double[4096];

  /** The columns of {@code values}, of sparse rows only; empty until there is one. */
  private int[] indices = NO_INDICES;

  private int[] order = new int[0];
  private int rows;

  Window(Storage storage) {
    this.storage = storage;
  }

  int rows() {
    return rows;
  }

  /** Heap bytes of the rows so far once they are packed, about. */
  long packedBytes() {
    long perValue = indices.length == 0 ? storage.bytes : storage.bytes + 4L;
    return 16L * rows + perValue * starts[rows];
  }

  /**
   * Copies a row to behind the others and looks at its numbers; it stays if {@link #keep} follows.
   *
   * @return the position of the first number that the storage cannot hold, of the first index that
   *     is not above the one before or beyond {@code features}, or −1 if all is well
   */
  int stage(RowReader<?> row, int features) {
    reserve(row.stored);
    row.copyValues(values, starts[rows]);
    if (row.dense) {
      return stageDense(row.stored);
    }
    if (indices.length < values.length) {
      indices = Arrays.copyOf(indices, values.length);
    }
    row.copyIndices(indices, starts[rows]);
    return stageSparse(row.stored, features);
  }

  private int stageDense(int length) {
    int from = starts[rows];
    double limit = storage.largest;
    int count = 0;
    boolean fits = true;
    for (int s = from; s < from + length; s++) {
      double value = values[s];
      fits &= Math.abs(value) <= limit;
      count += value != 0.0 ? 1 : 0;
    }
    nonZeros[rows] = count;
    kinds[rows] = (byte) (DENSE | (count < length / 2 ? narrowness(from, length) : 0));
    return fits ? -1 : firstUnfit(length);
  }

  private int stageSparse(int length, int features) {
    int from = starts[rows];
    double limit = storage.largest;
    int count = 0;
    int before = -1;
    boolean fits = true;
    for (int s = from; s < from + length; s++) {
      double value = values[s];
      fits &= Math.abs(value) <= limit;
      fits &= indices[s] > before;
      before = indices[s];
      count += value != 0.0 ? 1 : 0;
    }
    nonZeros[rows] = count;
    kinds[rows] = (byte) narrowness(from, length);
    return fits && before < features ? -1 : firstUnordered(length, features);
  }

  /** Whether all non-zeros are 1, and whether float holds all numbers; −0 counts as a zero. */
  private int narrowness(int from, int length) {
    int end = from + length;
    int s = from;
    while (s < end && (float) values[s] == values[s]) {
      s++;
    }
    if (s < end) {
      return 0; // and so is not 1 either
    }
    s = from;
    while (s < end && (values[s] == 1.0 || values[s] == 0.0)) {
      s++;
    }
    return s < end ? FLOATS : FLOATS | ONES;
  }

  private int firstUnfit(int length) {
    int s = 0;
    while (s < length && Math.abs(value(s)) <= storage.largest) {
      s++;
    }
    return s;
  }

  private int firstUnordered(int length, int features) {
    int unfit = firstUnfit(length);
    for (int s = 0; s < unfit; s++) {
      if (index(s) >= features || index(s) <= (s == 0 ? -1 : index(s - 1))) {
        return s;
      }
    }
    return unfit;
  }

  /** The number at a position of the staged row. */
  double value(int position) {
    return values[starts[rows] + position];
  }

  /** The feature index at a position of the staged row, which is sparse. */
  int index(int position) {
    return indices[starts[rows] + position];
  }

  /** Keeps the staged row. */
  void keep(RowReader<?> row) {
    keep(row.label, row.weight, row.stored);
  }

  private void keep(double label, double weight, int length) {
    labels[rows] = label;
    weights[rows] = weight;
    starts[rows + 1] = starts[rows] + length;
    rows++;
  }

  private void reserve(int length) {
    if (rows == labels.length) {
      int grown = 2 * rows;
      labels = Arrays.copyOf(labels, grown);
      weights = Arrays.copyOf(weights, grown);
      nonZeros = Arrays.copyOf(nonZeros, grown);
      kinds = Arrays.copyOf(kinds, grown);
      starts = Arrays.copyOf(starts, grown + 1);
    }
    int needed = Math.addExact(starts[rows], length);
    if (needed > values.length) {
      int grown = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * values.length));
      values = Arrays.copyOf(values, grown);
    }
  }

  /** The order in which {@link #block} takes rows: a random one, or as they came. */
  void arrange(@Nullable SplittableRandom random) {
    order = new int[rows];
    for (int i = 0; i < rows; i++) {
      int other = random == null ? i : random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
  }

  /** Packs the rows at places {@code from .. to - 1} of the order. */
  Block block(int from, int to, int features) {
    int count = to - from;
    double[] blockLabels = new double[count];
    double[] blockWeights = new double[count];
    boolean weighted = false;
    long stored = 0;
    for (int i = 0; i < count; i++) {
      int row = order[from + i];
      blockLabels[i] = labels[row];
      blockWeights[i] = weights[row];
      weighted |= weights[row] != 1.0;
      stored += nonZeros[row];
    }
    double @Nullable [] rowWeights = weighted ? blockWeights : null;
    if (isSparseSmaller(count, stored, features)) {
      return sparse(from, count, (int) stored, features, blockLabels, rowWeights);
    }
    int size = Math.multiplyExact(count, features);
    if (storage == Storage.DOUBLE) {
      double[] packed = new double[size];
      for (int i = 0; i < count; i++) {
        scatter(order[from + i], packed, i * features);
      }
      return new DenseBlock(features, packed, blockLabels, rowWeights);
    }
    float[] packed = new float[size];
    for (int i = 0; i < count; i++) {
      scatter(order[from + i], packed, i * features);
    }
    return new FloatDenseBlock(features, packed, blockLabels, rowWeights);
  }

  /**
   * Half the bytes decide, each number in its full width: a sparse kernel takes about twice as long
   * for a stored number.
   */
  private boolean isSparseSmaller(int count, long stored, int features) {
    long sparse = (storage.bytes + 4L) * stored + 4L * count;
    return sparse < storage.bytes * (long) count * features / 2 && stored <= Integer.MAX_VALUE - 8;
  }

  private boolean isDense(int row) {
    return (kinds[row] & DENSE) != 0;
  }

  private void scatter(int row, double[] to, int at) {
    int start = starts[row];
    int length = starts[row + 1] - start;
    if (isDense(row)) {
      System.arraycopy(values, start, to, at, length);
      return;
    }
    for (int s = start; s < start + length; s++) {
      to[at + indices[s]] = values[s];
    }
  }

  private void scatter(int row, float[] to, int at) {
    double[] stored = values;
    int start = starts[row];
    int length = starts[row + 1] - start;
    if (isDense(row)) {
      for (int j = 0; j < length; j++) {
        to[at + j] = (float) stored[start + j];
      }
      return;
    }
    for (int s = start; s < start + length; s++) {
      to[at + indices[s]] = (float) stored[s];
    }
  }

  private Block sparse(
      int from,
      int count,
      int stored,
      int features,
      double[] blockLabels,
      double @Nullable [] rowWeights) {
    int kind = FLOATS | ONES;
    for (int i = 0; i < count; i++) {
      kind &= kinds[order[from + i]];
    }
    SparseCells cells = new SparseCells(features, stored, (kind & ONES) != 0, isFloat(kind));
    int[] blockStarts = new int[count + 1];
    for (int i = 0; i < count; i++) {
      int row = order[from + i];
      int start = starts[row];
      int length = starts[row + 1] - start;
      if (!isDense(row) && nonZeros[row] == length) {
        cells.addAll(indices, values, start, length);
      } else {
        addNonZeros(row, cells);
      }
      blockStarts[i + 1] = cells.size();
    }
    return new SparseBlock(
        features, blockStarts, cells.indices(), cells.values(), blockLabels, rowWeights, storage);
  }

  private void addNonZeros(int row, SparseCells cells) {
    int start = starts[row];
    boolean isDense = isDense(row);
    for (int s = start; s < starts[row + 1]; s++) {
      if (values[s] != 0.0) {
        cells.add(isDense ? s - start : indices[s], values[s]);
      }
    }
  }

  private boolean isFloat(int kind) {
    return storage == Storage.FLOAT || (kind & FLOATS) != 0;
  }

  /** Forgets all rows but those from place {@code from} of the order on. */
  void keepFrom(int from) {
    if (from == rows) {
      rows = 0;
      return;
    }
    Window rest = new Window(storage);
    for (int i = from; i < rows; i++) {
      rest.copy(this, order[i]);
    }
    int kept = rest.starts[rest.rows];
    System.arraycopy(rest.values, 0, values, 0, kept);
    System.arraycopy(rest.indices, 0, indices, 0, Math.min(kept, rest.indices.length));
    System.arraycopy(rest.starts, 0, starts, 0, rest.rows + 1);
    System.arraycopy(rest.labels, 0, labels, 0, rest.rows);
    System.arraycopy(rest.weights, 0, weights, 0, rest.rows);
    System.arraycopy(rest.nonZeros, 0, nonZeros, 0, rest.rows);
    System.arraycopy(rest.kinds, 0, kinds, 0, rest.rows);
    rows = rest.rows;
  }

  private void copy(Window from, int row) {
    int start = from.starts[row];
    int length = from.starts[row + 1] - start;
    reserve(length);
    System.arraycopy(from.values, start, values, starts[rows], length);
    if (!from.isDense(row)) {
      if (indices.length < values.length) {
        indices = Arrays.copyOf(indices, values.length);
      }
      System.arraycopy(from.indices, start, indices, starts[rows], length);
    }
    nonZeros[rows] = from.nonZeros[row];
    kinds[rows] = from.kinds[row];
    keep(from.labels[row], from.weights[row], length);
  }
}
