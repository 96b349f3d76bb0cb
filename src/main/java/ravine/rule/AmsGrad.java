package ravine.rule;

import ravine.schedule.Canonical;
import ravine.schedule.Ranges;

/**
 * Adam whose divisor never shrinks (Reddi, Kale and Kumar 2018, "On the convergence of Adam and
 * beyond", algorithm 2): m and v as in {@link Adam}; v̄ ← max(v̄, v) per coordinate; θ ← θ −
 * η·m/(1−β₁ᵗ)/(√(v̄/(1−β₂ᵗ)) + ε). Spec: {@code amsgrad(beta1, beta2, epsilon)}.
 *
 * <p>Mends the cases in which Adam fails to converge because one rare large gradient is forgotten
 * too soon; costs one vector.
 *
 * <p><b>State</b>: 3d numbers, m, v and v̄.
 *
 * <p><b>Elsewhere</b>: PyTorch takes the maximum before the bias correction, as here; optax takes
 * it after, which keeps the first, most inflated values for ever; the paper has no bias correction.
 * Keras takes it before, with ε beside the uncorrected v̄. The learning rate carries over. Hivemall
 * keeps one maximum for all features, BDAPRO never uses it.
 *
 * <p><b>Equals</b>: {@link Adam} as long as v grows.
 *
 * <p>Gradients beyond 1e154 overflow their square and freeze their coordinate.
 *
 * @param beta1 β₁, in [0, 1)
 * @param beta2 β₂, in [0, 1)
 * @param epsilon ε, greater than 0
 */
public record AmsGrad(double beta1, double beta2, double epsilon) implements UpdateRule {
  /** Checks the ranges. */
  public AmsGrad {
    Ranges.coefficient("beta1", beta1);
    Ranges.coefficient("beta2", beta2);
    Ranges.positive("epsilon", epsilon);
  }

  /** The defaults: 0.9, 0.999, 1e-8. */
  public AmsGrad() {
    this(0.9, 0.999, 1e-8);
  }

  @Override
  public String name() {
    return "amsgrad";
  }

  @Override
  public boolean isLinear() {
    return false;
  }

  @Override
  public boolean normalises() {
    return true;
  }

  /** That of {@link Adam}, measured as there: the gaps at all rates are nearly Adam's. */
  @Override
  public double startingRate(double gradientStep, boolean noisy, long steps) {
    return 0.02;
  }

  @Override
  public RuleState newState(int dimension) {
    return RuleState.zeros(dimension, 3, 0);
  }

  @Override
  public void step(double[] weights, double[] gradient, double learningRate, RuleState state) {
    Require.fits(this, weights, gradient, state, 3, 0);
    state.step++;
    double[] means = state.slots[0];
    double[] squares = state.slots[1];
    double[] largest = state.slots[2];
    double beta1 = this.beta1;
    double beta2 = this.beta2;
    double rest1 = 1.0 - beta1;
    double rest2 = 1.0 - beta2;
    double epsilon = this.epsilon;
    double scale = learningRate / Velocity.filled(beta1, state.step);
    double unbias = 1.0 / Velocity.filled(beta2, state.step);
    for (int j = 0; j < weights.length; j++) {
      double g = gradient[j];
      double m = beta1 * means[j] + rest1 * g;
      double v = beta2 * squares[j] + rest2 * g * g;
      double max = Math.max(largest[j], v);
      means[j] = m;
      squares[j] = v;
      largest[j] = max;
      weights[j] -= scale * m / (Math.sqrt(max * unbias) + epsilon);
    }
  }

  @Override
  public void effectiveRates(double learningRate, RuleState state, double[] rates) {
    Require.stepped(state, rates);
    double unbias = 1.0 / Velocity.filled(beta2, state.step);
    double[] largest = state.slots[2];
    for (int j = 0; j < rates.length; j++) {
      rates[j] = learningRate / (Math.sqrt(largest[j] * unbias) + epsilon);
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
