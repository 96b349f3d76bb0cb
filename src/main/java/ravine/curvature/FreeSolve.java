package ravine.curvature;

import java.util.Arrays;

/**
 * Minimises P(x) = ½ xᵀAx − bᵀx for a positive definite A: what {@link ActiveSet} comes to where no
 * coordinate has a threshold and no column depends on others, with nothing of it but the factor.
 *
 * <p>With r = b − Ax the distance from the minimum is ½ rᵀA⁻¹r. It is a bound in exact arithmetic:
 * in doubles what the solve leaves of r, if no more than 1e-10 of the largest |b_j|, counts as its
 * product with |x_j| + max|x|, as in {@link DualityGap}.
 */
final class FreeSolve {
  private static final double ROUNDING = 1e-10;

  /** Solves beyond the first, each with the residual that the last one left. */
  private static final int REFINEMENTS = 5;

  private final SymmetricMatrix matrix;
  private final int d;
  private final Cholesky factor;
  private final double[] residual;
  private final double[] shift;
  private final double[] image;
  private final double[] next;
  private int solves;

  /** A solver of that matrix, factored now. */
  FreeSolve(SymmetricMatrix matrix) {
    this.matrix = matrix;
    this.d = matrix.dimension();
    this.factor = new Cholesky(matrix);
    this.residual = new double[d];
    this.shift = new double[d];
    this.image = new double[d];
    this.next = new double[d];
    int[] all = new int[d];
    for (int j = 0; j < d; j++) {
      all[j] = j;
    }
    factor.append(all, d, new int[d]);
  }

  /** Whether every column is in the factor. */
  boolean isWhole() {
    return factor.size() == d;
  }

  /** Systems solved for the last right-hand side. */
  int solves() {
    return solves;
  }

  /**
   * Moves a point to the minimum: by one solve, and more while that is not near enough and comes
   * nearer.
   *
   * @param x where to begin; the best point found
   * @param need the gap that is enough
   * @return how far x can be from the minimum; infinity, and x as it was, where rounding leaves
   *     nothing to say
   */
  double run(double[] x, double[] b, double need) {
    solves = 0;
    double best = Double.POSITIVE_INFINITY;
    System.arraycopy(x, 0, next, 0, d);
    matrix.residual(b, next, residual);
    System.arraycopy(residual, 0, shift, 0, d);
    factor.solve(shift);
    for (int i = 0; i <= REFINEMENTS; i++) {
      solves++;
      for (int j = 0; j < d; j++) {
        next[j] += shift[j];
      }
      matrix.residual(b, next, residual);
      System.arraycopy(residual, 0, shift, 0, d);
      factor.solve(shift);
      double gap = gap(next, b);
      boolean nearer = gap < 0.5 * best;
      if (gap < best) {
        best = gap;
        System.arraycopy(next, 0, x, 0, d);
      }
      if (best <= need || !nearer) {
        break;
      }
    }
    return best;
  }

  /** At shift = A⁻¹ residual. */
  private double gap(double[] x, double[] b) {
    Arrays.fill(image, 0.0);
    double largest = 0.0;
    double scale = 0.0;
    for (int k = 0; k < d; k++) {
      matrix.addRow(shift[k], k, image);
      largest = Math.max(largest, Math.abs(x[k]));
      scale = Math.max(scale, Math.abs(b[k]));
    }
    double gap = 0.0;
    double quadratic = 0.0;
    for (int j = 0; j < d; j++) {
      double left = Math.abs(residual[j] - image[j]);
      if (!(left <= ROUNDING * scale)) {
        return Double.POSITIVE_INFINITY;
      }
      gap += left * (Math.abs(x[j]) + largest);
      quadratic += shift[j] * image[j];
    }
    return gap + 0.5 * Math.max(0.0, quadratic);
  }
}
