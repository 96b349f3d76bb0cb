package ravine.landscape;

import ravine.rule.RuleState;
import ravine.rule.UpdateRule;

/**
 * The path of a rule from {@link #START}.
 *
 * @param method whose it is
 * @param rate η, the same at every step
 * @param momentum γ, of rules that have one
 * @param batch rows of a step
 * @param points weights before the first step and after each
 * @param gaps of each point: how far its loss is above the least, relative to that; infinite from
 *     where it diverged on
 */
record Walk(
    Method method, double rate, double momentum, int batch, double[][] points, double[] gaps) {
  /** A corner from which the way to the minimum leads into the ravine and along it. */
  private static final double[] START = {1.0, -1.0};

  /** Steps that are made. */
  static final int STEPS = 300;

  /** The first of them, which are drawn. */
  static final int DRAWN = 60;

  /** The relative gap at which a walk has arrived. */
  static final double NEAR = 0.01;

  static final double DEFAULT_MOMENTUM = 0.9;

  /** Rates that are tried: powers of the fourth root of 2 from 2⁻¹⁰ to 2⁴. */
  private static final int RATES_FROM = -40;

  private static final int RATES_TO = 16;
  static final int SEED = 1964;
  private static final double LOST = 1e6;

  static double[] start() {
    return START.clone();
  }

  /** Makes the steps. */
  static Walk of(TwoFeatureLoss loss, Method method, double rate, double momentum, int batch) {
    UpdateRule rule = method.rule(momentum);
    RuleState state = rule.newState(2);
    Batches batches = new Batches(loss.size(), batch, SEED);
    double[] weights = start();
    double[] gradient = new double[2];
    double[][] points = new double[STEPS + 1][];
    double[] gaps = new double[STEPS + 1];
    points[0] = weights.clone();
    gaps[0] = loss.gap(weights);
    for (int step = 1; step <= STEPS; step++) {
      loss.gradient(rule.gradientPoint(weights, state), batches.next(), gradient);
      rule.step(weights, gradient, rate, state);
      points[step] = weights.clone();
      double gap = loss.gap(weights);
      boolean lost = gaps[step - 1] == Double.POSITIVE_INFINITY || !(gap < LOST);
      gaps[step] = lost ? Double.POSITIVE_INFINITY : gap;
    }
    return new Walk(method, rate, momentum, batch, points, gaps);
  }

  /**
   * With all rows in a step and the default momentum, and of the rates that are tried the one with
   * the fewest steps to {@link #NEAR}; of several the one whose loss is least after {@link #DRAWN}.
   */
  static Walk best(TwoFeatureLoss loss, Method method) {
    Walk best = null;
    for (int power = RATES_FROM; power <= RATES_TO; power++) {
      double rate = StrictMath.pow(2.0, power / 4.0);
      Walk walk = of(loss, method, rate, DEFAULT_MOMENTUM, loss.size());
      if (best == null || walk.isBetterThan(best)) {
        best = walk;
      }
    }
    if (best == null) {
      throw new IllegalStateException("There is at least one rate");
    }
    return best;
  }

  private boolean isBetterThan(Walk other) {
    int mine = arrived() ? arrival() : STEPS + 1;
    int its = other.arrived() ? other.arrival() : STEPS + 1;
    return mine < its || (mine == its && gaps[DRAWN] < other.gaps[DRAWN]);
  }

  /** Whether it is within {@link #NEAR} at the end. */
  boolean arrived() {
    return gaps[STEPS] <= NEAR;
  }

  /** The step from which on it is within {@link #NEAR}; more than there are if it is not. */
  int arrival() {
    int step = STEPS + 1;
    while (step > 0 && gaps[step - 1] <= NEAR) {
      step--;
    }
    return step;
  }

  /** How many of the drawn steps go back: at more than a right angle to the step before. */
  int turns() {
    int turns = 0;
    for (int i = 2; i <= DRAWN; i++) {
      double[] a = points[i - 2];
      double[] b = points[i - 1];
      double[] c = points[i];
      double cosine = (c[0] - b[0]) * (b[0] - a[0]) + (c[1] - b[1]) * (b[1] - a[1]);
      if (cosine < 0.0) {
        turns++;
      }
    }
    return turns;
  }

  /** The mean gap of as many steps as are drawn, but of the last. */
  double lastGap() {
    double sum = 0.0;
    for (int i = STEPS - DRAWN + 1; i <= STEPS; i++) {
      sum += gaps[i];
    }
    return sum / DRAWN;
  }
}
