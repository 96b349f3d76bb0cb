package ravine.rule;

import java.util.Arrays;
import ravine.schedule.Accelerated;
import ravine.schedule.Canonical;
import ravine.schedule.Constant;
import ravine.schedule.Schedule;

/**
 * Nesterov's accelerated gradient (Nesterov 1983; in this notation Sutskever et al. 2013, equations
 * 3 and 4). Spec: {@code nesterov(momentum, form)}, alias {@code nag}.
 *
 * <table>
 *   <caption>Forms</caption>
 *   <tr><td>{@code lookahead}</td><td>g at θ − γv; v ← γv + ηg; θ ← θ − v</td></tr>
 *   <tr><td>{@code rewritten}</td><td>g at θ; v ← γv + ηg; θ ← θ − (γv + ηg)</td></tr>
 *   <tr><td>{@code outside}</td><td>g at θ; v ← γv + g; θ ← θ − η(γv + g)</td></tr>
 * </table>
 *
 * <p>The rewritten forms (Bengio et al. 2013, "Advances in optimizing recurrent networks", section
 * 3.5) hold the look-ahead point θ − γv in place of θ. For a constant γ they visit the very points
 * at which {@code lookahead} takes its gradients, but report weights that differ from its weights
 * by γv; the difference vanishes at convergence.
 *
 * <p><b>State</b>: d numbers (lookahead) or d + 1: the velocity, and for the rewritten forms its
 * gain, the velocity a steady gradient of 1 would have caused. Lookahead also keeps a scratch array
 * of d, which is not saved.
 *
 * <p><b>L1</b>: lookahead's velocity is the displacement of the weights, proximal step included
 * ({@link #absorb}), which makes it the accelerated proximal gradient of Beck and Teboulle 2009
 * (FISTA, equations 4.1 and 4.3) with γ as the factor of equation 4.3.
 *
 * <p><b>Elsewhere</b>: Ignite and BDAPRO are {@code lookahead}; Keras is {@code rewritten}; PyTorch
 * and optax are {@code outside}. All agree up to the shift while η is constant, so a learning rate
 * copied from any of them is right for all. A change of η acts at once in {@code outside} only.
 *
 * <p><b>Equals</b>: γ = 0 is {@link Sgd}, bit for bit.
 *
 * @param momentum γ, in [0, 1): a constant, or a schedule, checked at each step
 * @param form which weights are held
 */
public record Nesterov(Schedule momentum, NesterovForm form) implements UpdateRule {
  private static final Schedule DEFAULT_MOMENTUM = new Constant(0.9);

  /** Checks the momentum. */
  public Nesterov {
    Require.momentum(momentum);
  }

  /** Look-ahead, with the default momentum. */
  public Nesterov() {
    this(DEFAULT_MOMENTUM);
  }

  /** Look-ahead, with a constant momentum. */
  public Nesterov(double momentum) {
    this(Require.constantMomentum(momentum));
  }

  /** Look-ahead. */
  public Nesterov(Schedule momentum) {
    this(momentum, NesterovForm.LOOKAHEAD);
  }

  private int scalars() {
    return form == NesterovForm.LOOKAHEAD ? 0 : 1;
  }

  @Override
  public String name() {
    return "nesterov";
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public boolean takesMetric() {
    return form == NesterovForm.LOOKAHEAD;
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
   * 1/L, the constant step of the accelerated method (Nesterov 1983; Beck and Teboulle 2009,
   * equation 4.1); of noisy gradients (1 − γ)/L, because the velocity makes 1/(1 − γ) of what the
   * rate makes of one gradient, and so of its noise.
   */
  @Override
  public double startingRate(double gradientStep, boolean noisy, long steps) {
    return noisy ? gradientStep * Velocity.rest(momentum, steps) : gradientStep;
  }

  @Override
  public RuleState newState(int dimension) {
    return RuleState.zeros(dimension, 1, scalars());
  }

  @Override
  public double[] gradientPoint(double[] weights, RuleState state) {
    Require.fits(this, weights, state, 1, scalars());
    if (form != NesterovForm.LOOKAHEAD) {
      return weights;
    }
    double gamma = Require.momentumAt(momentum, state.step + 1);
    if (state.lookAhead.length != weights.length) {
      state.lookAhead = new double[weights.length];
    }
    double[] point = state.lookAhead;
    double[] velocity = state.slots[0];
    for (int j = 0; j < weights.length; j++) {
      point[j] = weights[j] - gamma * velocity[j];
    }
    return point;
  }

  @Override
  public void step(double[] weights, double[] gradient, double learningRate, RuleState state) {
    Require.fits(this, weights, gradient, state, 1, scalars());
    double gamma = Require.momentumAt(momentum, state.step + 1);
    state.step++;

    double inner = form == NesterovForm.OUTSIDE ? 1.0 : learningRate;
    double outer = form == NesterovForm.OUTSIDE ? learningRate : 1.0;
    boolean rewritten = form != NesterovForm.LOOKAHEAD;
    double[] velocity = state.slots[0];
    if (rewritten) {
      state.slots[1][0] = gamma * state.slots[1][0] + inner;
    }
    for (int j = 0; j < weights.length; j++) {
      double push = inner * gradient[j];
      double v = gamma * velocity[j] + push;
      velocity[j] = v;
      weights[j] -= rewritten ? outer * (gamma * v + push) : v;
    }
  }

  @Override
  public void effectiveRates(double learningRate, RuleState state, double[] rates) {
    Require.stepped(state, rates);
    double rate =
        switch (form) {
          case LOOKAHEAD -> learningRate;
          case REWRITTEN -> momentum.at(state.step) * state.slots[1][0] + learningRate;
          case OUTSIDE -> learningRate * (momentum.at(state.step) * state.slots[1][0] + 1.0);
        };
    Arrays.fill(rates, rate);
  }

  @Override
  public void absorb(double[] before, double[] after, RuleState state) {
    if (form != NesterovForm.LOOKAHEAD) {
      return;
    }
    double[] velocity = state.slots[0];
    for (int j = 0; j < velocity.length; j++) {
      velocity[j] += before[j] - after[j];
    }
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
