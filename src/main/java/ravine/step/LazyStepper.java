package ravine.step;

import java.util.Arrays;
import ravine.penalty.Penalty;
import ravine.rule.Momentum;
import ravine.rule.Nesterov;
import ravine.rule.RuleState;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;

/**
 * Steps that cost what their gradient's non-zeros cost, for weights so many that a batch touches
 * few of them. Lives on the driver; not thread-safe but for {@link #read}.
 *
 * <p><b>Exact</b>, for rules that are linear in velocity and weight (plain descent, every form of
 * momentum and NAG) with no penalty or one that is equally curved along every coordinate: who was
 * not touched catches up by {@link Transitions} before it is read or stepped, so that the
 * trajectory is the dense one up to rounding.
 *
 * <p><b>Lazy</b>, for every other rule: a coordinate's moments and weight move only in steps that
 * touch it, with the step count t of everybody in bias corrections and schedules. (TensorFlow's
 * {@code LazyAdam} and PyTorch's {@code SparseAdam} are that.) The penalty is made up for: its
 * gradient, its threshold and the decoupled decay of a coordinate count once for each step since it
 * was last touched, so that rare coordinates are penalised as much as frequent ones.
 *
 * <p>Everything inherited works, too, after a full catch-up that costs O(d).
 */
public final class LazyStepper extends Stepper {
  private final boolean exact;
  private final Transitions transitions;

  /** When a coordinate was last brought up to date: a step of the window, or of all if lazy. */
  private final int[] since;

  /** The touched coordinates' neighbours of one another, for the rule to work on. */
  private double[] compactWeights = {};

  private double[] compactGradient = {};
  private double[] rates = {};
  private RuleState compact;
  private int filled;
  private long started;

  /**
   * Starts at a copy of {@code initialWeights} with fresh state.
   *
   * @param exact whether untouched coordinates are to move as they would have; else they wait
   * @throws IllegalArgumentException if that is asked for and {@link #canBeExact} says no, or if
   *     the rule is look-ahead NAG and it is not
   */
  public LazyStepper(StepPlan plan, double[] initialWeights, boolean exact) {
    super(plan, initialWeights);
    if (exact && !canBeExact(plan, initialWeights.length)) {
      throw new IllegalArgumentException(
          plan.rule() + " with " + plan.penalty() + " has no exact lazy form");
    }
    if (!exact && isLinear(plan.rule()) && !(plan.rule() instanceof Sgd)) {
      throw new IllegalArgumentException(
          plan.rule() + " has a velocity that moves weights at every step: it cannot wait");
    }
    this.exact = exact;
    this.since = new int[initialWeights.length];
    this.transitions =
        new Transitions(plan.rule(), exact ? curvature(plan.penalty(), since.length) : 0.0, state);
    this.compact = plan.rule().newState(0);
    reset();
  }

  /** Whether untouched coordinates can catch up exactly. */
  public static boolean canBeExact(StepPlan plan, int dimension) {
    return isLinear(plan.rule())
        && plan.metric() == null
        && !plan.penalty().isProximal()
        && !Double.isNaN(curvature(plan.penalty(), dimension));
  }

  /** Whether coordinates may wait until they are touched; a velocity may not. */
  public static boolean canWait(StepPlan plan) {
    return plan.metric() == null && (plan.rule() instanceof Sgd || !isLinear(plan.rule()));
  }

  /** Whether velocity and weight after a step are linear in velocity, weight and gradient. */
  public static boolean isLinear(UpdateRule rule) {
    return rule instanceof Sgd || rule instanceof Momentum || rule instanceof Nesterov;
  }

  /** The one curvature of all penalised coordinates; NaN where they differ. */
  private static double curvature(Penalty penalty, int dimension) {
    double found = 0.0;
    for (int j = 0; j < dimension; j++) {
      double at = penalty.curvature(j);
      if (at != 0.0) {
        if (found != 0.0 && Math.abs(at - found) > 1e-12 * found) {
          return Double.NaN;
        }
        found = found == 0.0 ? at : found;
      }
    }
    return found;
  }

