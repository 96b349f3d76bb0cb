package ravine.curvature;

import java.util.Arrays;
import ravine.penalty.Bounds;

/**
 * The search of {@link QuadraticSolver} in a box: minimises ½ xᵀAx − bᵀx + Σ l1_j|x_j| over lower_j
 * ≤ x_j ≤ upper_j, in coordinates whose curvature is near 1.
 *
 * <p>An active set as in {@link ActiveSet}, with three points instead of one at which a coordinate
 * can rest: both bounds, and 0 where it has an l1. Those that do not rest, and those that would
 * fall, have a Cholesky factor; round by round a Newton step on them is followed to its exact
 * minimum or to the first bound, whoever gets to a resting point stays there, and those that press
 * away from theirs enter. Every sign pattern is visited at most once, because the objective falls.
 *
 * <p>A may be singular: what is factored is A + εI, and the outer loop minimises the objective plus
 * ½ε‖x − y‖² from the last answer y (the proximal point method: Rockafellar 1976, "Monotone
 * operators and the proximal point algorithm"), which ends in a minimum of the objective itself;
 * its optimality condition is what the loop ends by.
 */
final class BoxSearch {
  private static final double EPSILON = Math.ulp(1.0);

  /** ε: far above what rounds a factor, far below what curvature counts. */
  private static final double DAMPING = 1e-10;

  private static final int SWEEPS = 10;
  private static final int MOST_ROUNDS = 12;

  /** Rounds without a decrease, with one entry each, before the rest is taken for rounding. */
  private static final int MOST_STALLS = 4;

  private final SymmetricMatrix matrix;
  private final SymmetricMatrix damped;
  private final int d;
  private final Cholesky factor;
  private final Support support;
  private final BoxLine line = new BoxLine();
  private final boolean[] outside;
  private final double[] signs;
  private final double[] direction;
  private final double[] image;
  private final double[] packed;
  private final int[] chosen;
  private final double[] right;
  private final double[] residual;

  private double[] x;
  private double[] b;
  private double[] l1;
  private double[] lower;
  private double[] upper;
  private double gained;
  private int solves;

  BoxSearch(SymmetricMatrix matrix) {
    this.matrix = matrix;
    this.d = matrix.dimension();
    double[] entries = matrix.entries().clone();
    for (int j = 0; j < d; j++) {
      entries[j * d + j] += DAMPING;
    }
    this.damped = SymmetricMatrix.of(d, entries);
    this.factor = new Cholesky(damped);
    this.support = new Support(factor, d);
    this.outside = new boolean[d];
    this.signs = new double[d];
    this.direction = new double[d];
    this.image = new double[d];
    this.packed = new double[d];
    this.chosen = new int[d];
    this.right = new double[d];
    this.residual = new double[d];
    this.x = right;
    this.b = right;
    this.l1 = right;
    this.lower = right;
    this.upper = right;
  }

  int solves() {
    return solves;
  }

  int rank() {
    return factor.size();
  }

  /** Whether coordinate j has a slope, but no curvature and no bound on the way down. */
  boolean isOutside(int j) {
    return outside[j];
  }

  /**
   * Moves {@code point} to the minimum.
   *
   * @param point where to begin; brought into the box
   * @param box in the same coordinates
   * @param mostSolves when to give up
   * @return what is left to gain coordinate by coordinate, an estimate of the gap
   */
  double run(double[] point, double[] linear, double[] thresholds, Bounds box, int mostSolves) {
    x = point;
    b = linear;
    l1 = thresholds;
    lower = box.lower();
    upper = box.upper();
    solves = 0;
    support.clear();
    box.clip(x);
    settleFlat();
    double[] before = new double[d];
    double gap = Double.POSITIVE_INFINITY;
    for (int round = 0; round < MOST_ROUNDS && solves < mostSolves; round++) {
      double[] start = x.clone();
      for (int j = 0; j < d; j++) {
        right[j] = b[j] + DAMPING * start[j];
      }
      damped.residual(right, x, residual);
      if (round == 0) {
        sweep();
      }
      search(mostSolves);
      matrix.residual(b, x, residual);
      double left = gap();
      if (left >= gap) {
        System.arraycopy(before, 0, x, 0, d);
        return gap;
      }
      gap = left;
      System.arraycopy(x, 0, before, 0, d);
      if (worst(tolerance()) < 0) {
        return gap;
      }
    }
    return gap;
  }

