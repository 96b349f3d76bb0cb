package ravine.rows;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The non-zeros of a {@link SparseBlock} to be, put down one by one in its narrowest layout. */
final class SparseCells {
  private final char @Nullable [] narrow;
  private final int @Nullable [] wide;
  private final double @Nullable [] doubles;
  private final float @Nullable [] floats;
  private int size;

  /**
   * Room for {@code stored} non-zeros.
   *
   * @param ones whether every one of them is 1
   * @param isFloat whether they are kept as float
   */
  SparseCells(int features, int stored, boolean ones, boolean isFloat) {
    boolean fits = features <= SparseBlock.MOST_NARROW;
    narrow = fits ? new char[stored] : null;
    wide = fits ? null : new int[stored];
    doubles = ones || isFloat ? null : new double[stored];
    floats = !ones && isFloat ? new float[stored] : null;
  }

  void add(int column, double value) {
    if (narrow != null) {
      narrow[size] = (char) column;
    } else if (wide != null) {
      wide[size] = column;
    }
    if (doubles != null) {
      doubles[size] = value;
    } else if (floats != null) {
      floats[size] = (float) value;
    }
    size++;
  }

  /** Appends {@code length} non-zeros at once: most rows have no stored zero to leave out. */
  void addAll(int[] columns, double[] values, int from, int length) {
    if (narrow != null) {
      for (int s = 0; s < length; s++) {
        narrow[size + s] = (char) columns[from + s];
      }
    } else {
      System.arraycopy(columns, from, Objects.requireNonNull(wide), size, length);
    }
    if (doubles != null) {
      System.arraycopy(values, from, doubles, size, length);
    } else if (floats != null) {
      for (int s = 0; s < length; s++) {
        floats[size + s] = (float) values[from + s];
      }
    }
    size += length;
  }

  int size() {
    return size;
  }

  /** A char[] or int[]. */
  Object indices() {
    return Objects.requireNonNull(narrow != null ? narrow : wide);
  }

  /** A double[] or float[], or null where every value is 1. */
  @Nullable Object values() {
    return doubles != null ? doubles : floats;
  }
}
