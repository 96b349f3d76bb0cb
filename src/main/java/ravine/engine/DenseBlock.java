package ravine.engine;

import org.jspecify.annotations.Nullable;

/** Rows in row-major order, every number stored. */
final class DenseBlock extends Block {
  private static final long serialVersionUID = 1L;

  private final double[] values;

  DenseBlock(int features, double[] values, double[] labels, double @Nullable [] weights) {
    super(features, labels, weights);
    this.values = values;
  }

  @Override
  void margins(int first, int count, double[] point, int outputs, double[] margins) {
    if (outputs == 1) {
      DenseKernel.margins(values, features, first, count, point, margins);
      return;
    }
    int d = features;
    for (int i = 0; i < count; i++) {
      int row = (first + i) * d;
      int out = i * outputs;
      System.arraycopy(point, d * outputs, margins, out, outputs);
      for (int j = 0; j < d; j++) {
        double x = values[row + j];
        int at = j * outputs;
        for (int k = 0; k < outputs; k++) {
          margins[out + k] += x * point[at + k];
        }
      }
    }
  }

  @Override
  void accumulate(int first, int count, double[] derivatives, int outputs, double[] gradient) {
    if (outputs == 1) {
      DenseKernel.accumulate(values, features, first, count, derivatives, gradient);
      return;
    }
    int d = features;
    for (int i = 0; i < count; i++) {
      int row = (first + i) * d;
      int in = i * outputs;
      for (int j = 0; j < d; j++) {
        double x = values[row + j];
        int at = j * outputs;
        for (int k = 0; k < outputs; k++) {
          gradient[at + k] += x * derivatives[in + k];
        }
      }
      int at = d * outputs;
      for (int k = 0; k < outputs; k++) {
        gradient[at + k] += derivatives[in + k];
      }
    }
  }

  @Override
  void addSums(double[] sums) {
    for (int i = 0; i < rows; i++) {
      double weight = weight(i);
      int row = i * features;
      for (int j = 0; j < features; j++) {
        sums[j] += weight * values[row + j];
      }
    }
  }

  @Override
  void addSquares(double[] means, double[] squares) {
    for (int i = 0; i < rows; i++) {
      double weight = weight(i);
      int row = i * features;
      for (int j = 0; j < features; j++) {
        double deviation = values[row + j] - means[j];
        squares[j] += weight * deviation * deviation;
      }
    }
  }

  @Override
  void copyRow(int i, int at, double[] row) {
    System.arraycopy(values, i * features, row, at, features);
  }

  @Override
  long stored() {
    return values.length;
  }

  @Override
  long bytes() {
    return 8L * (values.length + labels.length + (weights == null ? 0 : weights.length));
  }
}
