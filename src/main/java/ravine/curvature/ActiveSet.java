package ravine.curvature;

import java.util.Arrays;

/**
 * The search of {@link QuadraticSolver}, in coordinates whose curvature is near 1. Holds the point,
 * the residual r = b − A x and the factor of the free and the non-zero coordinates, I.
 */
final class ActiveSet {
  private static final double EPSILON = Math.ulp(1.0);

  /** Rounds without a decrease before coordinate descent is tried, and how often it is. */
  private static final int PATIENCE = 4;

  private static final int RESCUES = 3;
  private static final int REFINEMENTS = 4;

  private final SymmetricMatrix matrix;
  private final int d;
  private final Cholesky factor;
  private final DualityGap dualityGap;
  private final PiecewiseLine line;
  private final CoordinateDescent descent;
  private final Support support;
  private final boolean[] outside;
  private final double[] direction;
  private final double[] image;
  private final double[] packed;
  private final int[] chosen;
  private final double[] best;

  private double[] x;
  private double[] b;
  private double[] l1;
  private final double[] residual;
  private boolean proximal;
  private double gained;
  private double bestGap;
  private int solves;

  ActiveSet(SymmetricMatrix matrix, double[] ridge) {
    this.matrix = matrix;
    this.d = matrix.dimension();
    this.factor = new Cholesky(matrix);
    this.dualityGap = new DualityGap(matrix, ridge);
    this.line = new PiecewiseLine(d);
    this.descent = new CoordinateDescent(matrix);
    this.support = new Support(factor, d);
    this.outside = new boolean[d];
    this.direction = new double[d];
    this.image = new double[d];
    this.packed = new double[d];
    this.chosen = new int[d];
    this.best = new double[d];
    this.residual = new double[d];
    this.x = best;
    this.b = best;
    this.l1 = best;
  }

  double gap() {
    return bestGap;
  }

  int solves() {
    return solves;
  }

  /** Whether the direction of coordinate j was left out, for b is not in the range of A there. */
  boolean isOutside(int j) {
    return outside[j];
  }

  Cholesky factor() {
    return factor;
  }

  /** The gap of a point, at any price; changes nothing. */
  double gapAt(double[] point, double[] right, double[] thresholds) {
    matrix.residual(right, point, image);
    return dualityGap.of(point, right, thresholds, image.clone(), outside, factor, true);
  }

  /**
   * Moves {@code point} to the minimum.
   *
   * @param mostSolves when to give up
   */
  void run(double[] point, double[] right, double[] thresholds, double need, int mostSolves) {
    x = point;
    b = right;
    l1 = thresholds;
    gained = 0.0;
    bestGap = Double.POSITIVE_INFINITY;
    solves = 0;
    Arrays.fill(outside, false);
    proximal = prepare();
    matrix.residual(b, x, residual);
    System.arraycopy(x, 0, best, 0, d);
    if (proximal) {
      descent.sweep(x, l1, residual, outside);
    }
    rebuild();
    search(need, mostSolves);
    System.arraycopy(best, 0, x, 0, d);
  }

  /** Coordinates without curvature stay at 0; says whether any has a threshold. */
  private boolean prepare() {
    boolean any = false;
    for (int j = 0; j < d; j++) {
      if (!(matrix.at(j, j) > 0.0)) {
        x[j] = 0.0;
        outside[j] = true;
      }
      any |= l1[j] > 0.0;
    }
    return any;
  }

