package ravine.step;

import java.util.Arrays;
import ravine.checkpoint.Sections;
import ravine.penalty.CoordinateScale;
import ravine.penalty.Penalty;
import ravine.rule.RuleState;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;

/**
 * A plan with its weights and state: makes one step after another. Lives on the driver; not
 * thread-safe. A step allocates nothing.
 *
 * <p>The order of a step, and why:
 *
 * <ol>
 *   <li><b>Clip</b> the data gradient. Before the penalty is added, so that a hard penalty cannot
 *       use up the allowance and the data cannot hide it.
 *   <li><b>Penalty gradient</b> of the smooth part, taken where the data gradient was taken: at the
 *       look-ahead under look-ahead NAG, else the two would belong to different points. Plain
 *       {@link Sgd} shrinks the weights instead, which is the same but rounds as Spark's {@code
 *       SquaredL2Updater}.
 *   <li><b>Rule.</b> Its decoupled decay is kept off the coordinates the penalty exempts: they wait
 *       at 0, where there is nothing to decay, and get their value back plus the step they made.
 *   <li><b>Proximal step</b> of the non-smooth part with the rates the rule has just used.
 * </ol>
 *
 * <p>A gradient that is not finite is not detected here: whoever made it looks at {@link
 * #gradientNorm} or at the loss.
 */
public final class Stepper {
  private static final int[] NO_COORDINATES = {};
  private static final double[] NO_NUMBERS = {};

  final StepPlan plan;
  final double[] weights;
  private final double[] before;
  private final double[] rates;

  /** Coordinates kept from decoupled decay, ascending, and room for their weights. */
  private final int[] undecayed;

  private final double[] undecayedWeights;

  RuleState state;
  long steps;
  private Pending pending = Pending.NONE;
  private double rateFactor = 1.0;
  private double learningRate;
  private double gradientNorm;

  /** Starts at a copy of {@code initialWeights} with fresh state, before step 1. */
  public Stepper(StepPlan plan, double[] initialWeights) {
    this(plan, initialWeights, plan.rule().newState(initialWeights.length), 0);
  }

  /**
   * Continues from what was saved.
   *
   * @param weights θ, copied
   * @param state the rule's memory at that moment, copied
   * @param steps number of steps made by then, the t of the schedule: {@code state.step()} unless
   *     there was a {@link #restart}
   */
  public Stepper(StepPlan plan, double[] weights, RuleState state, long steps) {
    int d = weights.length;
    Penalty penalty = plan.penalty();
    penalty.scale().requireDimension(d);
    this.plan = plan;
    this.weights = weights.clone();
    this.state = state.copy();
    this.steps = requireSteps(steps);
    this.before = penalty.isProximal() ? new double[d] : NO_NUMBERS;
    this.rates = penalty.isProximal() ? new double[d] : NO_NUMBERS;
    this.undecayed =
        plan.rule().decoupledDecay() == 0.0 ? NO_COORDINATES : exempt(penalty.scale(), d);
    this.undecayedWeights = new double[undecayed.length];
  }

