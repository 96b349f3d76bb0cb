package ravine.rule;

import ravine.schedule.Canonical;
import ravine.schedule.Ranges;

/**
 * Adam in the infinity norm (Kingma and Ba 2015, section 7.1, algorithm 2): m ← β₁m + (1−β₁)g; u ←
 * max(β₂u, |g| + ε); θ ← θ − η/(1−β₁ᵗ)·m/u. Spec: {@code adamax(beta1, beta2, epsilon)}.
 *
 * <p>No square, so no overflow, and steps never longer than about η.
 *
 * <p><b>State</b>: 2d numbers, m and u.
 *
 * <p><b>Elsewhere</b>: PyTorch and optax put ε where it stands here; Keras divides by u + ε with u
 * ← max(β₂u, |g|); the paper has no ε. The learning rate carries over; the paper and PyTorch take
 * 0.002.
 *
 * <p><b>Equals</b>: {@link Adam} when every gradient of a coordinate has the same size and sign (up
 * to ε).
 *
 * @param beta1 β₁, in [0, 1)
 * @param beta2 β₂, in [0, 1)
 * @param epsilon ε, greater than 0
 */
public record AdaMax(double beta1, double beta2, double epsilon) implements UpdateRule {
  /** Checks the ranges. */
  public AdaMax {
    Ranges.coefficient("beta1", beta1);
    Ranges.coefficient("beta2", beta2);
    Ranges.positive("epsilon", epsilon);
  }

  /** The defaults: 0.9, 0.999, 1e-8. */
  public AdaMax() {
    this(0.9, 0.999, 1e-8);
  }

  @Override
  public String name() {
    return "adamax";
  }

  @Override
  public boolean isLinear() {
    return false;
  }

  @Override
  public boolean normalises() {
    return true;
  }

  /**
   * 0.05, measured ({@link UpdateRule#startingRate}): after 7 passes over independent and over rare
   * features neither half nor twice that rate comes nearer to the optimum. Over features that
   * correlate by 0.95 it is cautious: four times the rate divides the gap by 8. (The paper takes
   * 0.002, for neural networks.)
   */
  @Override
  public double startingRate(double gradientStep, boolean noisy, long steps) {
    return 0.05;
  }

  @Override
  public RuleState newState(int dimension) {
    return RuleState.zeros(dimension, 2, 0);
  }

  @Override
  public void step(double[] weights, double[] gradient, double learningRate, RuleState state) {
    Require.fits(this, weights, gradient, state, 2, 0);
    state.step++;
    double[] means = state.slots[0];
    double[] sizes = state.slots[1];
    double beta1 = this.beta1;
    double beta2 = this.beta2;
    double rest1 = 1.0 - beta1;
    double epsilon = this.epsilon;
    double scale = learningRate / Velocity.filled(beta1, state.step);
    for (int j = 0; j < weights.length; j++) {
      double g = gradient[j];
      double m = beta1 * means[j] + rest1 * g;
      double u = Math.max(beta2 * sizes[j], Math.abs(g) + epsilon);
      means[j] = m;
      sizes[j] = u;
      weights[j] -= scale * m / u;
    }
  }

  @Override
  public void effectiveRates(double learningRate, RuleState state, double[] rates) {
    Require.stepped(state, rates);
    double[] sizes = state.slots[1];
    for (int j = 0; j < rates.length; j++) {
      rates[j] = learningRate / sizes[j];
    }
  }

  @Override
  public double[] velocity(RuleState state) {
    return state.slots[0];
  }

  @Override
  public double momentumAt(long step) {
    return beta1;
  }

  @Override
  public String toString() {
    return Canonical.named(name(), this);
  }
}
