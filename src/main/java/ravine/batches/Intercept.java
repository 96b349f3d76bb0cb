package ravine.batches;

import ravine.curvature.Certifier;
import ravine.exchange.Gradients;
import ravine.objective.Problem;

/**
 * The optimal intercept for given coefficients, as exactly as a mean over rows can be 0: no dual
 * bound holds without it, and steps on mini-batches never find it.
 */
public final class Intercept {
  /** Each is a pass; from a settled run on three or four do. */
  public static final int MOST_PASSES = 8;

  private static final double ROUNDING = 0x1p-51;

  private Intercept() {}

  /**
   * Shows the certifier the point, with its one intercept moved to where the loss has no slope in
   * it (by secants) if it has one. The certificate of other weights is as good: the optimum's lower
   * bound is what is proven.
   *
   * @param curvature at least that along the intercept
   * @param mostPasses at most {@link #MOST_PASSES}; with fewer the point may fall short, and prove
   *     less
   * @param weights overwritten with that point
   * @param loss at the weights given
   * @param gradient of the loss there
   */
  public static void settle(
      Gradients gradients,
      Problem problem,
      double curvature,
      int mostPasses,
      double[] weights,
      double loss,
      double[] gradient,
      Certifier certifier) {
    int at = problem.coordinates().features() * problem.coordinates().outputs();
    boolean single = problem.coordinates().hasIntercept() && problem.coordinates().outputs() == 1;
    double mean = loss;
    double[] slope = gradient.clone();
    if (single && problem.penalty().isFree(at)) {
      double step = -slope[at] / curvature;
      for (int pass = 0; pass < mostPasses && isMore(slope[at], mean) && step != 0.0; pass++) {
        double before = slope[at];
        weights[at] += step;
        mean = gradients.full(weights, slope).loss();
        double change = slope[at] - before;
        step = change == 0.0 ? 0.0 : -slope[at] * (step / change);
      }
    }
    certifier.observe(weights, mean, slope);
  }

  private static boolean isMore(double slope, double loss) {
    return Math.abs(slope) > ROUNDING * 2.0 * Math.sqrt(loss);
  }
}
