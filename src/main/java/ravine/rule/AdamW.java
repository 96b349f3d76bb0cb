package ravine.rule;

import ravine.schedule.Canonical;
import ravine.schedule.Ranges;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2): θ ← (1 − ηλ)θ −
 * ηm̂/(√v̂ + ε), the moments as in {@link Adam}. Spec: {@code adamw(beta1, beta2, epsilon,
 * weightDecay)}.
 *
 * <p>The decay does not pass through the moments, so it shrinks all weights alike. It is therefore
 * not the gradient of an L2 penalty: the weights it converges to are those of no penalised loss
 * that could be stated beforehand. To minimise a stated objective use {@link Adam} with a penalty.
 *
 * <p><b>State</b>: 2d numbers, m and v.
 *
 * <p><b>Elsewhere</b>: PyTorch and optax multiply the decay by η, as here, so η and λ carry over
 * (PyTorch's λ is 0.01, optax's 1e-4, Keras' 0.004). The paper multiplies by a schedule factor
 * without η, and so does Spark's private AdamW of the factorisation machines, without any factor:
 * divide their λ by η.
 *
 * <p><b>Equals</b>: λ = 0 is {@link Adam}, bit for bit.
 *
 * @param beta1 β₁, in [0, 1)
 * @param beta2 β₂, in [0, 1)
 * @param epsilon ε, greater than 0
 * @param weightDecay λ, finite, at least 0
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
    implements UpdateRule {
  private static final Adam DEFAULTS = new Adam();

  /** Checks the ranges. */
  public AdamW {
    Ranges.coefficient("beta1", beta1);
    Ranges.coefficient("beta2", beta2);
    Ranges.positive("epsilon", epsilon);
    Ranges.atLeastZero("weightDecay", weightDecay);
  }

  /** Adam's defaults, and 0.01. */
  public AdamW() {
    this(0.01);
  }

  /** Adam's defaults, and another decay. */
  public AdamW(double weightDecay) {
    this(DEFAULTS.beta1(), DEFAULTS.beta2(), DEFAULTS.epsilon(), weightDecay);
  }

  @Override
  public String name() {
    return "adamw";
  }

  @Override
  public boolean isLinear() {
    return false;
  }

  @Override
  public boolean normalises() {
    return true;
  }

  /** That of {@link Adam}: without decay the two are the same bit for bit. */
  @Override
  public double startingRate(double gradientStep, boolean noisy, long steps) {
    return 0.02;
  }

  @Override
  public RuleState newState(int dimension) {
    return RuleState.zeros(dimension, 2, 0);
  }

  @Override
  public void step(double[] weights, double[] gradient, double learningRate, RuleState state) {
    Require.fits(this, weights, gradient, state, 2, 0);
    state.step++;
    double shrink = 1.0 - learningRate * weightDecay;
    double scale = learningRate / Velocity.filled(beta1, state.step);
    double unbias = 1.0 / Velocity.filled(beta2, state.step);
    Adam.move(weights, gradient, state, beta1, beta2, shrink, scale, unbias, 0.0, epsilon);
  }

  @Override
  public void effectiveRates(double learningRate, RuleState state, double[] rates) {
    Require.stepped(state, rates);
    double unbias = 1.0 / Velocity.filled(beta2, state.step);
    double[] squares = state.slots[1];
    for (int j = 0; j < rates.length; j++) {
      rates[j] = learningRate / (Math.sqrt(squares[j] * unbias) + epsilon);
    }
  }

  @Override
  public double decoupledDecay() {
    return weightDecay;
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
