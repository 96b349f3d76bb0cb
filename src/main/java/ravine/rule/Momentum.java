package ravine.rule;

import java.util.Arrays;
import ravine.schedule.Accelerated;
import ravine.schedule.Canonical;
import ravine.schedule.Constant;
import ravine.schedule.Ranges;
import ravine.schedule.Schedule;

/**
 * Gradient descent with a velocity (the heavy ball of Polyak 1964, "Some methods of speeding up the
 * convergence of iteration methods"; Sutskever et al. 2013, equations 1 and 2). Spec: {@code
 * momentum(momentum, form, dampening, correction, decay, epsilon)}.
 *
 * <table>
 *   <caption>Forms</caption>
 *   <tr><td>{@code classical}</td><td>v ← γv + ηg; θ ← θ − v</td></tr>
 *   <tr><td>{@code outside}</td><td>v ← γv + (1−dampening)g, at the first step v = g; θ ← θ − ηv</td></tr>
 *   <tr><td>{@code ema}</td><td>v ← γv + (1−γ)g; θ ← θ − ηv</td></tr>
 *   <tr><td>{@code correction=unbiased}</td><td>ema with θ ← θ − ηv/(1 − γᵗ)</td></tr>
 *   <tr><td>{@code correction=root}</td><td>v ← γv + g; θ ← θ − η/(√(1 − βᵗ) + ε)·v</td></tr>
 * </table>
 *
 * <p>While the momentum varies, the unbiased correction divides by 1 − γ₁γ₂…γₜ, the weight that the
 * gradients really have in v; for a constant γ that is 1 − γᵗ.
 *
 * <p><b>State</b>: d + 1 numbers: the velocity, and its gain, the velocity a steady gradient of 1
 * would have caused (which for ema is 1 − γ₁…γₜ itself).
 *
 * <p><b>Elsewhere</b>: Keras and MLPs of scikit-learn are {@code classical}; PyTorch is {@code
 * outside}, optax too with dampening 0. The two agree while η is constant and part at a change of
 * η: {@code outside} obeys it at once, {@code classical} only as old gradients leave the velocity.
 * A learning rate copied from either is right for both. One copied to {@code ema} must be divided
 * by 1 − γ (times 10 at 0.9); BigDL's default is {@code outside} with dampening = momentum, nearly
 * an ema. The root correction <i>lengthens</i> the first steps, by 31.6 at t = 1 with decay 0.999,
 * as Adam's β₂ correction would: give it a smaller η or a warm-up.
 *
 * <p><b>Equals</b>: γ = 0 is {@link Sgd}, bit for bit (classical); {@code unbiased} makes the first
 * step of {@link Sgd} for every γ; {@code root} with decay 0 is {@code outside} divided by 1 + ε.
 *
 * @param momentum γ, in [0, 1): a constant, or a schedule, checked at each step
 * @param form where η stands
 * @param dampening in [0, 1); other than 0 only with form outside and no correction
 * @param correction {@code unbiased} needs form ema; {@code root} needs form outside
 * @param decay β of the root correction, in [0, 1); left at its default with any other
 * @param epsilon ε of the root correction, greater than 0; left at its default with any other
 */
