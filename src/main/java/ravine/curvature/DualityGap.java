package ravine.curvature;

import java.util.Arrays;

/**
 * An upper bound of P(x) − P* for P(x) = ½xᵀAx − bᵀx + Σ l1_j|x_j|, also where A is singular.
 *
 * <p>The dual is max −½zᵀAz over all z with |b − Az|_j ≤ l1_j for every j (Fenchel; A needs no
 * inverse, because ½xᵀAx − xᵀAz ≥ −½zᵀAz). With z = x + δ and s = b − Az the gap is
 *
 * <pre>{@code Σ (l1_j |x_j| − s_j x_j) + ½ δᵀAδ,}</pre>
 *
 * every term at least 0. δ has to take the excess v of the residual r = b − Ax over its box away,
 * Aδ = v; and it may bring s to the wall of the box where x is not 0, so that the first sum
 * vanishes and what is left is the Newton decrement: where columns are nearly equal, x is large and
 * even the rounding of x would count in that sum. Solved with the factor of the support where
 * nothing else is in excess, otherwise with the factor of all of A; what dependent columns leave is
 * scaled into the box, s = θr (that is δ = (1 − θ)A⁺r), which needs b in the range of A. Where a
 * ridge stands under every coordinate in excess, A ≥ diag(l2) bounds ½vᵀA⁺v by ½Σ v_j²/l2_j without
 * any factor.
 *
 * <p>It is a bound in exact arithmetic. In doubles, an excess left of no more than 1e-10 of the
 * largest |b_j| counts as its product with |x_j| + max|x|; more than that, and there is no bound:
 * infinity.
 */
final class DualityGap {
  /** An excess that a solve leaves and that is taken for its rounding, relative to max|b|. */
  private static final double ROUNDING = 1e-10;

  private final SymmetricMatrix matrix;
  private final double[] ridge;
  private final double[] excess;
  private final double[] shift;
  private final double[] image;
  private final double[] packed;
  private final Cholesky whole;
  private boolean factored;

  /**
   * A bound to be.
   *
   * @param ridge what A surely holds on its diagonal, length d, at least 0
   */
  DualityGap(SymmetricMatrix matrix, double[] ridge) {
    int d = matrix.dimension();
    this.matrix = matrix;
    this.ridge = ridge;
    this.excess = new double[d];
    this.shift = new double[d];
    this.image = new double[d];
    this.packed = new double[d];
    this.whole = new Cholesky(matrix);
  }

  /**
   * The bound at x.
   *
   * @param residual b − A x
   * @param outside coordinates whose dependent direction is left out: b is not in the range of A
   *     there but for rounding
   * @param factor of the support
   * @param dear whether the factor of all of A, d³/6 multiplications once, may be made
   * @return at least 0; infinity where there is no bound to be had at that price
   */
  double of(
      double[] x,
      double[] b,
      double[] l1,
      double[] residual,
      boolean[] outside,
      Cholesky factor,
      boolean dear) {
    int d = matrix.dimension();
    boolean any = false;
    boolean ridged = true;
    double slack = 0.0;
    double byRidge = 0.0;
    for (int j = 0; j < d; j++) {
      double clipped = clip(residual[j], l1[j]);
      double v = outside[j] ? 0.0 : residual[j] - clipped;
      excess[j] = v;
      slack += l1[j] * Math.abs(x[j]) - clipped * x[j];
      if (v != 0.0) {
        any = true;
        ridged &= ridge[j] > 0.0;
        byRidge += 0.5 * v * v / ridge[j];
      }
    }
    double best = any ? Double.POSITIVE_INFINITY : slack;
    if (any && ridged) {
      best = slack + byRidge;
    }
    if (isWithin(factor, x, b)) {
      best = Math.min(best, shifted(factor, target(x, l1, residual), x, b, l1, residual, outside));
    }
    if (dear || factored) {
      factorWhole();
      best = Math.min(best, shifted(whole, target(x, l1, residual), x, b, l1, residual, outside));
      best = Math.min(best, shifted(whole, excess, x, b, l1, residual, outside));
    }
    return best;
  }

