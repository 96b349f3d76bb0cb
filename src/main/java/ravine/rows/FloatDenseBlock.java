package ravine.rows;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import ravine.kernel.ArrayBytes;
import ravine.kernel.Kernels;
import ravine.kernel.Scratch;

/**
 * {@link DenseBlock} with values stored as float. Kernels with one output widen values in
 * registers; those with several, which do more work for each value, read a widened copy of the
 * group.
 */
final class FloatDenseBlock extends Block {
  private static final long serialVersionUID = 1L;

  private final float[] values;

  FloatDenseBlock(int features, float[] values, double[] labels, double @Nullable [] weights) {
    this(features, values, LabelledRows.of(labels, weights));
  }

  FloatDenseBlock(int features, float[] values, LabelledRows labelled) {
    super(features, labelled);
    this.values = values;
  }

  @Override
  public void margins(int first, int count, double[] point, int outputs, double[] margins) {
    if (outputs == 1) {
      Kernels.dense().margins(values, features, first, count, point, margins);
    } else {
      double[] wide = wide(first, count);
      Kernels.outputs().denseMargins(wide, features, 0, count, point, outputs, margins);
    }
  }

  @Override
  public void accumulate(
      int first, int count, double[] derivatives, int outputs, double[] gradient) {
    if (outputs == 1) {
      Kernels.dense().accumulate(values, features, first, count, derivatives, gradient);
    } else {
      double[] wide = wide(first, count);
      Kernels.outputs().denseAccumulate(wide, features, 0, count, derivatives, outputs, gradient);
    }
  }

  @Override
  void addMoments(double[] rowWeights, Moments moments) {
    for (int i = 0; i < rows; i += Block.GROUP_ROWS) {
      int count = Math.min(Block.GROUP_ROWS, rows - i);
      moments.addDense(wide(i, count), 0, count, rowWeights, i);
    }
  }

  private double[] wide(int first, int count) {
    return Scratch.widen(values, first * features, count * features);
  }

  @Override
  public void copyRow(int i, int at, double[] row) {
    int from = i * features;
    for (int j = 0; j < features; j++) {
      row[at + j] = values[from + j];
    }
  }

  @Override
  long stored() {
    return values.length;
  }

  @Override
  long bytes() {
    return 4L * values.length + rowBytes();
  }

  @Override
  long plainBytes() {
    return 4L * values.length + plainRowBytes();
  }

  @Override
  void write(ByteBuffer to) {
    ArrayBytes.put(to, values);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param spent a block whose arrays may be overwritten, or null
   */
  static FloatDenseBlock read(
      ByteBuffer from, int features, LabelledRows labelled, @Nullable Block spent) {
    int count = Math.multiplyExact(labelled.rows, features);
    float[] old =
        spent instanceof FloatDenseBlock own && own.values.length == count ? own.values : null;
    return new FloatDenseBlock(features, ArrayBytes.floats(from, count, old), labelled);
  }
}