public record Momentum(
    Schedule momentum,
    MomentumForm form,
    double dampening,
    MomentumCorrection correction,
    double decay,
    double epsilon)
    implements UpdateRule {
  private static final Schedule DEFAULT_MOMENTUM = new Constant(0.9);
  private static final double DEFAULT_DECAY = 0.999;
  private static final double DEFAULT_EPSILON = 1e-8;

  /** Checks ranges and combinations. */
  public Momentum {
    Require.momentum(momentum);
    Ranges.coefficient("dampening", dampening);
    Ranges.coefficient("decay", decay);
    Ranges.positive("epsilon", epsilon);
    if (correction != MomentumCorrection.NONE && form != correction.impliedForm()) {
      throw new IllegalArgumentException(
          "correction="
              + correction
              + " needs form="
              + correction.impliedForm()
              + ", but form was "
              + form);
    }
    boolean dampens = form == MomentumForm.OUTSIDE && correction == MomentumCorrection.NONE;
    if (dampening != 0.0 && !dampens) {
      throw new IllegalArgumentException(
          "dampening needs form=outside and correction=none, but they were form="
              + form
              + " and correction="
              + correction);
    }
    boolean rootOptions = decay != DEFAULT_DECAY || epsilon != DEFAULT_EPSILON;
    if (rootOptions && correction != MomentumCorrection.ROOT) {
      throw new IllegalArgumentException(
          "decay and epsilon need correction=root, but correction was " + correction);
    }
  }

  /** Classical, with the default momentum. */
  public Momentum() {
    this(DEFAULT_MOMENTUM);
  }

  /** Classical, with a constant momentum. */
  public Momentum(double momentum) {
    this(Require.constantMomentum(momentum));
  }

  /** Classical. */
  public Momentum(Schedule momentum) {
    this(momentum, MomentumForm.CLASSICAL, MomentumCorrection.NONE);
  }

  /** A form without correction. */
  public Momentum(Schedule momentum, MomentumForm form) {
    this(momentum, form, MomentumCorrection.NONE);
  }

  /** A correction, in the form it implies. */
  public Momentum(Schedule momentum, MomentumCorrection correction) {
    this(momentum, correction.impliedForm(), correction);
  }

  private Momentum(Schedule momentum, MomentumForm form, MomentumCorrection correction) {
    this(momentum, form, 0.0, correction, DEFAULT_DECAY, DEFAULT_EPSILON);
  }

  @Override
  public String name() {
    return "momentum";
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public boolean takesMetric() {
    return correction == MomentumCorrection.NONE;
  }

  @Override
  public boolean leavesMomentumOpen() {
    return momentum instanceof Accelerated;
  }

  @Override
  public boolean normalises() {
    return false;
  }

  /**
   * 1/L, below the 2(1 + γ)/L at which the heavy ball becomes unstable (Polyak 1964); of noisy
   * gradients (1 − γ)/L, because the velocity makes 1/(1 − γ) of what the rate makes of one. An
   * average ({@code ema}) does not add up and is given 1/(1 − γ) times as much. The root correction
   * lengthens the first step by 1/√(1 − β), which is taken back; the unbiased one starts as {@link
   * Sgd} does.
   */
  @Override
  public double startingRate(double gradientStep, boolean noisy, long steps) {
    double rest = Velocity.rest(momentum, steps);
    if (correction == MomentumCorrection.ROOT) {
      return gradientStep * rest * Math.sqrt(1.0 - decay);
    }
    if (correction == MomentumCorrection.UNBIASED) {
      return gradientStep;
    }
    boolean averaged = form == MomentumForm.EMA;
    if (noisy) {
      return averaged ? gradientStep : gradientStep * rest;
    }
    return averaged ? gradientStep / rest : gradientStep;
  }

  @Override
  public RuleState newState(int dimension) {
    return RuleState.zeros(dimension, 1, 1);
  }

  @Override
  public void step(double[] weights, double[] gradient, double learningRate, RuleState state) {
    Require.fits(this, weights, gradient, state, 1, 1);
    double gamma = Require.momentumAt(momentum, state.step + 1);
    double inward =
        switch (form) {
          case CLASSICAL -> learningRate;
          case OUTSIDE -> state.step == 0 ? 1.0 : 1.0 - dampening;
          case EMA -> 1.0 - gamma;
        };
    state.step++;
    double[] velocity = state.slots[0];
    double[] gain = state.slots[1];
    gain[0] = gamma * gain[0] + inward;
    double outward = outward(learningRate, state);
    for (int j = 0; j < weights.length; j++) {
      double v = gamma * velocity[j] + inward * gradient[j];
      velocity[j] = v;
      weights[j] -= outward * v;
    }
  }

  /** What the velocity is multiplied by before it is subtracted from the weights. */
  private double outward(double learningRate, RuleState state) {
    return switch (correction) {
      case NONE -> form == MomentumForm.CLASSICAL ? 1.0 : learningRate;
      case UNBIASED -> learningRate / state.slots[1][0];
      case ROOT -> learningRate / (Math.sqrt(Velocity.filled(decay, state.step)) + epsilon);
    };
  }

  @Override
  public void effectiveRates(double learningRate, RuleState state, double[] rates) {
    Require.stepped(state, rates);
    Arrays.fill(rates, outward(learningRate, state) * state.slots[1][0]);
  }

  @Override
  public double[] velocity(RuleState state) {
    return state.slots[0];
  }

  @Override
  public double momentumAt(long step) {
    return momentum.at(step);
  }

  @Override
  public String toString() {
    return Canonical.named(name(), this);
  }
}