  /** Whether all excess but for rounding is on the support: otherwise its factor is of no use. */
  private boolean isWithin(Cholesky factor, double[] x, double[] b) {
    double scale = 0.0;
    for (double value : b) {
      scale = Math.max(scale, Math.abs(value));
    }
    for (int j = 0; j < x.length; j++) {
      image[j] = Math.abs(excess[j]);
    }
    for (int i = 0; i < factor.size(); i++) {
      image[factor.member(i)] = 0.0;
    }
    for (int j = 0; j < x.length; j++) {
      if (image[j] > ROUNDING * scale) {
        return false;
      }
    }
    return true;
  }

  /** The excess, and where x is not 0 also what the residual lacks to the wall of its box. */
  private double[] target(double[] x, double[] l1, double[] residual) {
    double[] target = excess.clone();
    for (int j = 0; j < target.length; j++) {
      if (x[j] != 0.0) {
        target[j] = residual[j] - Math.signum(x[j]) * l1[j];
      }
    }
    return target;
  }

  private void factorWhole() {
    if (factored) {
      return;
    }
    int d = matrix.dimension();
    int[] all = new int[d];
    int count = 0;
    for (int j = 0; j < d; j++) {
      if (matrix.at(j, j) > 0.0) {
        all[count++] = j;
      }
    }
    whole.append(all, count, new int[d]);
    factored = true;
  }

  /** The bound with δ = A_II⁻¹ target, and scaled after that where all columns are not enough. */
  private double shifted(
      Cholesky factor,
      double[] target,
      double[] x,
      double[] b,
      double[] l1,
      double[] residual,
      boolean[] outside) {
    solve(factor, target, shift);
    double bound = bound(x, b, l1, residual, outside);
    if (bound < Double.POSITIVE_INFINITY || factor != whole) {
      return bound;
    }
    double share = 1.0;
    double[] left = new double[x.length];
    for (int j = 0; j < left.length; j++) {
      left[j] = residual[j] - image[j];
      if (l1[j] > 0.0 && !outside[j]) {
        share = Math.min(share, l1[j] / Math.abs(left[j]));
      }
    }
    double[] more = new double[x.length];
    solve(factor, left, more);
    for (int j = 0; j < more.length; j++) {
      shift[j] += (1.0 - share) * more[j];
    }
    return bound(x, b, l1, residual, outside);
  }

  private void solve(Cholesky factor, double[] right, double[] solution) {
    int size = factor.size();
    for (int i = 0; i < size; i++) {
      packed[i] = right[factor.member(i)];
    }
    factor.solve(packed);
    Arrays.fill(solution, 0.0);
    for (int i = 0; i < size; i++) {
      solution[factor.member(i)] = packed[i];
    }
  }

  /** The formula of the class, at δ = shift. */
  private double bound(double[] x, double[] b, double[] l1, double[] residual, boolean[] outside) {
    int d = x.length;
    matrix.multiply(shift, image);
    double largest = 0.0;
    double scale = 0.0;
    for (int j = 0; j < d; j++) {
      largest = Math.max(largest, Math.abs(x[j]));
      scale = Math.max(scale, Math.abs(b[j]));
    }
    double gap = 0.0;
    double quadratic = 0.0;
    for (int j = 0; j < d; j++) {
      double s = residual[j] - image[j];
      double clipped = clip(s, l1[j]);
      double left = outside[j] ? 0.0 : Math.abs(s - clipped);
      if (!(left <= ROUNDING * scale)) {
        return Double.POSITIVE_INFINITY;
      }
      gap += l1[j] * Math.abs(x[j]) - clipped * x[j] + left * (Math.abs(x[j]) + largest);
      quadratic += shift[j] * image[j];
    }
    return gap + 0.5 * Math.max(0.0, quadratic);
  }

  private static double clip(double value, double limit) {
    return Math.max(-limit, Math.min(limit, value));
  }
}
