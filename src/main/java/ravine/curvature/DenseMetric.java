package ravine.curvature;

import dev.ludovic.netlib.lapack.LAPACK;
import org.jspecify.annotations.Nullable;
import org.netlib.util.intW;
import ravine.penalty.Penalty;
import ravine.step.Metric;

/** A metric given by a symmetric positive definite matrix, factored once. */
final class DenseMetric implements Metric {
  private static final long serialVersionUID = 1L;

  private final int dimension;

  /** P, symmetric, d × d. */
  private final double[] matrix;

  /** Its Cholesky factor, lower triangle in column-major order. */
  private final double[] factor;

  private transient @Nullable QuadraticSolver solver;

  private DenseMetric(int dimension, double[] matrix, double[] factor) {
    this.dimension = dimension;
    this.matrix = matrix;
    this.factor = factor;
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

  /**
   * Solved to rounding by {@link QuadraticSolver}, zeros exact: sweeps of coordinate descent leave
   * collinear columns nowhere near.
   */
  @Override
  public void proximal(double[] weights, Penalty penalty, double rate) {
    QuadraticSolver solver = solver();
    double[] right = product(weights);
    double[] thresholds = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      thresholds[j] = rate * penalty.threshold(j);
    }
    double[] target = solver.solve(right, thresholds, weights, 0.0).point();
    System.arraycopy(target, 0, weights, 0, dimension);
  }

  private QuadraticSolver solver() {
    QuadraticSolver made = solver;
    if (made == null) {
      made = new QuadraticSolver(dimension, matrix, new double[dimension]);
      solver = made;
    }
    return made;
  }

  private double[] product(double[] direction) {
    double[] product = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      int row = j * dimension;
      double inner = 0.0;
      for (int k = 0; k < dimension; k++) {
        inner += matrix[row + k] * direction[k];
      }
      product[j] = inner;
    }
    return product;
  }

  @Override
  public double squaredNorm(double[] direction) {
    double[] product = product(direction);
    double sum = 0.0;
    for (int j = 0; j < dimension; j++) {
      sum += direction[j] * product[j];
    }
    return sum;
  }

  /** P's diagonal, a copy. */
  double[] diagonal() {
    double[] diagonal = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      diagonal[j] = matrix[j * dimension + j];
    }
    return diagonal;
  }
}
