package ravine.rows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.kernel.ArrayBytes;
import ravine.kernel.DenseKernel;
import ravine.kernel.Kernels;
import ravine.kernel.MultiKernel;
import ravine.kernel.Scratch;
import ravine.kernel.SparseKernel;

/**
 * Rows in compressed sparse row form: only the non-zeros are stored, in the least bytes that lose
 * nothing. Feature indices are 2 bytes where there are at most 65,536 features, else 4. Values are
 * not stored at all where every one is 1 (one-hot rows), else are 4 bytes where float holds them
 * all, else 8. Each layout gives the same bits: the kernels add the same products in the same
 * order.
 */
final class SparseBlock extends Block {
  private static final long serialVersionUID = 1L;

  /** Most features whose indices fit a char. */
  static final int MOST_NARROW = 1 << Character.SIZE;

  /** Row i's non-zeros stand at {@code starts[i] .. starts[i + 1] - 1}. */
  private final int[] starts;

  /** A char[] or int[]. */
  private final Object indices;

  /** A double[] or float[], or null where every value is 1. */
  private final @Nullable Object values;

  /** Bytes of a value as it came. */
  private final int plainValueBytes;

  /**
   * Rows whose non-zeros are already laid out.
   *
   * @param indices char[] where there are at most {@link #MOST_NARROW} features, else int[]
   * @param values double[], float[], or null where every one is 1
   * @param storage how values are kept where they have to be kept in full
   */
  SparseBlock(
      int features,
      int[] starts,
      Object indices,
      @Nullable Object values,
      double[] labels,
      double @Nullable [] weights,
      Storage storage) {
    this(features, starts, indices, values, LabelledRows.of(labels, weights), storage.bytes);
  }

  SparseBlock(
      int features,
      int[] starts,
      Object indices,
      @Nullable Object values,
      LabelledRows labelled,
      int plainValueBytes) {
    super(features, labelled);
    this.starts = starts;
    this.indices = indices;
    this.values = values;
    this.plainValueBytes = plainValueBytes;
  }

  @Override
  public void margins(int first, int count, double[] point, int outputs, double[] margins) {
    if (outputs == 1) {
      double intercept = point[features];
      for (int i = 0; i < count; i++) {
        margins[i] = dot(starts[first + i], starts[first + i + 1], point) + intercept;
      }
      return;
    }
    MultiKernel kernel = Kernels.outputs();
    for (int i = first; i < first + count; i++) {
      int length = starts[i + 1] - starts[i];
      kernel.sparseMargins(
          wideIndices(i),
          0,
          wideValues(i),
          0,
          length,
          features,
          point,
          outputs,
          margins,
          (i - first) * outputs);
    }
  }

  private double dot(int from, int to, double[] point) {
    if (indices instanceof char[] narrow) {
      if (values == null) {
        return SparseKernel.dot(narrow, from, to, point);
      }
      return values instanceof float[] floats
          ? SparseKernel.dot(narrow, floats, from, to, point)
          : SparseKernel.dot(narrow, (double[]) values, from, to, point);
    }
    int[] wide = (int[]) indices;
    if (values == null) {
      return SparseKernel.dot(wide, from, to, point);
    }
    return values instanceof float[] floats
        ? SparseKernel.dot(wide, floats, from, to, point)
        : SparseKernel.dot(wide, (double[]) values, from, to, point);
  }

  @Override
  public void accumulate(
      int first, int count, double[] derivatives, int outputs, double[] gradient) {
    if (outputs == 1) {
      for (int i = 0; i < count; i++) {
        add(starts[first + i], starts[first + i + 1], derivatives[i], gradient);
      }
      gradient[features] += DenseKernel.sum(derivatives, count);
      return;
    }
    MultiKernel kernel = Kernels.outputs();
    for (int i = first; i < first + count; i++) {
      int length = starts[i + 1] - starts[i];
      kernel.sparseAccumulate(
          wideIndices(i),
          0,
          wideValues(i),
          0,
          length,
          features,
          derivatives,
          (i - first) * outputs,
          outputs,
          gradient);
    }
  }

  private void add(int from, int to, double factor, double[] gradient) {
    if (indices instanceof char[] narrow) {
      if (values == null) {
        SparseKernel.add(narrow, from, to, factor, gradient);
      } else if (values instanceof float[] floats) {
        SparseKernel.add(narrow, floats, from, to, factor, gradient);
      } else {
        SparseKernel.add(narrow, (double[]) values, from, to, factor, gradient);
      }
      return;
    }
    int[] wide = (int[]) indices;
    if (values == null) {
      SparseKernel.add(wide, from, to, factor, gradient);
    } else if (values instanceof float[] floats) {
      SparseKernel.add(wide, floats, from, to, factor, gradient);
    } else {
      SparseKernel.add(wide, (double[]) values, from, to, factor, gradient);
    }
  }

