package ravine.rule;

import ravine.schedule.Canonical;
import ravine.schedule.Ranges;

/**
 * Adaptive moments (Kingma and Ba 2015, algorithm 1): m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; m̂ =
 * m/(1−β₁ᵗ); v̂ = v/(1−β₂ᵗ); θ ← θ − ηm̂/(√v̂ + ε). Spec: {@code adam(beta1, beta2, epsilon,
 * epsilonForm, biasCorrection)}.
 *
 * <table>
 *   <caption>Where ε stands</caption>
 *   <tr><td>{@code outside}</td><td>η·m̂/(√v̂ + ε)</td></tr>
 *   <tr><td>{@code hat}</td><td>η√(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v + ε)</td></tr>
 *   <tr><td>{@code inside}</td><td>η·m̂/√(v̂ + ε)</td></tr>
 * </table>
 *
 * <p>Without {@code biasCorrection} m̂ = m and v̂ = v.
 *
 * <p><b>State</b>: 2d numbers, m and v.
 *
 * <p><b>Elsewhere</b>: PyTorch and optax are {@code outside}; Keras is {@code hat} with ε = 1e-7,
 * and so are BigDL, DL4J and scikit-learn; Angel is {@code inside}. The learning rate carries over
 * between all of them. {@code hat} equals {@code outside} with ε divided by √(1−β₂ᵗ): 31.6 times
 * larger at t = 1, which matters only where gradients are as small as ε. An ε copied to {@code
 * inside} is to be squared.
 *
 * <p><b>Equals</b>: β₁ = 0 without bias correction is {@link RmsProp}; {@link AdamW} with decay 0
 * bit for bit. The first step is η·sign(g) (up to ε).
 *
 * <p>Gradients beyond 1e154 overflow their square and freeze their coordinate.
 *
 * @param beta1 β₁, in [0, 1)
 * @param beta2 β₂, in [0, 1)
 * @param epsilon ε, greater than 0
 * @param epsilonForm where ε stands
 * @param biasCorrection whether the moments are divided by what they lack from starting at 0
 */
public record Adam(
    double beta1, double beta2, double epsilon, EpsilonForm epsilonForm, boolean biasCorrection)
    implements UpdateRule {
  /** Checks the ranges. */
  public Adam {
    Ranges.coefficient("beta1", beta1);
    Ranges.coefficient("beta2", beta2);
    Ranges.positive("epsilon", epsilon);
  }

  /** The paper's values: 0.9, 0.999, 1e-8, outside, corrected. */
  public Adam() {
    this(0.9, 0.999, 1e-8);
  }

  /** Algorithm 1 of the paper with other values. */
  public Adam(double beta1, double beta2, double epsilon) {
    this(beta1, beta2, epsilon, EpsilonForm.OUTSIDE, true);
  }

  @Override
  public String name() {
    return "adam";
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
   * 0.02, measured ({@link UpdateRule#startingRate}): after 7 and after 31 passes over independent
   * and over rare features neither half nor twice that rate comes nearer to the optimum. Over
   * features that correlate by 0.95 it is cautious: four times the rate divides the gap by 7 after
   * 7 passes.
   */
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
    double scale = scale(learningRate, state);
    double unbias = unbias(state);
    move(weights, gradient, state, beta1, beta2, 1.0, scale, unbias, inside(), outside());
  }

  /** θ ← shrink·θ − scale·m/(√(unbias·v + inside) + outside), after the moments. */
  static void move(
      double[] weights,
      double[] gradient,
      RuleState state,
      double beta1,
      double beta2,
      double shrink,
      double scale,
      double unbias,
      double inside,
      double outside) {
    double[] means = state.slots[0];
    double[] squares = state.slots[1];
    double rest1 = 1.0 - beta1;
    double rest2 = 1.0 - beta2;
    for (int j = 0; j < weights.length; j++) {
      double g = gradient[j];
      double m = beta1 * means[j] + rest1 * g;
      double v = beta2 * squares[j] + rest2 * g * g;
      means[j] = m;
      squares[j] = v;
      weights[j] = shrink * weights[j] - scale * m / (Math.sqrt(v * unbias + inside) + outside);
    }
  }

  /** The factor of m: η, and what corrects the moments but is not under the root. */
  private double scale(double learningRate, RuleState state) {
    if (!biasCorrection) {
      return learningRate;
    }
    double perMean = learningRate / Velocity.filled(beta1, state.step);
    return epsilonForm == EpsilonForm.HAT
        ? perMean * Math.sqrt(Velocity.filled(beta2, state.step))
        : perMean;
  }

  /** The factor of v under the root. */
  private double unbias(RuleState state) {
    boolean underRoot = biasCorrection && epsilonForm != EpsilonForm.HAT;
    return underRoot ? 1.0 / Velocity.filled(beta2, state.step) : 1.0;
  }

  private double inside() {
    return epsilonForm == EpsilonForm.INSIDE ? epsilon : 0.0;
  }

  private double outside() {
    return epsilonForm == EpsilonForm.INSIDE ? 0.0 : epsilon;
  }

  @Override
  public void effectiveRates(double learningRate, RuleState state, double[] rates) {
    Require.stepped(state, rates);
    // m answers a steady gradient of 1 by 1 − β₁ᵗ, so that the bias correction cancels it.
    double steady = scale(learningRate, state) * Velocity.filled(beta1, state.step);
    double unbias = unbias(state);
    double[] squares = state.slots[1];
    for (int j = 0; j < rates.length; j++) {
      rates[j] = steady / (Math.sqrt(squares[j] * unbias + inside()) + outside());
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
