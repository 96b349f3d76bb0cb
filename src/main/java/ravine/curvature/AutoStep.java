package ravine.curvature;

import ravine.rule.UpdateRule;

/**
 * The learning rate where the user gives none. Rules that step along the gradient get 1/L with L
 * the largest curvature of the smooth objective, measured by power iterations, divided by what the
 * rule makes of a steady gradient where the gradients are noisy; rules that divide by the
 * gradient's own size get a length, because coordinates are standardised.
 */
public final class AutoStep {
  private AutoStep() {}

  /**
   * The rate.
   *
   * @param curvature L, at least 0
   * @param noisy whether gradients are of mini-batches
   * @param steps about how many there will be, at least 1: where the momentum coefficient grows
   *     from step to step, what it has become by then is what the rate must allow for. (At the
   *     limit it may be 1, as of {@code accelerated}, and the rate would be 0.)
   */
  public static double rate(UpdateRule rule, double curvature, boolean noisy, long steps) {
    return rule.startingRate(1.0 / Math.max(curvature, 1e-12), noisy, steps);
  }
}
