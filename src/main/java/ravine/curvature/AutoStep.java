package ravine.curvature;

import ravine.rule.AdaDelta;
import ravine.rule.AdaGrad;
import ravine.rule.AdaMax;
import ravine.rule.Adam;
import ravine.rule.AdamW;
import ravine.rule.AmsGrad;
import ravine.rule.Momentum;
import ravine.rule.MomentumCorrection;
import ravine.rule.MomentumForm;
import ravine.rule.Nadam;
import ravine.rule.Nesterov;
import ravine.rule.RmsProp;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.schedule.Schedule;

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
    double gradientStep = 1.0 / Math.max(curvature, 1e-12);
    if (rule instanceof Sgd) {
      return gradientStep;
    }
    if (rule instanceof Nesterov nesterov) {
      return noisy ? gradientStep * rest(nesterov.momentum(), steps) : gradientStep;
    }
    if (rule instanceof Momentum momentum) {
      return momentumRate(momentum, gradientStep, noisy, steps);
    }
    if (rule instanceof AdaDelta) {
      return 1.0;
    }
    if (rule instanceof AdaGrad) {
      return 0.3;
    }
    if (rule instanceof RmsProp rmsProp) {
      return 0.005 * rest(rmsProp.momentum(), steps);
    }
    if (rule instanceof AdaMax) {
      return 0.05;
    }
    if (rule instanceof Adam
        || rule instanceof AdamW
        || rule instanceof AmsGrad
        || rule instanceof Nadam) {
      return 0.02;
    }
    throw new IllegalStateException("no automatic step size for " + rule.name());
  }

  private static double momentumRate(
      Momentum momentum, double gradientStep, boolean noisy, long steps) {
    double rest = rest(momentum.momentum(), steps);
    if (momentum.correction() == MomentumCorrection.ROOT) {
      return gradientStep * rest * Math.sqrt(1.0 - momentum.decay());
    }
    if (momentum.correction() == MomentumCorrection.UNBIASED) {
      return gradientStep;
    }
    boolean averaged = momentum.form() == MomentumForm.EMA;
    if (noisy) {
      return averaged ? gradientStep : gradientStep * rest;
    }
    return averaged ? gradientStep / rest : gradientStep;
  }

  private static double rest(Schedule momentum, long steps) {
    return 1.0 - momentum.at(steps);
  }
}