  private static int[] exempt(CoordinateScale scale, int dimension) {
    int[] found = new int[dimension];
    int count = 0;
    for (int j = 0; j < dimension; j++) {
      if (scale.at(j) == 0.0) {
        found[count++] = j;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private static long requireSteps(long steps) {
    if (steps < 0) {
      throw new IllegalArgumentException("steps must be at least 0, but was " + steps);
    }
    return steps;
  }

  /**
   * From now on, who makes steps of the touched coordinates alone is asked to settle the others.
   */
  void follow(Pending lagging) {
    pending = lagging;
  }

  /** The live weights θ. */
  public double[] weights() {
    pending.settle();
    return weights;
  }

  /** Where the next data gradient is to be taken; valid until the next {@link #step}. */
  public double[] gradientPoint() {
    pending.settle();
    return plan.rule().gradientPoint(weights, state);
  }

  /**
   * One step.
   *
   * @param gradient mean data gradient at {@link #gradientPoint()}, length d; overwritten with what
   *     the rule was given
   * @throws IllegalArgumentException if the lengths differ, if the schedule's learning rate for
   *     this step is negative or not finite, or if the rule refuses; weights, state and step count
   *     are then as before
   */
  public void step(double[] gradient) {
    pending.settle();
    requireLength("gradient", gradient);
    UpdateRule rule = plan.rule();
    Penalty penalty = plan.penalty();
    double eta = learningRateAt(steps + 1);
    double length = clip(gradient, gradient.length);
    if (penalty.isSmoothPart()) {
      if (rule instanceof Sgd && plan.metric() == null) {
        penalty.shrink(weights, eta);
      } else {
        penalty.addGradient(rule.gradientPoint(weights, state), gradient);
      }
    }
    Metric metric = plan.metric();
    if (metric != null) {
      metric.solve(gradient);
    }
    applyRule(rule, gradient, eta);
    if (penalty.isProximal()) {
      System.arraycopy(weights, 0, before, 0, weights.length);
      rule.effectiveRates(eta, state, rates);
      if (metric == null) {
        penalty.proximal(weights, rates);
      } else if (rates.length > 0) {
        // One rate for all: the plan lets only rules that are linear take a metric.
        metric.proximal(weights, penalty, rates[0]);
      }
      rule.absorb(before, weights, state);
    }
    made(eta, length);
    pending.discard();
  }

  /** Counts a step that was made. */
  void made(double eta, double length) {
    steps++;
    learningRate = eta;
    gradientNorm = length;
  }

  private double learningRateAt(long step) {
    double eta = rateFactor * plan.learningRate().at(step);
    if (!(eta >= 0.0 && eta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the learning rate must be at least 0 and finite, but was "
              + eta
              + " at step "
              + step
              + " of "
              + plan.learningRate());
    }
    return eta;
  }

  /**
   * Shortens a data gradient that is too long.
   *
   * @param count how many entries count for its length; any others are 0 or of no interest
   * @return the length it had
   */
  double clip(double[] gradient, int count) {
    double length = norm(gradient, count);
    double longest = plan.gradientClip();
    if (longest > 0.0 && length > longest) {
      double factor = longest / length;
      for (int j = 0; j < gradient.length; j++) {
        gradient[j] *= factor;
      }
    }
    return length;
  }

  /** η of the next step. */
  public double nextLearningRate() {
    return learningRateAt(steps + 1);
  }

  private void applyRule(UpdateRule rule, double[] gradient, double eta) {
    for (int i = 0; i < undecayed.length; i++) {
      undecayedWeights[i] = weights[undecayed[i]];
      weights[undecayed[i]] = 0.0;
    }
    try {
      rule.step(weights, gradient, eta, state);
    } finally {
      for (int i = 0; i < undecayed.length; i++) {
        weights[undecayed[i]] += undecayedWeights[i];
      }
    }
  }

  /** Euclidean norm of the first entries; if too large or small to be squared, scaled first. */
  private static double norm(double[] vector, int count) {
    double sum = 0.0;
    for (int j = 0; j < count; j++) {
      sum += vector[j] * vector[j];
    }
    if (sum > 1e-280 && sum < Double.POSITIVE_INFINITY) {
      return Math.sqrt(sum);
    }
    double largest = 0.0;
    for (int j = 0; j < count; j++) {
      largest = Math.max(largest, Math.abs(vector[j]));
    }
    if (largest == 0.0 || !(largest < Double.POSITIVE_INFINITY)) {
      return largest;
    }
    double scaled = 0.0;
    for (int j = 0; j < count; j++) {
      double part = vector[j] / largest;
      scaled += part * part;
    }
    return largest * Math.sqrt(scaled);
  }

  /**
   * Forgets velocity and moments, so that bias corrections start over. Weights and the schedule's
   * step count go on.
   */
  public void restart() {
    pending.settle();
    state = plan.rule().newState(weights.length);
    pending.discard();
  }

  /**
   * Goes back to a saved moment.
   *
   * @param savedWeights θ of that moment, copied
   * @param savedState the rule's memory of that moment, copied
   * @param savedSteps the {@link #steps} of that moment
   */
  public void restore(double[] savedWeights, RuleState savedState, long savedSteps) {
    requireLength("savedWeights", savedWeights);
    requireSteps(savedSteps);
    System.arraycopy(savedWeights, 0, weights, 0, weights.length);
    state = savedState.copy();
    steps = savedSteps;
    pending.discard();
  }

  /**
   * Writes copies of all that the next steps depend on. Coordinates that lag behind are left where
   * they are: to settle them would round otherwise than a run without checkpoints does.
   */
  public void save(Sections to) {
    to.putNumbers("weights", weights.clone());
    to.putText("rule", plan.rule().toString());
    to.putIntegers("rule.step", state.step());
    double[][] slots = state.slots();
    to.putIntegers("rule.slots", slots.length);
    for (int k = 0; k < slots.length; k++) {
      to.putNumbers("rule.slot." + k, slots[k].clone());
    }
    to.putIntegers("steps", steps);
    to.putNumbers("step", learningRate, gradientNorm, rateFactor);
    pending.save(to);
  }

  /**
   * Goes on from what was saved.
   *
   * @throws ravine.checkpoint.CheckpointException if that is of other weights or of another rule
   */
  public void restore(Sections from) {
    double[][] slots = new double[(int) from.integer("rule.slots")][];
    for (int k = 0; k < slots.length; k++) {
      slots[k] = from.numbers("rule.slot." + k, state.slots()[k].length);
    }
    double[] saved = from.numbers("weights", weights.length);
    restore(saved, new RuleState(from.integer("rule.step"), slots), from.integer("steps"));
    double[] last = from.numbers("step", 3);
    learningRate = last[0];
    gradientNorm = last[1];
    rateFactor = last[2];
    pending.restore(from);
  }

  private void requireLength(String name, double[] array) {
    if (array.length != weights.length) {
      throw new IllegalArgumentException(
          name + " has length " + array.length + ", but there are " + weights.length + " weights");
    }
  }

  /**
   * Multiplies the schedule's learning rate from the next step on; 1 at the start. For whoever
   * watches the objective and cuts the rate when it stops falling.
   */
  public void setRateFactor(double factor) {
    rateFactor = factor;
  }

  /** Number of steps made, the t of the schedule. */
  public long steps() {
    return steps;
  }

  /** What is done in each step. */
  public StepPlan plan() {
    return plan;
  }

  /** The live state. */
  public RuleState state() {
    pending.settle();
    return state;
  }

  /** η of the last step; 0 before the first. */
  public double learningRate() {
    return learningRate;
  }

  /** Euclidean norm of the last data gradient before clipping; 0 before the first. */
  public double gradientNorm() {
    return gradientNorm;
  }

  /** Euclidean norm of the rule's velocity or first moment; 0 for rules without one. */
  public double velocityNorm() {
    pending.settle();
    return plan.rule().velocityNorm(state);
  }

  /** Momentum coefficient of the last step; 0 before the first, and for rules without one. */
  public double momentum() {
    return state.step() == 0 ? 0.0 : plan.rule().momentumAt(state.step());
  }

  /** Value of the penalty at the current weights. */
  public double penaltyValue() {
    pending.settle();
    return plan.penalty().value(weights);
  }
}
