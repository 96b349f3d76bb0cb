package ravine.curvature;

/**
 * Upper bounds ρ of how far the margins of any row move when the weights move by a step of length 1
 * in the norm of the Hessian; take the smallest that is at hand. The sharp value is the largest
 * √(xᵢᵀ(H + ½L)⁻¹xᵢ) over the rows (for K margins, of the difference of any two), one pass at the
 * cost of the Hessian's own sums.
 */
public final class Reach {
  private Reach() {}

  /**
   * From the rows' own share of the Hessian: H holds (wᵢℓ''ᵢ/W)xᵢxᵢᵀ, hence ρ² ≤ W/min wᵢℓ''ᵢ. For
   * softmax ℓ'' is half the smallest probability, because the variance of t is at least papb/(pa +
   * pb) ≥ ½ min p times the square of the largest difference.
   *
   * @param totalWeight W
   * @param smallest the least product of row weight and second derivative in the margin, over rows
   *     of positive weight
   */
  public static double ofCurvature(double totalWeight, double smallest) {
    return smallest > 0.0 ? Math.sqrt(totalWeight / smallest) : Double.POSITIVE_INFINITY;
  }

  /**
   * From the longest row and the smallest eigenvalue: ρ ≤ max‖xᵢ‖/√μ, √2 times that for several
   * margins.
   *
   * @param longest the largest Euclidean length of a row in the loop's coordinates, its 1 for the
   *     intercept included
   * @param smallestEigenvalue a lower bound of the eigenvalues of H + ½L; ½ min L where every
   *     coordinate is penalised
   * @param outputs margins per row
   */
  public static double ofLength(double longest, double smallestEigenvalue, int outputs) {
    return smallestEigenvalue > 0.0
        ? (outputs > 1 ? Math.sqrt(2.0) : 1.0) * longest / Math.sqrt(smallestEigenvalue)
        : Double.POSITIVE_INFINITY;
  }
}
