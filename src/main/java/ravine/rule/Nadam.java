package ravine.rule;

import ravine.schedule.Canonical;
import ravine.schedule.Ranges;

/**
 * Adam with Nesterov's look-ahead (Dozat 2016, algorithm 2, with the momentum schedule of his
 * report, in PyTorch's form): m and v as in {@link Adam}; μₜ = β₁(1 − ½·0.96^(tψ)), P = μ₁μ₂…μₜ; θ
 * ← θ − η·((1−μₜ)/(1−P)·g + μₜ₊₁/(1−P·μₜ₊₁)·m)/(√(v/(1−β₂ᵗ)) + ε). Spec: {@code nadam(beta1, beta2,
 * epsilon, momentumDecay)}.
 *
 * <p><b>State</b>: 2d + 1 numbers, m, v and P.
 *
 * <p><b>Elsewhere</b>: PyTorch is this formula, defaults included; Keras too, with ψ fixed at 1 and
 * ε = 1e-7; optax has μ = β₁ without a schedule, which no ψ gives (0 halves it for ever). Learning
 * rates carry over; optax' first steps are different.
 *
 * <p><b>Equals</b>: β₁ = 0 is {@link Adam} with β₁ = 0.
 *
 * <p>Gradients beyond 1e154 overflow their square and freeze their coordinate.
 *
 * @param beta1 β₁, in [0, 1)
 * @param beta2 β₂, in [0, 1)
 * @param epsilon ε, greater than 0
 * @param momentumDecay ψ, how fast μ climbs from about β₁/2 to β₁; finite, at least 0
 */
public record Nadam(double beta1, double beta2, double epsilon, double momentumDecay)
    implements UpdateRule {
  private static final double LOG_OF_BASE = StrictMath.log(0.96);

  /** Checks the ranges. */
  public Nadam {
    Ranges.coefficient("beta1", beta1);
    Ranges.coefficient("beta2", beta2);
    Ranges.positive("epsilon", epsilon);
    Ranges.atLeastZero("momentumDecay", momentumDecay);
  }

  /** The defaults: 0.9, 0.999, 1e-8, 0.004. */
  public Nadam() {
    this(0.9, 0.999, 1e-8, 0.004);
  }

  @Override
  public String name() {
    return "nadam";
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
    RuleState state = RuleState.zeros(dimension, 2, 1);
    state.slots[2][0] = 1.0;
    return state;
  }

  private double mu(long step) {
    return beta1 * (1.0 - 0.5 * StrictMath.exp((double) step * momentumDecay * LOG_OF_BASE));
  }

  /** The factor of g, given P of this step. */
  private double fresh(double product, long step) {
    return (1.0 - mu(step)) / (1.0 - product);
  }

  /** The factor of m, given P of this step. */
  private double ahead(double product, long step) {
    double next = mu(step + 1);
    return next / (1.0 - product * next);
  }

  @Override
  public void step(double[] weights, double[] gradient, double learningRate, RuleState state) {
    Require.fits(this, weights, gradient, state, 2, 1);
    state.step++;
    double[] means = state.slots[0];
    double[] squares = state.slots[1];
    double product = state.slots[2][0] * mu(state.step);
    state.slots[2][0] = product;
    double beta1 = this.beta1;
    double beta2 = this.beta2;
    double rest1 = 1.0 - beta1;
    double rest2 = 1.0 - beta2;
    double epsilon = this.epsilon;
    double ofGradient = learningRate * fresh(product, state.step);
    double ofMean = learningRate * ahead(product, state.step);
    double unbias = 1.0 / Velocity.filled(beta2, state.step);
    for (int j = 0; j < weights.length; j++) {
      double g = gradient[j];
      double m = beta1 * means[j] + rest1 * g;
      double v = beta2 * squares[j] + rest2 * g * g;
      means[j] = m;
      squares[j] = v;
      weights[j] -= (ofGradient * g + ofMean * m) / (Math.sqrt(v * unbias) + epsilon);
    }
  }

  @Override
  public void effectiveRates(double learningRate, RuleState state, double[] rates) {
    Require.stepped(state, rates);
    double product = state.slots[2][0];
    double steadyMean = Velocity.filled(beta1, state.step);
    double steady =
        learningRate * (fresh(product, state.step) + ahead(product, state.step) * steadyMean);
    double unbias = 1.0 / Velocity.filled(beta2, state.step);
    double[] squares = state.slots[1];
    for (int j = 0; j < rates.length; j++) {
      rates[j] = steady / (Math.sqrt(squares[j] * unbias) + epsilon);
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
