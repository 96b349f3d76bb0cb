package ravine.step;

import java.util.Arrays;
import ravine.penalty.Penalty;
import ravine.rule.UpdateRule;

/**
 * Lazy steps in which a coordinate's moments and weight move only when it is touched, with the step
 * count t of everybody in bias corrections and schedules (TensorFlow's {@code LazyAdam} and
 * PyTorch's {@code SparseAdam} are that). For every rule but those whose velocity moves weights
 * without a gradient.
 *
 * <p>The penalty is made up for: its gradient, its threshold and the decoupled decay of a
 * coordinate count once for each step since it was last touched, so that rare coordinates are
 * penalised as much as frequent ones.
 */
public final class WaitingStepper implements SparseStepper {
  private final Stepper whole;
  private final Touched touched;

  /** The step, of those since {@link #started}, at which a coordinate was last touched. */
  private final int[] since;

  private long started;
  private double[] rates = {};

  /**
   * Starts at a copy of {@code initialWeights} with fresh state.
   *
   * @throws IllegalArgumentException if {@link StepPlan#canWait} says no
   */
  public WaitingStepper(StepPlan plan, double[] initialWeights) {
    if (!plan.canWait()) {
      throw new IllegalArgumentException(
          plan.rule()
              + (plan.metric() == null ? " has a velocity" : " is in a metric")
              + " that moves weights at every step: it cannot wait");
    }
    this.whole = new Stepper(plan, initialWeights);
    this.touched = new Touched(whole);
    this.since = new int[initialWeights.length];
    whole.follow(new Waiting());
  }

  @Override
  public Stepper whole() {
    return whole;
  }

  @Override
  public void read(int[] coordinates, int count, double[] point, int at) {
    double[] weights = whole.weights;
    for (int i = 0; i < count; i++) {
      point[at + i] = weights[coordinates[i]];
    }
  }

  @Override
  public void step(int[] coordinates, int count, double[] gradient) {
    double eta = whole.nextLearningRate();
    double length = whole.clip(gradient, count);
    touched.gather(coordinates, count, gradient);
    UpdateRule rule = whole.plan.rule();
    Penalty penalty = whole.plan.penalty();
    if (penalty.isSmoothPart()) {
      double[] point = rule.gradientPoint(touched.weights(), touched.state());
      for (int i = 0; i < count; i++) {
        int j = coordinates[i];
        touched.gradient()[i] += missed(j) * penalty.curvature(j) * point[i];
      }
    }
    rule.step(touched.weights(), touched.gradient(), eta, touched.state());
    decay(coordinates, count, eta);
    threshold(coordinates, count, eta);
    touched.scatter(coordinates, count);
    whole.made(eta, length);
    int now = (int) (whole.steps - started);
    for (int i = 0; i < count; i++) {
      since[coordinates[i]] = now;
    }
  }

  /** Steps since the coordinate was touched, this one included; 1 where it is up to date. */
  private int missed(int j) {
    return (int) (whole.steps - started) + 1 - since[j];
  }

  /** The decoupled decay of the steps they missed. */
  private void decay(int[] coordinates, int count, double eta) {
    double decay = whole.plan.rule().decoupledDecay();
    if (decay == 0.0) {
      return;
    }
    Penalty penalty = whole.plan.penalty();
    double[] weights = touched.weights();
    for (int i = 0; i < count; i++) {
      int j = coordinates[i];
      boolean exempt = penalty.scale().at(j) == 0.0;
      // The rule has just decayed everybody once, as a multiple of the weight before the step.
      double before = whole.weights[j];
      weights[i] -= (exempt ? -1.0 : missed(j) - 1.0) * eta * decay * before;
    }
  }

  /** The proximal step of the L1 part, for all the steps they missed. */
  private void threshold(int[] coordinates, int count, double eta) {
    Penalty penalty = whole.plan.penalty();
    if (!penalty.isProximal()) {
      return;
    }
    double[] weights = touched.weights();
    if (rates.length != weights.length) {
      rates = new double[weights.length];
    }
    whole.plan.rule().effectiveRates(eta, touched.state(), rates);
    for (int i = 0; i < count; i++) {
      double limit = missed(coordinates[i]) * rates[i] * penalty.threshold(coordinates[i]);
      double w = weights[i];
      weights[i] = Math.signum(w) * Math.max(0.0, Math.abs(w) - limit);
    }
  }

  private final class Waiting implements Pending {
    /** Who waits, waits on. */
    @Override
    public void settle() {
      touched.countSteps();
    }

    @Override
    public void discard() {
      started = whole.steps;
      Arrays.fill(since, 0);
      touched.renew();
    }
  }
}
