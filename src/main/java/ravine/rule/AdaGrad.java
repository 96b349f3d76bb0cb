package ravine.rule;

import java.util.Arrays;
import ravine.schedule.Canonical;
import ravine.schedule.Ranges;

/**
 * Rates that shrink where gradients were large (Duchi, Hazan and Singer 2011, equation 1, the
 * diagonal version): s ← s + g²; θ ← θ − ηg/(√s + ε). Spec: {@code adagrad(epsilon,
 * initialAccumulator)}.
 *
 * <p>The rates fall like 1/√t by themselves, so a constant learning rate converges. Suits sparse
 * features: a rare one keeps a large rate.
 *
 * <p><b>State</b>: d numbers, the sums of squares.
 *
 * <p><b>Elsewhere</b>: PyTorch is the same, defaults included. Keras and optax start the sums at
 * 0.1 and add ε = 1e-7 inside the root; their learning rate carries over as it is, but pass {@code
 * initialAccumulator=0.1} for their first steps.
 *
 * <p><b>Equals</b>: the first step is η·sign(g) when the sums start at 0 (up to ε).
 *
 * <p>Gradients beyond 1e154 overflow their square and freeze their coordinate.
 *
 * @param epsilon ε, greater than 0
 * @param initialAccumulator the first s, finite, at least 0
 */
public record AdaGrad(double epsilon, double initialAccumulator) implements UpdateRule {
  /** Checks the ranges. */
  public AdaGrad {
    Ranges.positive("epsilon", epsilon);
    Ranges.atLeastZero("initialAccumulator", initialAccumulator);
  }

  /** The defaults: 1e-10 and 0. */
  public AdaGrad() {
    this(1e-10, 0.0);
  }

  @Override
  public String name() {
    return "adagrad";
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
   * 0.3, a cautious one, measured ({@link UpdateRule#startingRate}): after 7 passes over
   * independent features twice the rate gives the same gap to the optimum and half of it 15 times
   * the gap; over rare features twice the rate halves the gap, over correlated ones four times the
   * rate divides it by 5.
   */
  @Override
  public double startingRate(double gradientStep, boolean noisy, long steps) {
    return 0.3;
  }

  /** All of the length: the steps get shorter with every one made. */
  @Override
  public double rateOfLength(double length) {
    return length;
  }

  @Override
  public RuleState newState(int dimension) {
    RuleState state = RuleState.zeros(dimension, 1, 0);
    Arrays.fill(state.slots[0], initialAccumulator);
    return state;
  }

  @Override
  public void step(double[] weights, double[] gradient, double learningRate, RuleState state) {
    Require.fits(this, weights, gradient, state, 1, 0);
    state.step++;
    double[] squares = state.slots[0];
    double epsilon = this.epsilon;
    for (int j = 0; j < weights.length; j++) {
      double g = gradient[j];
      double s = squares[j] + g * g;
      squares[j] = s;
      weights[j] -= learningRate * g / (Math.sqrt(s) + epsilon);
    }
  }

  @Override
  public void effectiveRates(double learningRate, RuleState state, double[] rates) {
    Require.stepped(state, rates);
    double[] squares = state.slots[0];
    for (int j = 0; j < rates.length; j++) {
      rates[j] = learningRate / (Math.sqrt(squares[j]) + epsilon);
    }
  }

  @Override
  public String toString() {
    return Canonical.named(name(), this);
  }
}
