package ravine.curvature;

import dev.ludovic.netlib.lapack.LAPACK;
import org.netlib.util.intW;
import ravine.penalty.Penalty;
import ravine.step.Metric;

/** A metric given by a symmetric positive definite matrix, factored once. */
final class DenseMetric implements Metric {
  private static final long serialVersionUID = 1L;
  private static final int MOST_SWEEPS = 300;
  private static final double SETTLED = 1e-12;

  private final int dimension;

  /** P, symmetric, d × d. */
  private final double[] matrix;

  /** Its Cholesky factor, lower triangle in column-major order. */
  private final double[] factor;

  private final double[] product;

  private DenseMetric(int dimension, double[] matrix, double[] factor) {
    this.dimension = dimension;
    this.matrix = matrix;
    this.factor = factor;
    this.product = new double[dimension];
  }

  /**
   * The metric of {@code matrix} plus {@code ridge} times its diagonal, the ridge raised
   * hundredfold until the factorisation succeeds.
   *
   * @param matrix symmetric, d × d, with finite entries and a diagonal of at least 0; not kept
   */
  static DenseMetric of(int dimension, double[] matrix, double ridge) {
    double mean = 0.0;
    for (int j = 0; j < dimension; j++) {
      mean += matrix[j * dimension + j] / dimension;
    }
    for (double raised = ridge; raised < 1e12; raised *= 100.0) {
      double[] full = matrix.clone();
      for (int j = 0; j < dimension; j++) {
        int at = j * dimension + j;
        full[at] += raised * full[at] + 1e2 * raised * mean + Double.MIN_NORMAL;
      }
      double[] factor = full.clone();
      intW info = new intW(0);
      LAPACK.getInstance().dpotrf("L", dimension, factor, dimension, info);
      if (info.val == 0) {
        return new DenseMetric(dimension, full, factor);
      }
    }
    throw new IllegalStateException("The sample's Hessian could not be factored.");
  }

  /** P, a copy. */
  double[] matrix() {
    return matrix.clone();
  }

  @Override
  public void solve(double[] gradient) {
    LAPACK
        .getInstance()
        .dpotrs("L", dimension, 1, factor, dimension, gradient, dimension, new intW(0));
  }

  /** Coordinate descent with the product P(z − w) kept up to date; zeros come out exact. */
  @Override
  public void proximal(double[] weights, Penalty penalty, double rate) {
    double[] z = weights;
    java.util.Arrays.fill(product, 0.0);
    double largest = 0.0;
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      double moved = 0.0;
      for (int j = 0; j < dimension; j++) {
        double diagonal = matrix[j * dimension + j];
        double target = z[j] - product[j] / diagonal;
        double threshold = rate * penalty.threshold(j) / diagonal;
        double next =
            target > threshold
                ? target - threshold
                : target < -threshold ? target + threshold : 0.0;
        double change = next - z[j];
        if (change != 0.0) {
          z[j] = next;
          int row = j * dimension;
          for (int k = 0; k < dimension; k++) {
            product[k] += change * matrix[row + k];
          }
          moved = Math.max(moved, change * change * diagonal);
        }
      }
      largest = Math.max(largest, moved);
      if (moved <= SETTLED * SETTLED * largest) {
        return;
      }
    }
  }

  @Override
  public double squaredNorm(double[] direction) {
    double sum = 0.0;
    for (int j = 0; j < dimension; j++) {
      int row = j * dimension;
      double inner = 0.0;
      for (int k = 0; k < dimension; k++) {
        inner += matrix[row + k] * direction[k];
      }
      sum += direction[j] * inner;
    }
    return sum;
  }

  /** P without the ridge's share is what was given; this is with it. */
  double diagonal(int j) {
    return matrix[j * dimension + j];
  }
}
