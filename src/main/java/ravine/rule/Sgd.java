package ravine.rule;

import java.util.Arrays;
import ravine.schedule.Canonical;

/**
 * Plain gradient descent: θ ← θ − ηg. Spec: {@code sgd}.
 *
 * <p>State: none. Robbins and Monro (1951). The same in every library, so a learning rate copied
 * from one is right as it is. (MLlib's {@code SimpleUpdater} divides it by √t: that is the schedule
 * {@code inverse_sqrt}.)
 */
public record Sgd() implements UpdateRule {
  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public boolean takesMetric() {
    return true;
  }

  @Override
  public boolean normalises() {
    return false;
  }

  /**
   * The step 1/L under which every step lowers a function of curvature at most L (Nesterov 2004,
   * "Introductory lectures on convex optimization", section 1.2.3).
   */
  @Override
  public double startingRate(double gradientStep, boolean noisy, long steps) {
    return gradientStep;
  }

  @Override
  public RuleState newState(int dimension) {
    return RuleState.zeros(dimension, 0, 0);
  }

  @Override
  public void step(double[] weights, double[] gradient, double learningRate, RuleState state) {
    Require.fits(this, weights, gradient, state, 0, 0);
    state.step++;
    for (int j = 0; j < weights.length; j++) {
      weights[j] -= learningRate * gradient[j];
    }
  }

  @Override
  public void effectiveRates(double learningRate, RuleState state, double[] rates) {
    Require.stepped(state, rates);
    Arrays.fill(rates, learningRate);
  }

  @Override
  public String toString() {
    return Canonical.named(name(), this);
  }
}
