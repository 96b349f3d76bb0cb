package ravine.step;

import java.util.Arrays;
import ravine.checkpoint.Sections;
import ravine.penalty.Penalty;
import ravine.rule.UpdateRule;

/**
 * Lazy steps along the dense trajectory, up to rounding: who was not touched catches up by {@link
 * Transitions} before it is read or stepped. For rules that are linear (plain descent, every form
 * of momentum and NAG) with no penalty or one that is equally curved along every coordinate.
 */
public final class ExactLazyStepper implements SparseStepper {
  private final Stepper whole;
  private final Touched touched;
  private final Transitions transitions;

  /** The step of the window at which a coordinate was last brought up to date. */
  private final int[] since;

  /**
   * Starts at a copy of {@code initialWeights} with fresh state.
   *
   * @throws IllegalArgumentException if {@link StepPlan#canBeExact} says no
   */
  public ExactLazyStepper(StepPlan plan, double[] initialWeights) {
    if (!plan.canBeExact(initialWeights.length)) {
      throw new IllegalArgumentException(
          plan.rule() + " with " + plan.penalty() + " has no exact lazy form");
    }
    this.whole = new Stepper(plan, initialWeights);
    this.touched = new Touched(whole);
    this.since = new int[initialWeights.length];
    this.transitions =
        new Transitions(plan.rule(), plan.commonCurvature(since.length), whole.state);
    whole.follow(new Laggards());
  }

  @Override
  public Stepper whole() {
    return whole;
  }

  @Override
  public void read(int[] coordinates, int count, double[] point, int at) {
    double[] weights = whole.weights;
    double[][] slots = whole.state.slots();
    double[] velocity = slots.length == 0 ? weights : slots[0];
    for (int i = 0; i < count; i++) {
      int j = coordinates[i];
      point[at + i] = transitions.point(since[j], velocity[j], weights[j]);
    }
  }

  @Override
  public void step(int[] coordinates, int count, double[] gradient) {
    double eta = whole.nextLearningRate();
    double length = whole.clip(gradient, count);
    touched.gather(coordinates, count, gradient);
    bringUpToDate(coordinates, count);
    UpdateRule rule = whole.plan.rule();
    Penalty penalty = whole.plan.penalty();
    if (penalty.isSmoothPart()) {
      double[] point = rule.gradientPoint(touched.weights(), touched.state());
      for (int i = 0; i < count; i++) {
        touched.gradient()[i] += penalty.curvature(coordinates[i]) * point[i];
      }
    }
    rule.step(touched.weights(), touched.gradient(), eta, touched.state());
    touched.scatter(coordinates, count);
    whole.made(eta, length);
    transitions.advance(eta);
    int now = transitions.now();
    for (int i = 0; i < count; i++) {
      since[coordinates[i]] = now;
    }
    if (transitions.isFull()) {
      catchUp();
    }
  }

  /** The gathered make the steps they missed. */
  private void bringUpToDate(int[] coordinates, int count) {
    double[][] slots = touched.state().slots();
    boolean remembers = slots.length > 0;
    double[] weights = touched.weights();
    double[] velocity = remembers ? slots[0] : weights;
    for (int i = 0; i < count; i++) {
      int from = since[coordinates[i]];
      double v = velocity[i];
      double w = weights[i];
      if (remembers) {
        velocity[i] = transitions.velocity(from, v, w);
      }
      weights[i] = transitions.weight(from, v, w);
    }
  }

  /** Everybody makes the steps they missed; the window begins anew. */
  private void catchUp() {
    if (transitions.now() > 0) {
      double[] weights = whole.weights;
      double[][] slots = whole.state.slots();
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
    touched.countSteps();
  }

  private final class Laggards implements Pending {
    @Override
    public void settle() {
      catchUp();
    }

    @Override
    public void discard() {
      Arrays.fill(since, 0);
      touched.renew();
      transitions.restart(whole.state);
    }

    @Override
    public void save(Sections to) {
      to.putIntegers("lazy.since", Arrays.stream(since).asLongStream().toArray());
      to.putIntegers("lazy.step", touched.state().step());
      transitions.save(to);
    }

    @Override
    public void restore(Sections from) {
      long[] saved = from.integers("lazy.since", since.length);
      for (int j = 0; j < since.length; j++) {
        since[j] = (int) saved[j];
      }
      touched.setStep(from.integer("lazy.step"));
      transitions.restore(from);
    }
  }
}
