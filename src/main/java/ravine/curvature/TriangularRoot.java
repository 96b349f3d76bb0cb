package ravine.curvature;

import org.jspecify.annotations.Nullable;

/** The Cholesky factor L of a matrix, P = LLᵀ. */
final class TriangularRoot implements SquareRoot {
  /** L, row by row. */
  private final double[][] factor;

  private TriangularRoot(double[][] factor) {
    this.factor = factor;
  }

  /**
   * Of a matrix plus a ridge; null where that is not positive definite to rounding.
   *
   * @param matrix symmetric, d × d
   */
  static @Nullable TriangularRoot of(double[] matrix, int d, double ridge) {
    double[][] rows = new double[d][];
    for (int i = 0; i < d; i++) {
      double[] row = new double[i + 1];
      rows[i] = row;
      for (int j = 0; j < i; j++) {
        row[j] = (matrix[i * d + j] - dot(row, rows[j], j)) / rows[j][j];
      }
      double diagonal = matrix[i * d + i] + ridge;
      double pivot = diagonal - dot(row, row, i);
      if (!(pivot > 0x1p-46 * diagonal)) {
        if (diagonal == 0.0) {
          pivot = 1.0;
        } else {
          return null;
        }
      }
      row[i] = Math.sqrt(pivot);
    }
    return new TriangularRoot(rows);
  }

  private static double dot(double[] a, double[] b, int count) {
    double sum = 0.0;
    for (int k = 0; k < count; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  @Override
  public void toOwn(double[] theta, double[] own) {
    int d = factor.length;
    for (int i = 0; i < d; i++) {
      double sum = 0.0;
      for (int k = i; k < d; k++) {
        sum += factor[k][i] * theta[k];
      }
      own[i] = sum;
    }
  }

  @Override
  public void multiply(double[] own, double[] product) {
    for (int i = 0; i < factor.length; i++) {
      product[i] = dot(factor[i], own, i + 1);
    }
  }

  @Override
  public void forward(double[] gradient) {
    for (int i = 0; i < factor.length; i++) {
      double[] row = factor[i];
      gradient[i] = (gradient[i] - dot(row, gradient, i)) / row[i];
    }
  }

  @Override
  public void backward(double[] own) {
    for (int i = factor.length - 1; i >= 0; i--) {
      double[] row = factor[i];
      double value = own[i] / row[i];
      own[i] = value;
      for (int k = 0; k < i; k++) {
        own[k] -= row[k] * value;
      }
    }
  }
}
