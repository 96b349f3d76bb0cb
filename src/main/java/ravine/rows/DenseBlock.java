package ravine.rows;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import ravine.kernel.ArrayBytes;
import ravine.kernel.Kernels;

/** Rows in row-major order, every number stored as double. */
final class DenseBlock extends Block {
  private static final long serialVersionUID = 1L;

  private final double[] values;

  DenseBlock(int features, double[] values, double[] labels, double @Nullable [] weights) {
    this(features, values, LabelledRows.of(labels, weights));
  }

  DenseBlock(int features, double[] values, LabelledRows labelled) {
    super(features, labelled);
    this.values = values;
  }

  @Override
  public void margins(int first, int count, double[] point, int outputs, double[] margins) {
    if (outputs == 1) {
      Kernels.dense().margins(values, features, first, count, point, margins);
    } else {
      Kernels.outputs().denseMargins(values, features, first, count, point, outputs, margins);
    }
  }

  @Override
  public void accumulate(
      int first, int count, double[] derivatives, int outputs, double[] gradient) {
    if (outputs == 1) {
      Kernels.dense().accumulate(values, features, first, count, derivatives, gradient);
    } else {
      Kernels.outputs()
          .denseAccumulate(values, features, first, count, derivatives, outputs, gradient);
    }
  }

  @Override
  void addMoments(double[] rowWeights, Moments moments) {
    moments.addDense(values, 0, rows, rowWeights, 0);
  }

  @Override
  public void copyRow(int i, int at, double[] row) {
    System.arraycopy(values, i * features, row, at, features);
  }

  @Override
  long stored() {
    return values.length;
  }

  @Override
  long bytes() {
    return 8L * values.length + rowBytes();
  }

  @Override
  long plainBytes() {
    return 8L * values.length + plainRowBytes();
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
  static DenseBlock read(
      ByteBuffer from, int features, LabelledRows labelled, @Nullable Block spent) {
    int count = Math.multiplyExact(labelled.rows, features);
    double[] old =
        spent instanceof DenseBlock own && own.values.length == count ? own.values : null;
    return new DenseBlock(features, ArrayBytes.doubles(from, count, old), labelled);
  }
}
