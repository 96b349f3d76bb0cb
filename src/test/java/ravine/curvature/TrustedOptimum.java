package ravine.curvature;

import ravine.loss.Loss;

/**
 * The optimum of {@link TrustedSolver} for tests of other packages.
 *
 * @param objective a value that some weights have: never below the optimum
 * @param residual largest violation of an optimality condition at those weights
 */
public record TrustedOptimum(double objective, double residual) {
  private static final int PATIENCE = 30;

  /**
   * Minimises (1/Σw) Σ wᵢ ℓ(xᵢθ, yᵢ) + Σ l1ⱼ|θⱼ| + ½Σ l2ⱼθⱼ².
   *
   * @param rows n × d, an intercept being a column of ones
   * @param l1 one for each weight (d·K feature-major, then the loss's own parameters), 0 where free
   * @param l2 the same
   */
  public static TrustedOptimum of(
      double[][] rows, double[] labels, double[] weights, Loss loss, double[] l1, double[] l2) {
    TrustedSolver.Optimum found =
        TrustedSolver.solve(new DenseProblem(rows, labels, weights, loss, l1, l2), PATIENCE);
    return new TrustedOptimum(found.objective(), found.residual());
  }

  /** The objective at given weights. */
  public static double objective(
      double[][] rows,
      double[] labels,
      double[] weights,
      Loss loss,
      double[] l1,
      double[] l2,
      double[] theta) {
    return new DenseProblem(rows, labels, weights, loss, l1, l2).objective(theta);
  }
}
