package ravine.step;

import java.util.Arrays;
import ravine.checkpoint.Sections;
import ravine.penalty.Penalty;
import ravine.rule.UpdateRule;

/**
 * Lazy steps in which a coordinate's moments and weight move only when it is touched, with the step
 * count t of everybody in bias corrections and schedules (TensorFlow's {@code LazyAdam} and
 * PyTorch's {@code SparseAdam} are that). For every rule but those whose velocity moves weights
 * without a gradient.
 *
 * <p>The penalty is made up for, so that rare coordinates are penalised as much as frequent ones: a
 * coordinate that missed n steps makes n steps of the penalty alone before it is read for its own,
 * in closed form. With learning rates η of the steps missed, decay λ, a rate r that the rule's
 * state gives the coordinate, L2 curvature c and L1 weight t that is
 *
 * <pre>
 *   decoupled decay   w ← w · Π (1 − ηλ)
 *   elastic net       |w| ← max(0, qⁿ|w| − r t (1 − qⁿ)/(1 − q))
 * </pre>
 *
 * <p>with q = 1 − rc for plain descent, whose dense steps these are, and q = 1/(1 + rc), the
 * proximal step, for rules whose r may be as large as gradients are small. Where η changes, r is
 * that of the mean η. None of it enters the rule's moments: n gradients of the penalty in one would
 * freeze the coordinate of a rule that divides by their size. An L2 part alone moves the weight of
 * such a rule by no more than Σ η, the length of its steps.
 */
public final class WaitingStepper implements SparseStepper {
  private static final double[] NONE = {};

  private final Stepper whole;
  private final Touched touched;

  /** The step, of those since {@link #started}, at which a coordinate was last touched. */
  private final int[] since;

  /** Σ η and Σ ln(1 − ηλ) of all steps, and what they were when a coordinate was last touched. */
  private double travelled;

  private double decayed;
  private final double[] travelledSince;
  private final double[] decayedSince;

