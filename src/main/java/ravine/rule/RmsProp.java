package ravine.rule;

import ravine.schedule.Canonical;
import ravine.schedule.Constant;
import ravine.schedule.Ranges;
import ravine.schedule.Schedule;

/**
 * Gradients divided by their recent size (Tieleman and Hinton 2012, lecture 6e, slide 29): s ← ρs +
 * (1−ρ)g²; θ ← θ − ηg/(√s + ε). Spec: {@code rmsprop(rho, epsilon, centered, momentum)}.
 *
 * <p>{@code centered} (Graves 2013, equations 38 to 41) also averages the gradient, a ← ρa +
 * (1−ρ)g, and divides by √(s − a²) + ε. {@code momentum} adds a velocity, v ← γv + g/(√s + ε); θ ←
 * θ − ηv.
 *
 * <p><b>State</b>: d numbers, s; d more for {@code centered}, a; 2d more for a momentum other than
 * 0, v and its gain, the velocity a steady gradient of 1 would have caused with the same divisors.
 * (The gain of all coordinates together would be right at rest only, and with {@code centered} a
 * proximal step would not come to rest.)
 *
 * <p><b>Elsewhere</b>: PyTorch is this formula with ρ = 0.99 and ε = 1e-8. Keras and optax add ε
 * inside the root, and Keras has η inside the velocity: there their ε is about the square of this
 * one, and the learning rate carries over. s − a² can fall below 0 by rounding, where PyTorch gives
 * NaN; here it counts as 0.
 *
 * <p>{@code centered} divides by hardly more than ε once the gradient is steady, which it is at an
 * optimum with L1: give it a larger ε (Graves: 1e-4 inside the root) and keep η/ε a stable step.
 *
 * <p><b>Equals</b>: without momentum {@link Adam} with β₁ = 0, β₂ = ρ and no bias correction.
 *
 * <p>Gradients beyond 1e154 overflow their square and freeze their coordinate.
 *
 * @param rho ρ, in [0, 1)
 * @param epsilon ε, greater than 0
 * @param centered whether the square of the mean gradient is subtracted
 * @param momentum γ, in [0, 1): a constant, or a schedule, checked at each step; 0 for none
 */
public record RmsProp(double rho, double epsilon, boolean centered, Schedule momentum)
    implements UpdateRule {
  /** Checks the ranges. */
  public RmsProp {
    Ranges.coefficient("rho", rho);
    Ranges.positive("epsilon", epsilon);
    Require.momentum(momentum);
  }

  /** The defaults: 0.9, 1e-10, not centred, no momentum. */
  public RmsProp() {
    this(0.9, 1e-10, false, new Constant(0.0));
  }

  private boolean hasVelocity() {
    return !(momentum instanceof Constant constant && constant.value() == 0.0);
  }

  /** Slots: s; then v and its gain; then a. */
  private int vectors() {
    return 1 + (hasVelocity() ? 2 : 0) + (centered ? 1 : 0);
  }

  @Override
  public String name() {
    return "rmsprop";
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

  /**
   * 0.005 and, because a velocity makes 1/(1 − γ) of it, times 1 − γ. Measured ({@link
   * UpdateRule#startingRate}): after 7 passes over rare features neither half nor twice that rate
   * comes nearer to the optimum. Over independent and correlated features it is cautious: four
   * times the rate divides the gap by 50 and by 5.
   */
  @Override
  public double startingRate(double gradientStep, boolean noisy, long steps) {
    return 0.005 * Velocity.rest(momentum, steps);
  }

  /** Less by what a velocity makes of it. */
  @Override
  public double rateOfLength(double length) {
    return 0.3 * length * Velocity.rest(momentum, 1);
  }

  @Override
  public RuleState newState(int dimension) {
    return RuleState.zeros(dimension, vectors(), 0);
  }

  @Override
  public void step(double[] weights, double[] gradient, double learningRate, RuleState state) {
    Require.fits(this, weights, gradient, state, vectors(), 0);
    double gamma = Require.momentumAt(momentum, state.step + 1);
    state.step++;
    boolean centered = this.centered;
    boolean hasVelocity = hasVelocity();
    double[] squares = state.slots[0];
    double[] velocity = hasVelocity ? state.slots[1] : squares;
    double[] gain = hasVelocity ? state.slots[2] : squares;
    double[] means = centered ? state.slots[vectors() - 1] : squares;
    double rho = this.rho;
    double rest = 1.0 - rho;
    double epsilon = this.epsilon;
    for (int j = 0; j < weights.length; j++) {
      double g = gradient[j];
      double s = rho * squares[j] + rest * g * g;
      squares[j] = s;
      double variance = s;
      if (centered) {
        double a = rho * means[j] + rest * g;
        means[j] = a;
        variance = variance(s, a);
      }
      double divisor = Math.sqrt(variance) + epsilon;
      double move = g / divisor;
      if (hasVelocity) {
        move += gamma * velocity[j];
        velocity[j] = move;
        gain[j] = gamma * gain[j] + 1.0 / divisor;
      }
      weights[j] -= learningRate * move;
    }
  }

  /** s − a², but never below 0, and infinite (not NaN) when s has overflowed. */
  private static double variance(double meanSquare, double mean) {
    double variance = meanSquare - mean * mean;
    if (variance > 0.0) {
      return variance;
    }
    return meanSquare == Double.POSITIVE_INFINITY ? meanSquare : 0.0;
  }

  @Override
  public void effectiveRates(double learningRate, RuleState state, double[] rates) {
    Require.stepped(state, rates);
    if (hasVelocity()) {
      double[] gain = state.slots[2];
      for (int j = 0; j < rates.length; j++) {
        rates[j] = learningRate * gain[j];
      }
      return;
    }
    double[] squares = state.slots[0];
    double[] means = state.slots[vectors() - 1];
    for (int j = 0; j < rates.length; j++) {
      double variance = centered ? variance(squares[j], means[j]) : squares[j];
      rates[j] = learningRate / (Math.sqrt(variance) + epsilon);
    }
  }

  @Override
  public double[] velocity(RuleState state) {
    return hasVelocity() ? state.slots[1] : Velocity.NONE;
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
