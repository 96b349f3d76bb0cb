package ravine.rule;

import ravine.schedule.Canonical;
import ravine.schedule.Ranges;

/**
 * Steps in the units of the weights (Zeiler 2012, algorithm 1 and equation 14): s ← ρs + (1−ρ)g²; Δ
 * = √(u + ε)/√(s + ε)·g; u ← ρu + (1−ρ)Δ²; θ ← θ − ηΔ. Spec: {@code adadelta(rho, epsilon)}.
 *
 * <p>The paper has no learning rate: η = 1. The first steps are about √ε long whatever the
 * gradient, so it starts slowly; a larger ε starts faster. Δ here is before η, as in PyTorch.
 *
 * <p><b>State</b>: 3d numbers: s, u, and the ratio √(u + ε)/√(s + ε) of the last step, which is the
 * rate of a proximal step and cannot be had from the other two afterwards.
 *
 * <p><b>Elsewhere</b>: PyTorch, Keras (ρ 0.95, ε 1e-7) and optax use this formula; their learning
 * rate carries over. Keras' default of 0.001 makes it a thousand times slower than the paper's.
 *
 * <p><b>Equals</b>: no other rule for any value.
 *
 * <p>Gradients beyond 1e154 overflow their square and freeze their coordinate.
 *
 * @param rho ρ, in [0, 1)
 * @param epsilon ε, greater than 0
 */
public record AdaDelta(double rho, double epsilon) implements UpdateRule {
  /** Checks the ranges. */
  public AdaDelta {
    Ranges.coefficient("rho", rho);
    Ranges.positive("epsilon", epsilon);
  }

  /** The defaults: 0.9 and 1e-6. */
  public AdaDelta() {
    this(0.9, 1e-6);
  }

  @Override
  public String name() {
    return "adadelta";
  }

  @Override
  public boolean isLinear() {
    return false;
  }

  @Override
  public boolean normalises() {
    return true;
  }

  /** No: the starting rate is too short for other coordinates than those of unit deviation. */
  @Override
  public boolean startsByNonZeros() {
    return false;
  }

  /** 1, which is none: the paper has no learning rate (Zeiler 2012, algorithm 1). */
  @Override
  public double startingRate(double gradientStep, boolean noisy, long steps) {
    return 1.0;
  }

  /** The first step is η√ε long; a tenth, because steps grow while they go one way. */
  @Override
  public double rateOfLength(double length) {
    return 0.1 * length / Math.sqrt(epsilon);
  }

  @Override
  public RuleState newState(int dimension) {
    return RuleState.zeros(dimension, 3, 0);
  }

  @Override
  public void step(double[] weights, double[] gradient, double learningRate, RuleState state) {
    Require.fits(this, weights, gradient, state, 3, 0);
    state.step++;
    double[] squares = state.slots[0];
    double[] deltas = state.slots[1];
    double[] ratios = state.slots[2];
    double rho = this.rho;
    double rest = 1.0 - rho;
    double epsilon = this.epsilon;
    for (int j = 0; j < weights.length; j++) {
      double g = gradient[j];
      double s = rho * squares[j] + rest * g * g;
      double u = deltas[j];
      double ratio = Math.sqrt(u + epsilon) / Math.sqrt(s + epsilon);
      double delta = ratio * g;
      squares[j] = s;
      deltas[j] = rho * u + rest * delta * delta;
      ratios[j] = ratio;
      weights[j] -= learningRate * delta;
    }
  }

  @Override
  public void effectiveRates(double learningRate, RuleState state, double[] rates) {
    Require.stepped(state, rates);
    double[] ratios = state.slots[2];
    for (int j = 0; j < rates.length; j++) {
      rates[j] = learningRate * ratios[j];
    }
  }

  @Override
  public String toString() {
    return Canonical.named(name(), this);
  }
}
