package ravine.step;

import ravine.rule.RuleState;

/**
 * A plan with its weights and state: makes one step after another, in the order clip → penalty
 * gradient → rule → proximal step. Lives on the driver; not thread-safe.
 */
public final class Stepper {
  private final StepPlan plan;
  private final double[] weights;
  private RuleState state;
  private final double[] before;
  private final double[] rates;
  private long steps;
  private double learningRate;
  private double gradientNorm;

  /** Starts at a copy of {@code initialWeights} with fresh state. */
  public Stepper(StepPlan plan, double[] initialWeights) {
    this(plan, initialWeights, plan.rule().newState(initialWeights.length));
  }

  /** Continues from a copy of {@code weights} and {@code state} itself. */
  public Stepper(StepPlan plan, double[] weights, RuleState state) {
    this.plan = plan;
    this.weights = weights.clone();
    this.state = state;
    this.steps = state.step();
    boolean proximal = plan.penalty().isProximal();
    this.before = proximal ? new double[weights.length] : new double[0];
    this.rates = proximal ? new double[weights.length] : new double[0];
  }

  /** The live weights θ. */
  public double[] weights() {
    return weights;
  }

  /** Where the next data gradient is to be taken; valid until the next {@link #step}. */
  public double[] gradientPoint() {
    return plan.rule().gradientPoint(weights, state);
  }

  /**
   * One step.
   *
   * @param gradient mean data gradient at {@link #gradientPoint()}; overwritten with the clipped
   *     gradient plus the penalty's
   */
  public void step(double[] gradient) {
    learningRate = plan.learningRate().at(++steps);
    // The helper that owns this file completes it: clip, gradient norm, shrink for plain SGD,
    // decoupled decay of exempt coordinates.
    plan.penalty().addGradient(gradientPoint(), gradient);
    plan.rule().step(weights, gradient, learningRate, state);
    if (plan.penalty().isProximal()) {
      System.arraycopy(weights, 0, before, 0, weights.length);
      plan.rule().effectiveRates(learningRate, state, rates);
      plan.penalty().proximal(weights, rates);
      plan.rule().absorb(before, weights, state);
    }
  }

  /** Forgets velocity and moments, so that bias corrections start over; the schedule goes on. */
  public void restart() {
    state = plan.rule().newState(weights.length);
  }

  /** Number of steps made, the t of the schedule. */
  public long steps() {
    return steps;
  }

  /** Goes back to saved weights and state. */
  public void restore(double[] savedWeights, RuleState savedState) {
    System.arraycopy(savedWeights, 0, weights, 0, weights.length);
    state = savedState;
  }

  public StepPlan plan() {
    return plan;
  }

  /** The live state. */
  public RuleState state() {
    return state;
  }

  /** η of the last step. */
  public double learningRate() {
    return learningRate;
  }

  /** Euclidean norm of the last data gradient before clipping. */
  public double gradientNorm() {
    return gradientNorm;
  }

  /** Value of the penalty at the current weights. */
  public double penaltyValue() {
    return plan.penalty().value(weights);
  }
}