  private void search(double need, int mostSolves) {
    int refinements = 0;
    int stalls = 0;
    while (solves < mostSolves) {
      double before = gained;
      newton(mostSolves);
      boolean half = need > 0.0 && 2 * factor.size() >= d;
      if (quickGap(half) <= need && check(need, half)) {
        return;
      }
      boolean block = stalls == 0;
      boolean extended = extend(4.0 * EPSILON * largest(), block);
      if (!extended) {
        if (check(need, false)) {
          return;
        }
        extended = extend(0.0, false);
        if (!extended && ++refinements > REFINEMENTS) {
          break;
        }
      }
      if (gained - before > EPSILON * size()) {
        stalls = 0;
      } else if (++stalls % PATIENCE == 0) {
        if (stalls > RESCUES * PATIENCE) {
          break;
        }
        descent.sweep(x, l1, residual, outside);
        rebuild();
      }
    }
    if (bestGap == Double.POSITIVE_INFINITY || solves >= mostSolves) {
      check(need, true);
    }
  }

  private double quickGap(boolean dear) {
    return dualityGap.of(x, b, l1, residual, outside, factor, dear);
  }

  /** The gap with a residual that can be trusted; keeps the point if it is the best so far. */
  private boolean check(double need, boolean dear) {
    matrix.residual(b, x, residual);
    double gap = dualityGap.of(x, b, l1, residual, outside, factor, dear);
    if (gap < bestGap || bestGap == Double.POSITIVE_INFINITY) {
      bestGap = gap;
      System.arraycopy(x, 0, best, 0, d);
    }
    return bestGap <= need;
  }

  /** Σ |b_j x_j|: what rounding of the objective is measured by. */
  private double size() {
    double sum = 0.0;
    for (int j = 0; j < d; j++) {
      sum += Math.abs(b[j] * x[j]);
    }
    return sum;
  }

  /** What rounding of a residual kept up to date is measured by. */
  private double largest() {
    double right = 0.0;
    double point = 0.0;
    for (int j = 0; j < d; j++) {
      right = Math.max(right, Math.abs(b[j]));
      point = Math.max(point, Math.abs(x[j]));
    }
    return right + point;
  }

  /** Makes I what is free or not 0, from what it is. */
  private void rebuild() {
    int leaving = 0;
    for (int j = 0; j < d; j++) {
      if (support.holds(j) && !isWanted(j)) {
        leaving++;
      }
    }
    if (leaving > 8) {
      support.clear();
    } else {
      for (int i = factor.size() - 1; i >= 0; i--) {
        if (!isWanted(factor.member(i))) {
          support.drop(i);
        }
      }
    }
    readmit();
  }

  private boolean isWanted(int j) {
    return !outside[j] && (x[j] != 0.0 || l1[j] == 0.0);
  }

  /** Offers the factor all that is wanted: the free first, for they never leave. */
  private void readmit() {
    int count = 0;
    for (int j = 0; j < d; j++) {
      if (!support.holds(j) && isWanted(j) && l1[j] == 0.0) {
        chosen[count++] = j;
      }
    }
    for (int j = 0; j < d; j++) {
      if (!support.holds(j) && isWanted(j) && l1[j] > 0.0) {
        chosen[count++] = j;
      }
    }
    support.admit(chosen, count);
  }

  /** Newton steps on I until one arrives, or nothing is gained. */
  private void newton(int mostSolves) {
    while (solves < mostSolves && factor.size() > 0) {
      double decrement = solve();
      if (dropWrong()) {
        continue;
      }
      if (!(decrement > 0.0)) {
        return;
      }
      line.minimise(x, direction, l1, residual, decrement, false);
      boolean arrived = line.isFlat() && line.step() == 1.0;
      double gain = line.decrease();
      matrix.multiply(direction, image);
      boolean lost = move();
      if (lost) {
        readmit();
      }
      if (arrived || !(gain > EPSILON * size())) {
        return;
      }
    }
  }

  /** direction = A_II⁻¹ times the slope on I; their product. */
  private double solve() {
    solves++;
    int size = factor.size();
    for (int i = 0; i < size; i++) {
      packed[i] = slope(factor.member(i));
    }
    factor.solve(packed);
    Arrays.fill(direction, 0.0);
    double product = 0.0;
    for (int i = 0; i < size; i++) {
      int j = factor.member(i);
      direction[j] = packed[i];
      product += packed[i] * slope(j);
    }
    return product;
  }