  /**
   * Writes where the next gradient is to be taken, at some coordinates. May be called from several
   * threads as long as no step is made.
   *
   * @param coordinates at which; the first {@code count} entries
   * @param point overwritten from index {@code at} on
   */
  public void read(int[] coordinates, int count, double[] point, int at) {
    if (!exact) {
      for (int i = 0; i < count; i++) {
        point[at + i] = weights[coordinates[i]];
      }
      return;
    }
    double[][] slots = state.slots();
    double[] velocity = slots.length == 0 ? weights : slots[0];
    for (int i = 0; i < count; i++) {
      int j = coordinates[i];
      point[at + i] = transitions.point(since[j], velocity[j], weights[j]);
    }
  }

  /**
   * One step of everybody, of which only some are touched. Coordinates that the penalty exempts
   * must be among them every time.
   *
   * @param coordinates that are touched, each once; the first {@code count} entries
   * @param gradient mean data gradient there, overwritten; every other coordinate's is 0
   * @throws IllegalArgumentException as {@link #step(double[])}
   */
  public void step(int[] coordinates, int count, double[] gradient) {
    double eta = learningRateAt(steps + 1);
    double length = norm(gradient, count);
    clip(gradient, length);
    reserve(count);
    gather(coordinates, count);
    System.arraycopy(gradient, 0, compactGradient, 0, count);
    Penalty penalty = plan.penalty();
    if (penalty.isSmoothPart()) {
      double[] point = plan.rule().gradientPoint(compactWeights, compact);
      for (int i = 0; i < count; i++) {
        int j = coordinates[i];
        compactGradient[i] += missed(j) * penalty.curvature(j) * point[i];
      }
    }
    plan.rule().step(compactWeights, compactGradient, eta, compact);
    if (!exact) {
      afterwards(coordinates, count, eta);
    }
    scatter(coordinates, count);
    steps++;
    learningRate = eta;
    gradientNorm = length;
    int stamp = (int) (steps - started);
    if (exact) {
      transitions.advance(eta);
      stamp = transitions.now();
    }
    for (int i = 0; i < count; i++) {
      since[coordinates[i]] = stamp;
    }
    if (exact && transitions.isFull()) {
      catchUp();
    }
  }

  /** Steps since the coordinate was touched, this one included; 1 where it is up to date. */
  private int missed(int j) {
    return exact ? 1 : (int) (steps - started) + 1 - since[j];
  }

  /** Threshold and decoupled decay of the lazy form. */
  private void afterwards(int[] coordinates, int count, double eta) {
    Penalty penalty = plan.penalty();
    double decay = plan.rule().decoupledDecay();
    if (decay != 0.0) {
      for (int i = 0; i < count; i++) {
        int j = coordinates[i];
        boolean exempt = penalty.scale().at(j) == 0.0;
        // The rule has just decayed everybody once, as a multiple of the weight before the step.
        double before = weights[j];
        compactWeights[i] -= (exempt ? -1.0 : missed(j) - 1.0) * eta * decay * before;
      }
    }
    if (penalty.isProximal()) {
      plan.rule().effectiveRates(eta, compact, rates);
      for (int i = 0; i < count; i++) {
        double limit = missed(coordinates[i]) * rates[i] * penalty.threshold(coordinates[i]);
        double w = compactWeights[i];
        compactWeights[i] = Math.signum(w) * Math.max(0.0, Math.abs(w) - limit);
      }
    }
  }

  private void reserve(int count) {
    if (compactWeights.length < count || compactWeights.length == 0) {
      int room = Math.max(16, Math.min(since.length, count + count / 4));
      room = Math.max(room, count);
      compactWeights = new double[room];
      compactGradient = new double[room];
      rates = new double[plan.penalty().isProximal() ? room : 0];
      double[][] slots = new double[compact.slots().length][];
      for (int k = 0; k < slots.length; k++) {
        slots[k] = isVector(k) ? new double[room] : state.slots()[k];
      }
      compact = new RuleState(compact.step(), slots);
      filled = 0;
    }
  }

