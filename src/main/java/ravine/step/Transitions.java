package ravine.step;

import java.util.Arrays;
import ravine.checkpoint.Sections;
import ravine.rule.RuleState;
import ravine.rule.UpdateRule;

/**
 * What steps without a data gradient do to one coordinate's velocity v and weight θ under a rule
 * that is linear in both: a 2 × 2 matrix per step,
 *
 * <pre>
 *   (v, θ) ← A_t (v, θ)      and over the steps s + 1 … t      M[s] = A_t A_{t−1} … A_{s+1}
 * </pre>
 *
 * kept as products for every s of a window. So a coordinate that was last touched at step s catches
 * up with one multiplication, whatever the schedules of the learning rate and the momentum are
 * (Lipton and Elkan 2015, "Efficient elastic net regularization for sparse linear models", do it
 * with scalar products for plain descent; a velocity makes the scalars matrices). Products and not
 * quotients of running products, because det A = γ and the running product soon underflows.
 *
 * <p>A_t is read off the rule itself, by letting it step from (1, 0) and (0, 1).
 */
final class Transitions {
  /** Steps after which everybody has to catch up, so that the products stay few. */
  static final int WINDOW = 1024;

  private static final int ENTRIES = 4;

  private final UpdateRule rule;
  private final double curvature;
  private final double[] products = new double[ENTRIES * (WINDOW + 1)];
  private final double[] weights = new double[2];
  private final double[] gradient = new double[2];
  private RuleState state;

  /** Weights of v and θ in the point where the next gradient is taken. */
  private double pointOfVelocity;

  private double pointOfWeight = 1.0;
  private int now;

  /**
   * Nothing to catch up on yet.
   *
   * @param curvature of the penalty along every coordinate, at least 0
   * @param start the rule's memory, of any dimension
   */
  Transitions(UpdateRule rule, double curvature, RuleState start) {
    this.rule = rule;
    this.curvature = curvature;
    this.state = basis(start);
    forget();
  }

  private RuleState basis(RuleState of) {
    double[][] slots = rule.newState(2).slots();
    for (int k = 0; k < slots.length; k++) {
      slots[k] = slots[k].length == 2 ? slots[k] : of.slots()[k].clone();
    }
    RuleState fresh = new RuleState(of.step(), slots);
    place(fresh);
    return fresh;
  }

  /** Coordinate 0 is (v, θ) = (1, 0), coordinate 1 is (0, 1). */
  private void place(RuleState at) {
    for (double[] slot : at.slots()) {
      if (slot.length == 2) {
        slot[0] = 1.0;
        slot[1] = 0.0;
      }
    }
    weights[0] = 0.0;
    weights[1] = 1.0;
  }

  /** Everybody has caught up: the window begins anew. */
  void forget() {
    now = 0;
    setUnit(0);
    lookAhead();
  }

  /** The same, and the rule's memory is another one. */
  void restart(RuleState from) {
    state = basis(from);
    forget();
  }

  /** Writes the window. */
  void save(Sections to) {
    to.putNumbers("lazy.window", Arrays.copyOf(products, ENTRIES * (now + 1)));
    to.putIntegers("lazy.window.step", state.step());
    double[][] slots = state.slots();
    for (int k = 0; k < slots.length; k++) {
      to.putNumbers("lazy.window.slot." + k, slots[k].clone());
    }
  }

  /** The window as it was saved. */
  void restore(Sections from) {
    double[] saved = from.numbers("lazy.window");
    System.arraycopy(saved, 0, products, 0, Math.min(saved.length, products.length));
    now = Math.min(saved.length, products.length) / ENTRIES - 1;
    double[][] slots = state.slots();
    for (int k = 0; k < slots.length; k++) {
      double[] slot = from.numbers("lazy.window.slot." + k, slots[k].length);
      System.arraycopy(slot, 0, slots[k], 0, slot.length);
    }
    state = new RuleState(from.integer("lazy.window.step"), slots);
    lookAhead();
  }

  private void setUnit(int at) {
    int from = at * ENTRIES;
    Arrays.fill(products, from, from + ENTRIES, 0.0);
    products[from] = 1.0;
    products[from + 3] = 1.0;
  }

  private void lookAhead() {
    place(state);
    double[] point = rule.gradientPoint(weights, state);
    pointOfVelocity = state.slots().length == 0 ? 0.0 : point[0];
    pointOfWeight = point[1];
  }

  /** One more step with that learning rate was made. */
  void advance(double learningRate) {
    place(state);
    double[] point = rule.gradientPoint(weights, state);
    gradient[0] = curvature * point[0];
    gradient[1] = curvature * point[1];
    rule.step(weights, gradient, learningRate, state);
    boolean remembers = state.slots().length > 0;
    double vv = remembers ? state.slots()[0][0] : 0.0;
    double vw = remembers ? state.slots()[0][1] : 0.0;
    double wv = remembers ? weights[0] : 0.0;
    double ww = weights[1];
    double[] m = products;
    for (int at = 0; at <= now * ENTRIES; at += ENTRIES) {
      double a = m[at];
      double b = m[at + 1];
      double c = m[at + 2];
      double d = m[at + 3];
      m[at] = vv * a + vw * c;
      m[at + 1] = vv * b + vw * d;
      m[at + 2] = wv * a + ww * c;
      m[at + 3] = wv * b + ww * d;
    }
    now++;
    setUnit(now);
    lookAhead();
  }

  /** Steps since the window began. */
  int now() {
    return now;
  }

  boolean isFull() {
    return now == WINDOW;
  }

  /** The velocity now of who had (v, θ) at step {@code since} of the window. */
  double velocity(int since, double velocity, double weight) {
    int at = since * ENTRIES;
    return products[at] * velocity + products[at + 1] * weight;
  }

  /** The weight now, likewise. */
  double weight(int since, double velocity, double weight) {
    int at = since * ENTRIES;
    return products[at + 2] * velocity + products[at + 3] * weight;
  }

  /** Where the next gradient is taken, likewise. */
  double point(int since, double velocity, double weight) {
    return pointOfVelocity * velocity(since, velocity, weight)
        + pointOfWeight * weight(since, velocity, weight);
  }
}