  /** Minus the derivative of P along coordinate j; at 0, towards the side it falls to. */
  private double slope(int j) {
    double sign = x[j] != 0.0 ? Math.signum(x[j]) : Math.signum(residual[j]);
    return residual[j] - sign * l1[j];
  }

  /** Those at 0 that would start to the side on which P rises leave I again. */
  private boolean dropWrong() {
    boolean any = false;
    for (int i = factor.size() - 1; i >= 0; i--) {
      int j = factor.member(i);
      if (x[j] == 0.0 && l1[j] > 0.0 && !(direction[j] * residual[j] > 0.0)) {
        support.drop(i);
        any = true;
      }
    }
    return any;
  }

  /** Takes the step of the line; whoever reaches 0 is exactly 0 and leaves I. */
  private boolean move() {
    double step = line.step();
    gained += line.decrease();
    boolean lost = false;
    if (step == 0.0) {
      return false;
    }
    for (int j = 0; j < d; j++) {
      double old = x[j];
      if (direction[j] == 0.0) {
        continue;
      }
      double next = old + step * direction[j];
      boolean towards = l1[j] > 0.0 && old * direction[j] < 0.0;
      if (towards
          && (-old / direction[j] == step || Math.abs(next) <= 4.0 * EPSILON * Math.abs(old))) {
        next = 0.0;
        lost = true;
      }
      x[j] = next;
    }
    for (int j = 0; j < d; j++) {
      residual[j] -= step * image[j];
    }
    if (lost) {
      for (int i = factor.size() - 1; i >= 0; i--) {
        int j = factor.member(i);
        if (x[j] == 0.0 && l1[j] > 0.0) {
          support.drop(i);
        }
      }
    }
    return lost;
  }

  /**
   * Brings in what would decrease P: first along directions of no curvature, then the coordinates
   * at 0 whose residual is out of its box; in a block those at least half as far out as the worst.
   */
  private boolean extend(double tolerance, boolean block) {
    int worst = -1;
    double most = tolerance;
    for (int j = 0; j < d; j++) {
      if (support.holds(j) || outside[j]) {
        continue;
      }
      double out = out(j);
      if (out > most + 4.0 * EPSILON * (Math.abs(b[j]) + l1[j])) {
        most = out;
        worst = j;
      }
    }
    if (worst < 0) {
      return false;
    }
    if (x[worst] != 0.0 || l1[worst] == 0.0) {
      slide(worst);
      return true;
    }
    int count = 0;
    chosen[count++] = worst;
    for (int j = 0; j < d && block; j++) {
      if (j != worst && !support.holds(j) && !outside[j] && x[j] == 0.0 && out(j) >= 0.5 * most) {
        chosen[count++] = j;
      }
    }
    if (support.admit(chosen, count) == count) {
      slide(worst);
    }
    return true;
  }

  /** How much P falls a unit of coordinate j. */
  private double out(int j) {
    return x[j] == 0.0 ? Math.abs(residual[j]) - l1[j] : Math.abs(slope(j));
  }

  /** Along e_j − A_II⁻¹A_Ij, where P is linear to rounding, until coordinates at 0 stop it. */
  private void slide(int j) {
    solves++;
    double sign = Math.signum(slope(j));
    int size = factor.size();
    for (int i = 0; i < size; i++) {
      packed[i] = -sign * matrix.at(j, factor.member(i));
    }
    factor.solve(packed);
    Arrays.fill(direction, 0.0);
    for (int i = 0; i < size; i++) {
      direction[factor.member(i)] = packed[i];
    }
    direction[j] = sign;
    matrix.multiply(direction, image);
    double curvature = 0.0;
    for (int k = 0; k < d; k++) {
      curvature += direction[k] * image[k];
    }
    line.minimise(x, direction, l1, residual, curvature, true);
    if (line.step() == 0.0) {
      outside[j] = true;
      return;
    }
    if (move()) {
      readmit();
    }
  }
}