  private long started;
  private double[] rates = NONE;
  private double[] aside = NONE;

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
    Penalty penalty = plan.penalty();
    boolean penalised = penalty.isSmoothPart() || penalty.isProximal();
    this.travelledSince = penalised ? new double[since.length] : NONE;
    this.decayedSince = plan.rule().decoupledDecay() == 0.0 ? NONE : new double[since.length];
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
    catchUp(coordinates, count);
    if (penalty.isSmoothPart()) {
      double[] point = rule.gradientPoint(touched.weights(), touched.state());
      for (int i = 0; i < count; i++) {
        touched.gradient()[i] += penalty.curvature(coordinates[i]) * point[i];
      }
    }
    double[] exempted = exempted(coordinates, count);
    rule.step(touched.weights(), touched.gradient(), eta, touched.state());
    for (int i = 0; i < exempted.length; i++) {
      touched.weights()[i] += exempted[i];
    }
    threshold(coordinates, count, eta);
    touched.scatter(coordinates, count);
    whole.made(eta, length);
    count(coordinates, count, eta);
  }

  /** The steps of the penalty alone that the gathered missed. */
  private void catchUp(int[] coordinates, int count) {
    int now = (int) (whole.steps - started);
    double[] weights = touched.weights();
    if (decayedSince.length > 0) {
      for (int i = 0; i < count; i++) {
        int j = coordinates[i];
        if (since[j] < now && whole.plan.penalty().scale().at(j) != 0.0) {
          weights[i] *= Math.exp(decayed - decayedSince[j]);
        }
      }
    }
    if (travelledSince.length == 0 || touched.state().step() == 0) {
      return;
    }
    // Every rule's rates are proportional to η: at 1 they are what η is to be multiplied by.
    effectiveRates(1.0);
    Penalty penalty = whole.plan.penalty();
    boolean plain = whole.plan.rule().isLinear();
    boolean normalises = whole.plan.rule().normalises();
    for (int i = 0; i < count; i++) {
      int j = coordinates[i];
      int missed = now - since[j];
      if (missed == 0 || penalty.isFree(j) || weights[i] == 0.0) {
        continue;
      }
      double way = travelled - travelledSince[j];
      double rate = rates[i] * (way / missed);
      double curved = rate * penalty.curvature(j);
      double kept = plain ? Math.max(0.0, 1.0 - curved) : 1.0 / (1.0 + curved);
      double power = Math.pow(kept, missed);
      double size = Math.abs(weights[i]);
      double shrunk = power * size;
      if (normalises) {
        shrunk = Math.max(shrunk, size - way);
      }
      double times = kept < 1.0 ? (1.0 - power) / (1.0 - kept) : missed;
      double limit = penalty.threshold(j) == 0.0 ? 0.0 : times * rate * penalty.threshold(j);
      weights[i] = Math.copySign(Math.max(0.0, shrunk - limit), weights[i]);
    }
  }

  /** Of a rule that decays, the weights that it must not: set aside, with 0 in their place. */
  private double[] exempted(int[] coordinates, int count) {
    if (decayedSince.length == 0) {
      return NONE;
    }
    double[] weights = touched.weights();
    if (aside.length < count) {
      aside = new double[weights.length];
    }
    Arrays.fill(aside, 0.0);
    for (int i = 0; i < count; i++) {
      if (whole.plan.penalty().scale().at(coordinates[i]) == 0.0) {
        aside[i] = weights[i];
        weights[i] = 0.0;
      }
    }
    return aside;
  }

  private void effectiveRates(double eta) {
    if (rates.length != touched.weights().length) {
      rates = new double[touched.weights().length];
    }
    whole.plan.rule().effectiveRates(eta, touched.state(), rates);
  }

  /** The proximal step of the L1 part. */
  private void threshold(int[] coordinates, int count, double eta) {
    Penalty penalty = whole.plan.penalty();
    if (!penalty.isProximal()) {
      return;
    }
    double[] weights = touched.weights();
    effectiveRates(eta);
    for (int i = 0; i < count; i++) {
      double limit = rates[i] * penalty.threshold(coordinates[i]);
      double w = weights[i];
      weights[i] = Math.signum(w) * Math.max(0.0, Math.abs(w) - limit);
    }
  }

  /** The touched are up to date after a step of length η. */
  private void count(int[] coordinates, int count, double eta) {
    double decay = whole.plan.rule().decoupledDecay();
    travelled += eta;
    decayed += decay == 0.0 ? 0.0 : Math.log(Math.max(Double.MIN_NORMAL, 1.0 - eta * decay));
    int now = (int) (whole.steps - started);
    for (int i = 0; i < count; i++) {
      int j = coordinates[i];
      since[j] = now;
      if (travelledSince.length > 0) {
        travelledSince[j] = travelled;
      }
      if (decayedSince.length > 0) {
        decayedSince[j] = decayed;
      }
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
      travelled = 0.0;
      decayed = 0.0;
      Arrays.fill(travelledSince, 0.0);
      Arrays.fill(decayedSince, 0.0);
      touched.renew();
    }

    @Override
    public void save(Sections to) {
      to.putIntegers("lazy.since", Arrays.stream(since).asLongStream().toArray());
      to.putIntegers("lazy.step", touched.state().step(), started);
      to.putNumbers("lazy.way", travelled, decayed);
      to.putNumbers("lazy.travelled", travelledSince.clone());
      to.putNumbers("lazy.decayed", decayedSince.clone());
    }

    @Override
    public void restore(Sections from) {
      long[] saved = from.integers("lazy.since", since.length);
      for (int j = 0; j < since.length; j++) {
        since[j] = (int) saved[j];
      }
      long[] counts = from.integers("lazy.step", 2);
      touched.setStep(counts[0]);
      started = counts[1];
      double[] way = from.numbers("lazy.way", 2);
      travelled = way[0];
      decayed = way[1];
      copy(from.numbers("lazy.travelled", travelledSince.length), travelledSince);
      copy(from.numbers("lazy.decayed", decayedSince.length), decayedSince);
    }

    private static void copy(double[] saved, double[] to) {
      System.arraycopy(saved, 0, to, 0, to.length);
    }
  }
}
