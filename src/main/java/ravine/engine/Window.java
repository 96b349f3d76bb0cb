package ravine.engine;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way from the input into blocks, copied into flat arrays as they come, to be taken
 * out in shuffled order. Holding the input's own row objects instead would make the collector copy
 * them all, and reading them in random order would miss the cache three times a row.
 */
final class Window {
  private static final int[] NO_INDICES = {};

  private final int features;
  private final Storage storage;
  private double[] labels = new double[256];
  private double[] weights = new double[256];

  /** Row i's stored numbers stand at {@code starts[i] .. starts[i + 1] - 1}. */
  private int[] starts = new int[257];

  private int[] nonZeros = new int[256];
  private boolean[] dense = new boolean[256];
  private double[] values = new double[4096];

  /** The columns of {@code values}, of sparse rows only; empty until there is one. */
  private int[] indices = NO_INDICES;

  private int[] order = new int[0];
  private int rows;

  Window(int features, Storage storage) {
    this.features = features;
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

  void add(Example row, int rowNonZeros) {
    Vector vector = row.features;
    double[] from;
    if (vector instanceof SparseVector sparse) {
      from = sparse.values();
      reserve(from.length);
      if (indices.length < values.length) {
        indices = Arrays.copyOf(indices, values.length);
      }
      System.arraycopy(sparse.indices(), 0, indices, starts[rows], from.length);
    } else {
      from = ((DenseVector) vector).values();
      reserve(from.length);
    }
    System.arraycopy(from, 0, values, starts[rows], from.length);
    finishRow(from.length, row.label, row.weight, rowNonZeros, vector instanceof DenseVector);
  }

  private void finishRow(
      int length, double label, double weight, int rowNonZeros, boolean isDense) {
    labels[rows] = label;
    weights[rows] = weight;
    nonZeros[rows] = rowNonZeros;
    dense[rows] = isDense;
    starts[rows + 1] = starts[rows] + length;
    rows++;
  }

  private void reserve(int length) {
    if (rows == labels.length) {
      int grown = 2 * rows;
      labels = Arrays.copyOf(labels, grown);
      weights = Arrays.copyOf(weights, grown);
      nonZeros = Arrays.copyOf(nonZeros, grown);
      dense = Arrays.copyOf(dense, grown);
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
  Block block(int from, int to) {
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
    if (isSparseSmaller(count, stored)) {
      return sparse(from, count, (int) stored, blockLabels, rowWeights);
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

  /** Half the bytes decide: a sparse kernel takes about twice as long for a stored number. */
  private boolean isSparseSmaller(int count, long stored) {
    long sparse = (storage.bytes + 4L) * stored + 4L * count;
    return sparse < storage.bytes * (long) count * features / 2 && stored <= Integer.MAX_VALUE - 8;
  }

  private void scatter(int row, double[] to, int at) {
    int start = starts[row];
    int length = starts[row + 1] - start;
    if (dense[row]) {
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
    if (dense[row]) {
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
      int from, int count, int stored, double[] blockLabels, double @Nullable [] rowWeights) {
    int[] blockStarts = new int[count + 1];
    int[] columns = new int[stored];
    double[] packed = new double[stored];
    int at = 0;
    for (int i = 0; i < count; i++) {
      int row = order[from + i];
      int start = starts[row];
      boolean isDense = dense[row];
      for (int s = start; s < starts[row + 1]; s++) {
        if (values[s] != 0.0) {
          columns[at] = isDense ? s - start : indices[s];
          packed[at++] = values[s];
        }
      }
      blockStarts[i + 1] = at;
    }
    if (storage == Storage.DOUBLE) {
      return new SparseBlock(features, blockStarts, columns, packed, blockLabels, rowWeights);
    }
    float[] rounded = new float[stored];
    for (int s = 0; s < stored; s++) {
      rounded[s] = (float) packed[s];
    }
    return new FloatSparseBlock(features, blockStarts, columns, rounded, blockLabels, rowWeights);
  }

  /** Forgets all rows but those from place {@code from} of the order on. */
  void keepFrom(int from) {
    Window rest = new Window(features, storage);
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
    System.arraycopy(rest.dense, 0, dense, 0, rest.rows);
    rows = rest.rows;
  }

  private void copy(Window from, int row) {
    int start = from.starts[row];
    int length = from.starts[row + 1] - start;
    reserve(length);
    System.arraycopy(from.values, start, values, starts[rows], length);
    if (!from.dense[row]) {
      if (indices.length < values.length) {
        indices = Arrays.copyOf(indices, values.length);
      }
      System.arraycopy(from.indices, start, indices, starts[rows], length);
    }
    finishRow(length, from.labels[row], from.weights[row], from.nonZeros[row], from.dense[row]);
  }
}