  /** Where there is no curvature the bound is the minimum, or 0 is. */
  private void settleFlat() {
    for (int j = 0; j < d; j++) {
      outside[j] = false;
      if (!(matrix.at(j, j) > 0.0)) {
        double end = Math.abs(b[j]) > l1[j] ? Math.signum(b[j]) * Double.POSITIVE_INFINITY : 0.0;
        double at = Math.max(lower[j], Math.min(upper[j], end));
        outside[j] = Double.isInfinite(at);
        x[j] = outside[j] ? Math.max(lower[j], Math.min(upper[j], 0.0)) : at;
      }
    }
  }

  private boolean isFlat(int j) {
    return !(matrix.at(j, j) > 0.0);
  }

  /** Cyclic coordinate descent: quick at first. */
  private void sweep() {
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int j = 0; j < d; j++) {
        double diagonal = damped.at(j, j);
        if (isFlat(j)) {
          continue;
        }
        double target = diagonal * x[j] + residual[j];
        double next = Math.signum(target) * Math.max(0.0, Math.abs(target) - l1[j]) / diagonal;
        next = Math.max(lower[j], Math.min(upper[j], next));
        double change = next - x[j];
        if (change != 0.0) {
          x[j] = next;
          damped.addRow(-change, j, residual);
        }
      }
    }
  }

  private void search(int mostSolves) {
    keepMoving();
    int stalls = 0;
    while (solves < mostSolves && stalls <= MOST_STALLS) {
      double before = gained;
      newton(mostSolves);
      damped.residual(right, x, residual);
      if (!extend(stalls == 0)) {
        return;
      }
      stalls = gained - before > EPSILON * size() ? 0 : stalls + 1;
    }
  }

  /** Makes I what does not rest. */
  private void keepMoving() {
    support.clear();
    int count = 0;
    for (int j = 0; j < d; j++) {
      if (!isFlat(j) && !rests(j)) {
        chosen[count++] = j;
      }
    }
    support.admit(chosen, count);
  }

  private boolean rests(int j) {
    return x[j] == lower[j] || x[j] == upper[j] || (x[j] == 0.0 && l1[j] > 0.0);
  }

  /** Newton steps on I until one arrives, or nothing is gained. */
  private void newton(int mostSolves) {
    while (solves < mostSolves && factor.size() > 0) {
      solves++;
      double slope = direct();
      if (dropWrong()) {
        continue;
      }
      if (!(slope > 0.0)) {
        return;
      }
      damped.multiply(direction, image);
      double curvature = 0.0;
      for (int j = 0; j < d; j++) {
        curvature += direction[j] * image[j];
      }
      line.minimise(x, direction, l1, lower, upper, slope, curvature);
      gained += line.decrease();
      if (line.step() > 0.0) {
        move(line.step());
      }
      if (line.isFlat() || !(line.decrease() > EPSILON * size())) {
        return;
      }
    }
  }

  /** direction = A_II⁻¹ times what the objective falls by on I; their product. */
  private double direct() {
    int size = factor.size();
    for (int i = 0; i < size; i++) {
      packed[i] = falls(factor.member(i));
    }
    factor.solve(packed);
    Arrays.fill(direction, 0.0);
    double product = 0.0;
    for (int i = 0; i < size; i++) {
      int j = factor.member(i);
      direction[j] = packed[i];
      product += packed[i] * falls(j);
    }
    return product;
  }

  /** Minus the derivative along coordinate j; at 0, towards the side that it entered to. */
  private double falls(int j) {
    return residual[j] - (x[j] != 0.0 ? Math.signum(x[j]) : signs[j]) * l1[j];
  }

  /** Those that rest and would start to the side on which the objective rises leave I again. */
  private boolean dropWrong() {
    boolean any = false;
    for (int i = factor.size() - 1; i >= 0; i--) {
      int j = factor.member(i);
      double way = direction[j];
      boolean wrong =
          (x[j] == lower[j] && way < 0.0)
              || (x[j] == upper[j] && way > 0.0)
              || (x[j] == 0.0 && l1[j] > 0.0 && way * signs[j] <= 0.0);
      if (wrong) {
        support.drop(i);
        any = true;
      }
    }
    return any;
  }

  /** Takes a step; whoever gets to 0 or to a bound is exactly there, and leaves I. */
  private void move(double step) {
    for (int j = 0; j < d; j++) {
      double old = x[j];
      double way = direction[j];
      if (way == 0.0) {
        continue;
      }
      double next = old + step * way;
      double end = way > 0.0 ? upper[j] : lower[j];
      boolean zero = l1[j] > 0.0 && old * way < 0.0;
      if ((end - old) / way <= step || isNear(next, end, old)) {
        next = end;
      } else if (zero && (-old / way == step || isNear(next, 0.0, old))) {
        next = 0.0;
      }
      x[j] = next;
    }
    for (int j = 0; j < d; j++) {
      residual[j] -= step * image[j];
    }
    for (int i = factor.size() - 1; i >= 0; i--) {
      if (rests(factor.member(i))) {
        support.drop(i);
      }
    }
  }

  private static boolean isNear(double next, double end, double old) {
    return Math.abs(next - end) <= 4.0 * EPSILON * Math.max(Math.abs(old), Math.abs(end))
        && Math.abs(end) < Double.POSITIVE_INFINITY;
  }

  /** Brings in the worst of those that press away from where they rest, or half of them. */
  private boolean extend(boolean block) {
    double tolerance = tolerance();
    int worst = worst(tolerance);
    if (worst < 0) {
      return false;
    }
    double least = block ? 0.5 * Math.abs(press(worst)) : Math.abs(press(worst));
    int count = 0;
    chosen[count++] = worst;
    for (int j = 0; j < d && block; j++) {
      if (j != worst && !support.holds(j) && !isFlat(j) && Math.abs(press(j)) >= least) {
        chosen[count++] = j;
      }
    }
    int entering = 0;
    for (int i = 0; i < count; i++) {
      if (!support.holds(chosen[i])) {
        signs[chosen[i]] = Math.signum(press(chosen[i]));
        chosen[entering++] = chosen[i];
      }
    }
    support.admit(chosen, entering);
    return true;
  }

  /** The coordinate that the objective falls along most; −1 where that is rounding. */
  private int worst(double tolerance) {
    int worst = -1;
    double most = 0.0;
    for (int j = 0; j < d; j++) {
      double out = Math.abs(press(j));
      if (!isFlat(j)
          && out > most
          && out > tolerance + 4.0 * EPSILON * (Math.abs(right[j]) + l1[j])) {
        most = out;
        worst = j;
      }
    }
    return worst;
  }

  /** How much the objective falls a unit of coordinate j, positive where it is to grow. */
  private double press(int j) {
    double up = residual[j] - (x[j] >= 0.0 ? l1[j] : -l1[j]);
    double down = residual[j] - (x[j] > 0.0 ? l1[j] : -l1[j]);
    if (up > 0.0 && x[j] < upper[j]) {
      return up;
    }
    return down < 0.0 && x[j] > lower[j] ? down : 0.0;
  }

  private double gap() {
    double sum = 0.0;
    for (int j = 0; j < d; j++) {
      double out = press(j);
      sum += isFlat(j) ? 0.0 : out * (out / matrix.at(j, j));
    }
    return sum;
  }

  private double tolerance() {
    double most = 0.0;
    double point = 0.0;
    for (int j = 0; j < d; j++) {
      most = Math.max(most, Math.abs(b[j]));
      point = Math.max(point, Math.abs(x[j]));
    }
    return 4.0 * EPSILON * (most + point);
  }

  /** Σ |b_j x_j|: what rounding of the objective is measured by. */
  private double size() {
    double sum = 0.0;
    for (int j = 0; j < d; j++) {
      sum += Math.abs(b[j] * x[j]);
    }
    return sum;
  }
}
