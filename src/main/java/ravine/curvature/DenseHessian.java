package ravine.curvature;

import java.util.Arrays;
import ravine.penalty.Penalty;

/** A Hessian that is held as a matrix, preconditioned by the factor of what is active of it. */
public final class DenseHessian implements TrueHessian {
  /** What the factor adds to the diagonal, relative to it: the matrix may be singular. */
  private static final double RIDGE = 1e-13;

  private final double[] matrix;
  private final int d;
  private final Penalty penalty;
  private boolean[] factored = {};
  private int[] places = {};
  private double[] factor = {};
  private double[] right = {};

  /**
   * The Hessian of the mean loss.
   *
   * @param matrix symmetric, row-major, d × d; not copied
   * @param penalty of the same d weights
   */
  public DenseHessian(double[] matrix, Penalty penalty) {
    this.matrix = matrix;
    this.d = (int) Math.round(Math.sqrt(matrix.length));
    this.penalty = penalty;
    if (d * d != matrix.length) {
      throw new IllegalArgumentException(
          "a Hessian must be square, but had " + matrix.length + " entries");
    }
  }

  @Override
  public void multiply(double[] direction, double[] product) {
    for (int i = 0; i < d; i++) {
      double sum = 0.0;
      for (int j = 0; j < d; j++) {
        sum += matrix[i * d + j] * direction[j];
      }
      product[i] = sum;
    }
  }

  @Override
  public void precondition(boolean[] active, double[] residual, double[] solution) {
    if (!Arrays.equals(active, factored)) {
      factor(active);
    }
    int n = places.length;
    for (int i = 0; i < n; i++) {
      double sum = residual[places[i]];
      for (int k = 0; k < i; k++) {
        sum -= factor[i * n + k] * right[k];
      }
      right[i] = factor[i * n + i] > 0.0 ? sum / factor[i * n + i] : 0.0;
    }
    Arrays.fill(solution, 0.0);
    for (int i = n - 1; i >= 0; i--) {
      double sum = right[i];
      for (int k = i + 1; k < n; k++) {
        sum -= factor[k * n + i] * right[k];
      }
      right[i] = factor[i * n + i] > 0.0 ? sum / factor[i * n + i] : 0.0;
      solution[places[i]] = right[i];
    }
  }

  /** Cholesky; a pivot lost to rounding leaves its coordinate where it is. */
  private void factor(boolean[] active) {
    factored = active.clone();
    int n = 0;
    int[] chosen = new int[d];
    for (int j = 0; j < d; j++) {
      if (active[j]) {
        chosen[n++] = j;
      }
    }
    places = Arrays.copyOf(chosen, n);
    right = new double[n];
    factor = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[places[i] * d + places[j]];
        double diagonal = sum;
        if (i == j) {
          diagonal += penalty.curvature(places[i]);
          sum = diagonal * (1.0 + RIDGE);
        }
        for (int k = 0; k < j; k++) {
          sum -= factor[i * n + k] * factor[j * n + k];
        }
        if (i == j) {
          factor[i * n + i] = sum > 0.5 * RIDGE * diagonal ? Math.sqrt(sum) : 0.0;
        } else {
          factor[i * n + j] = factor[j * n + j] > 0.0 ? sum / factor[j * n + j] : 0.0;
        }
      }
    }
  }
}