  private boolean isVector(int slot) {
    return state.slots()[slot].length == since.length;
  }

  private void gather(int[] coordinates, int count) {
    double[][] slots = state.slots();
    double[][] own = compact.slots();
    for (int i = 0; i < count; i++) {
      compactWeights[i] = weights[coordinates[i]];
    }
    for (int k = 0; k < slots.length; k++) {
      if (isVector(k)) {
        for (int i = 0; i < count; i++) {
          own[k][i] = slots[k][coordinates[i]];
        }
      }
    }
    if (exact) {
      double[] velocity = own.length == 0 ? compactWeights : own[0];
      for (int i = 0; i < count; i++) {
        int from = since[coordinates[i]];
        double v = velocity[i];
        double w = compactWeights[i];
        if (own.length > 0) {
          velocity[i] = transitions.velocity(from, v, w);
        }
        compactWeights[i] = transitions.weight(from, v, w);
      }
    }
    // What an earlier, longer step left behind would overflow one day.
    for (int i = count; i < filled; i++) {
      compactWeights[i] = 0.0;
      compactGradient[i] = 0.0;
      for (int k = 0; k < own.length; k++) {
        if (isVector(k)) {
          own[k][i] = 0.0;
        }
      }
    }
    filled = count;
  }

  private void scatter(int[] coordinates, int count) {
    double[][] slots = state.slots();
    for (int i = 0; i < count; i++) {
      weights[coordinates[i]] = compactWeights[i];
    }
    for (int k = 0; k < slots.length; k++) {
      if (isVector(k)) {
        double[] own = compact.slots()[k];
        for (int i = 0; i < count; i++) {
          slots[k][coordinates[i]] = own[i];
        }
      }
    }
  }

  /** Brings everybody up to date; waiting coordinates of the lazy form stay as they are. */
  private void catchUp() {
    if (exact && transitions.now() > 0) {
      double[][] slots = state.slots();
      boolean remembers = slots.length > 0;
      double[] velocity = remembers ? slots[0] : weights;
      int now = transitions.now();
      for (int j = 0; j < since.length; j++) {
        int from = since[j];
        if (from != now) {
          double v = velocity[j];
          double w = weights[j];
          if (v != 0.0 || w != 0.0) {
            weights[j] = transitions.weight(from, v, w);
            if (remembers) {
              velocity[j] = transitions.velocity(from, v, w);
            }
          }
        }
        since[j] = 0;
      }
      transitions.forget();
    }
    if (state.step() != compact.step()) {
      state = new RuleState(compact.step(), state.slots());
    }
  }

  /** The weights and state have become other ones, all of them up to date. */
  private void reset() {
    started = steps;
    Arrays.fill(since, 0);
    double[][] slots = new double[state.slots().length][];
    for (int k = 0; k < slots.length; k++) {
      slots[k] = isVector(k) ? new double[compactWeights.length] : state.slots()[k];
    }
    compact = new RuleState(state.step(), slots);
    filled = 0;
    if (exact) {
      transitions.restart(state);
    }
  }

  @Override
  public double[] weights() {
    catchUp();
    return super.weights();
  }

  @Override
  public double[] gradientPoint() {
    catchUp();
    return super.gradientPoint();
  }

  @Override
  public void step(double[] gradient) {
    catchUp();
    super.step(gradient);
    reset();
  }

  @Override
  public RuleState state() {
    catchUp();
    return super.state();
  }

  @Override
  public void restart() {
    catchUp();
    super.restart();
    reset();
  }

  @Override
  public void restore(double[] savedWeights, RuleState savedState, long savedSteps) {
    super.restore(savedWeights, savedState, savedSteps);
    reset();
  }

  @Override
  public double velocityNorm() {
    catchUp();
    return super.velocityNorm();
  }

  @Override
  public double penaltyValue() {
    catchUp();
    return super.penaltyValue();
  }
}
