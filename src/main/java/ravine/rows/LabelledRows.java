package ravine.rows;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Labels and weights of some adjacent rows, and what else was packed beside them, with or without
 * their features.
 */
public class LabelledRows implements Serializable {
  private static final long serialVersionUID = 1L;

  public final int rows;
  final ExactNumbers labels;

  /** Row weights, or null where every one is 1. */
  final @Nullable ExactNumbers weights;

  /** Numbers beside the label: see {@link Packing.Beside}. */
  final ExactNumbers[] beside;

  LabelledRows(ExactNumbers labels, @Nullable ExactNumbers weights, ExactNumbers[] beside) {
    this.rows = labels.length();
    this.labels = labels;
    this.weights = weights;
    this.beside = beside;
  }

  LabelledRows(LabelledRows same) {
    this(same.labels, same.weights, same.beside);
  }

  /** With nothing beside; arrays are not copied. */
  static LabelledRows of(double[] labels, double @Nullable [] weights) {
    return new LabelledRows(
        ExactNumbers.of(labels), ExactNumbers.ofNullable(weights), new ExactNumbers[0]);
  }

  /** The same without features, which take most of the memory. */
  final LabelledRows withoutFeatures() {
    return new LabelledRows(this);
  }

  public final double label(int row) {
    return labels.get(row);
  }

  public final double weight(int row) {
    return weights == null ? 1.0 : weights.get(row);
  }

  /** Whether rows have weights other than 1. */
  public final boolean isWeighted() {
    return weights != null;
  }

  /** Writes the labels of {@code count} rows to the start of {@code to}. */
  public final void copyLabels(int first, int count, double[] to) {
    labels.copy(first, count, to);
  }

  /** Writes the numbers of a column beside the label likewise. */
  final void copyBeside(int column, int first, int count, double[] to) {
    beside[column].copy(first, count, to);
  }

  /** Writes the weights of {@code count} rows to the start of {@code to}, and adds them up. */
  public final double copyWeights(int first, int count, double[] to) {
    if (weights == null) {
      Arrays.fill(to, 0, count, 1.0);
      return count;
    }
    weights.copy(first, count, to);
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
      sum += to[i];
    }
    return sum;
  }

  /** Appends all that {@link #read} reads but the number of rows. */
  final void writeLabels(ByteBuffer to) {
    to.put((byte) (weights == null ? 0 : 1)).put((byte) beside.length);
    labels.write(to);
    if (weights != null) {
      weights.write(to);
    }
    for (ExactNumbers column : beside) {
      column.write(to);
    }
  }

  static LabelledRows read(ByteBuffer from, int rows) {
    boolean weighted = from.get() != 0;
    ExactNumbers[] columns = new ExactNumbers[from.get()];
    ExactNumbers labels = ExactNumbers.read(from, rows);
    @Nullable ExactNumbers weights = weighted ? ExactNumbers.read(from, rows) : null;
    for (int c = 0; c < columns.length; c++) {
      columns[c] = ExactNumbers.read(from, rows);
    }
    return new LabelledRows(labels, weights, columns);
  }

  /** Heap bytes of labels, weights and what is beside them. */
  final long rowBytes() {
    long bytes = labels.bytes() + (weights == null ? 0 : weights.bytes());
    for (ExactNumbers column : beside) {
      bytes += column.bytes();
    }
    return bytes;
  }

  /**
   * The same if labels and weights were doubles. What is beside them does not count, so that blocks
   * and groups are those of one model's own rows.
   */
  final long plainRowBytes() {
    return 8L * rows * (weights == null ? 1 : 2);
  }
}