  /** Row i's indices from 0 on, in this thread's scratch. */
  private int[] wideIndices(int i) {
    int from = starts[i];
    int length = starts[i + 1] - from;
    int[] wide = Scratch.indices(length);
    if (indices instanceof char[] narrow) {
      for (int s = 0; s < length; s++) {
        wide[s] = narrow[from + s];
      }
    } else {
      System.arraycopy(indices, from, wide, 0, length);
    }
    return wide;
  }

  /** Row i's values from 0 on, likewise. */
  private double[] wideValues(int i) {
    int from = starts[i];
    int length = starts[i + 1] - from;
    if (values instanceof float[] floats) {
      return Scratch.widen(floats, from, length);
    }
    double[] wide = Scratch.values(length);
    if (values == null) {
      Arrays.fill(wide, 0, length, 1.0);
    } else {
      System.arraycopy(values, from, wide, 0, length);
    }
    return wide;
  }

  @Override
  void addMoments(double[] rowWeights, Moments moments) {
    for (int i = 0; i < rows; i++) {
      int length = starts[i + 1] - starts[i];
      moments.addSparse(wideIndices(i), 0, wideValues(i), 0, length, rowWeights[i]);
    }
  }

  @Override
  public void copyRow(int i, int at, double[] row) {
    Arrays.fill(row, at, at + features, 0.0);
    int length = starts[i + 1] - starts[i];
    int[] columns = wideIndices(i);
    double[] numbers = wideValues(i);
    for (int s = 0; s < length; s++) {
      row[at + columns[s]] = numbers[s];
    }
  }

  @Override
  public int copyNonZeros(int i, int[] columns, double[] numbers) {
    int length = starts[i + 1] - starts[i];
    System.arraycopy(wideIndices(i), 0, columns, 0, length);
    System.arraycopy(wideValues(i), 0, numbers, 0, length);
    return length;
  }

  @Override
  public void mark(int first, int count, FeatureMarks marks) {
    int from = starts[first];
    int to = starts[first + count];
    if (indices instanceof char[] narrow) {
      marks.add(narrow, from, to);
    } else {
      marks.add((int[]) indices, from, to);
    }
  }

  @Override
  void squaredLengths(
      int first, int count, double[] inverse, double[] centre, double ofZeros, double[] lengths) {
    for (int i = 0; i < count; i++) {
      int row = first + i;
      int length = starts[row + 1] - starts[row];
      int[] columns = wideIndices(row);
      double[] numbers = wideValues(row);
      double sum = ofZeros;
      for (int s = 0; s < length; s++) {
        int j = columns[s];
        double scale = inverse[j] * inverse[j];
        sum += numbers[s] * (numbers[s] - 2.0 * centre[j]) * scale;
      }
      lengths[i] = Math.max(1.0, sum);
    }
  }

  @Override
  long stored() {
    return starts[rows];
  }

  @Override
  long bytes() {
    long index = indices instanceof char[] ? Character.BYTES : Integer.BYTES;
    long value = values == null ? 0 : values instanceof float[] ? Float.BYTES : Double.BYTES;
    return (index + value) * stored() + 4L * starts.length + rowBytes();
  }

  @Override
  long plainBytes() {
    return (4L + plainValueBytes) * stored() + 4L * starts.length + plainRowBytes();
  }

  @Override
  void write(ByteBuffer to) {
    int valueBytes = values == null ? 0 : values instanceof float[] ? Float.BYTES : Double.BYTES;
    to.put((byte) (indices instanceof char[] ? Character.BYTES : Integer.BYTES));
    to.put((byte) valueBytes);
    to.put((byte) plainValueBytes);
    ArrayBytes.put(to, starts);
    if (indices instanceof char[] narrow) {
      ArrayBytes.put(to, narrow);
    } else {
      ArrayBytes.put(to, (int[]) indices);
    }
    if (values instanceof float[] floats) {
      ArrayBytes.put(to, floats);
    } else if (values != null) {
      ArrayBytes.put(to, (double[]) values);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param spent a block whose arrays may be overwritten, or null; they may be longer
   */
  static SparseBlock read(
      ByteBuffer from, int features, LabelledRows labelled, @Nullable Block spent) {
    SparseBlock own = spent instanceof SparseBlock sparse ? sparse : null;
    Object oldIndices = own == null ? null : own.indices;
    Object oldValues = own == null ? null : own.values;
    int indexBytes = from.get();
    int valueBytes = from.get();
    int plainValueBytes = from.get();
    int[] starts = ArrayBytes.ints(from, labelled.rows + 1);
    int stored = starts[labelled.rows];
    Object indices =
        indexBytes == Character.BYTES
            ? ArrayBytes.chars(from, stored, oldIndices instanceof char[] old ? old : null)
            : ArrayBytes.ints(from, stored, oldIndices instanceof int[] old ? old : null);
    Object values =
        switch (valueBytes) {
          case 0 -> null;
          case Float.BYTES ->
              ArrayBytes.floats(from, stored, oldValues instanceof float[] old ? old : null);
          default ->
              ArrayBytes.doubles(from, stored, oldValues instanceof double[] old ? old : null);
        };
    return new SparseBlock(features, starts, indices, values, labelled, plainValueBytes);
  }
}
