package ravine.rows;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way from the input into blocks, validated and copied into flat arrays as they come,
 * to be taken out in shuffled order. Holding the input's own row objects instead would make the
 * collector copy them all, and reading them in random order would miss the cache three times a row.
 */
final class RowBuffer {
  static final String NO_VECTOR = "the vector of features is null or empty";

  private static final int[] NO_INDICES = {};

  /** What is known of a row: that it came dense, or that its numbers fit narrower types. */
  private static final byte DENSE = 1;

  static final byte FLOATS = 2;
  static final byte ONES = 4;

  private final Packing packing;
  private final Storage storage;
  private double[] labels;
  private double[] weights;

  /** Numbers beside the label of a row. */
  private final int columns;

  /** Those of all rows, row by row. */
  private double[] beside;

  /** Row i's stored numbers stand at {@code starts[i] .. starts[i + 1] - 1}. */
  private int[] starts;

  private int[] nonZeros;
  private byte[] kinds;
  private double[] values;

  /** The columns of {@code values}, of sparse rows only; empty until there is one. */
  private int[] indices = NO_INDICES;

  private int[] order = new int[0];
  private int rows;

  RowBuffer(Packing packing) {
    this(packing, 256);
  }

  /**
   * An empty one.
   *
   * @param room for so many short rows, at least 1; it grows
   */
  RowBuffer(Packing packing, int room) {
    this.packing = packing;
    this.storage = packing.storage;
    this.labels = new double[room];
    this.weights = new double[room];
    this.columns = packing.beside().size();
    this.beside = new double[columns * room];
    this.starts = new int[room + 1];
    this.nonZeros = new int[room];
    this.kinds = new byte[room];
    this.values = new double[16 * room];
  }

  int rows() {
    return rows;
  }

  /** Heap bytes of the rows so far once they are packed, about. */
  long packedBytes() {
    long perValue = indices.length == 0 ? storage.bytes : storage.bytes + 4L;
    return 16L * rows + perValue * starts[rows];
  }

  /** The same of one row. */
  long packedBytes(int row) {
    long perValue = isDense(row) ? storage.bytes : storage.bytes + 4L;
    return 16L + perValue * (starts[row + 1] - starts[row]);
  }

  /**
   * Appends the row that was read last, unless its weight is 0.
   *
   * @param features that it must have
   * @return what is wrong with it, in one clause, or null; a row with a defect is not kept
   */
  @Nullable String add(RowReader<?> row, int features) {
    if (row.size != features) {
      return row.size == 0 ? NO_VECTOR : packing.sizeDefect(row.size, features);
    }
    if (!Double.isFinite(row.label)) {
      return "the label is " + (Double.isNaN(row.label) ? Packing.NO_NUMBER : row.label);
    }
    if (!(row.weight >= 0.0 && row.weight < Double.POSITIVE_INFINITY)) {
      return "the weight is " + row.weight + " (it must be finite and at least 0)";
    }
    String wrong = columns == 0 ? null : packing.besideDefect(row.beside);
    if (wrong != null) {
      return wrong;
    }
    int length = row.stored;
    reserve(length);
    row.copyValues(values, starts[rows]);
    boolean holds;
    if (row.dense) {
      holds = addDense(length);
    } else {
      if (indices.length < values.length) {
        indices = Arrays.copyOf(indices, values.length);
      }
      row.copyIndices(indices, starts[rows]);
      holds = addSparse(length, features);
    }
    if (!holds) {
      return numberDefect(row.dense, length, features);
    }
    if (row.weight > 0.0) {
      if (columns > 0) {
        System.arraycopy(row.beside, 0, beside, rows * columns, columns);
      }
      close(row.label, row.weight, length);
    }
    return null;
  }

  /** Whether all numbers of the row behind the last can be kept. */
  private boolean addDense(int length) {
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
    return fits;
  }

  /** The same of a sparse row, and whether its indices ascend within the features. */
  private boolean addSparse(int length, int features) {
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
    return fits && before < features;
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

  /** The first number or index of the row behind the last that cannot be kept. */
  private String numberDefect(boolean dense, int length, int features) {
    int from = starts[rows];
    int before = -1;
    for (int s = from; s < from + length; s++) {
      double value = values[s];
      int feature = dense ? s - from : indices[s];
      if (!(Math.abs(value) <= storage.largest)) {
        String limit = Double.isFinite(value) ? storage.limit : "";
        return "feature " + feature + " is " + value + limit;
      }
      if (feature <= before || feature >= features) {
        return "feature index "
            + feature
            + " is out of order or beyond the "
            + features
            + " features";
      }
      before = feature;
    }
    throw new IllegalStateException("the row has no defect");
  }

  private void close(double label, double weight, int length) {
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
      beside = Arrays.copyOf(beside, Math.multiplyExact(columns, grown));
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

  /** The order in which {@link #at} takes rows: a random one, or as they came. */
  void arrange(@Nullable SplittableRandom random) {
    order = new int[rows];
    for (int i = 0; i < rows; i++) {
      int other = random == null ? i : random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
  }

  /** The row at a place of the order. */
  int at(int place) {
    return order[place];
  }

  /** Forgets all rows. */
  void clear() {
    rows = 0;
  }

  /** Appends the rows of {@code other} from a place of its order on. */
  void addFrom(RowBuffer other, int place) {
    if (other.indices.length > indices.length) {
      indices = new int[values.length]; // a buffer that has met sparse rows counts their bytes
    }
    for (int i = place; i < other.rows; i++) {
      addCopy(other, other.order[i]);
    }
  }

  private void addCopy(RowBuffer from, int row) {
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
    System.arraycopy(from.beside, row * columns, beside, rows * columns, columns);
    nonZeros[rows] = from.nonZeros[row];
    kinds[rows] = from.kinds[row];
    close(from.labels[row], from.weights[row], length);
  }

  double label(int row) {
    return labels[row];
  }

  double weight(int row) {
    return weights[row];
  }

  /** How many numbers stand beside the label. */
  int columns() {
    return columns;
  }

  double beside(int row, int column) {
    return beside[row * columns + column];
  }

  /** Where the stored numbers of a row begin in {@link #values}; they end where the next begin. */
  int start(int row) {
    return starts[row];
  }

  int nonZeros(int row) {
    return nonZeros[row];
  }

  boolean isDense(int row) {
    return (kinds[row] & DENSE) != 0;
  }

  /** {@link #FLOATS} and {@link #ONES}, where they are true of the row. */
  int kind(int row) {
    return kinds[row];
  }

  /** Stored numbers of all rows; replaced when it grows. */
  double[] values() {
    return values;
  }

  /** Their columns, of sparse rows only; likewise. */
  int[] indices() {
    return indices;
  }
}
