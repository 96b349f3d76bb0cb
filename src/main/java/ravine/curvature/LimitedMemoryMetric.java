package ravine.curvature;

import ravine.penalty.Penalty;

/**
 * A metric learnt on the way: the limited-memory BFGS matrix of the last steps s and of the changes
 * y of the gradient along them (Nocedal and Wright 2006, "Numerical Optimization", algorithm 7.4
 * and equation 7.29).
 *
 * <p>With the newest step alone, P⁻¹g is a combination of the gradient and the velocity s whose two
 * coefficients are chosen by the curvature just met (Shanno 1978, "Conjugate gradient methods with
 * inexact searches", equation 7): momentum that needs no tuning. Every older pair is one velocity
 * more. State: 2 m vectors on the driver, driver work 4 m d multiplications a step.
 *
 * <p>P = σI − W M⁻¹ Wᵀ with W = (σS, Y) and M = ((σSᵀS, L), (Lᵀ, −D)), where L is the part of SᵀY
 * below its diagonal D, and σ = yᵀy / sᵀy of the newest pair.
 */
public final class LimitedMemoryMetric {
  /** Ill-conditioned dense data wants many pairs. */
  private static final int MOST_PAIRS = 60;

  /** Sparse data gains nothing from more. */
  private static final int ENOUGH_PAIRS = 10;

  /** More pairs than enough only where they cost the driver a millisecond or two a step. */
  private static final long CHEAP = 1L << 20;

  /** Numbers in the largest set of pairs: 128 MB. */
  private static final long MOST_STORED = 1L << 24;

  /** A pair that says less than this about curvature, relative to its size, is rounding. */
  private static final double LEAST_CURVED = 1e-12;

  private static final int MOST_SWEEPS = 300;
  private static final double SETTLED = 1e-7;

  private final int dimension;
  private final double[][] steps;
  private final double[][] changes;

  /** sᵀy of each pair. */
  private final double[] curved;

  private final double[] alpha;
  private int first;
  private int size;

  /** σ: the curvature of every direction that no pair speaks of. */
  private double base = 1.0;

  /**
   * How many pairs suit a problem.
   *
   * @param dimension d, at least 0
   * @param proximal whether {@link #minimise} will be asked for, whose work grows with the square
   *     of the number of pairs
   */
  public static int memory(int dimension, boolean proximal) {
    long d = Math.max(1, dimension);
    long wanted = proximal ? ENOUGH_PAIRS : Math.min(MOST_PAIRS, Math.max(ENOUGH_PAIRS, CHEAP / d));
    return (int) Math.max(1, Math.min(wanted, MOST_STORED / (2 * d)));
  }

  /**
   * Knows nothing yet.
   *
   * @param dimension d, at least 0
   * @param memory most pairs that are remembered, at least 1
   */
  public LimitedMemoryMetric(int dimension, int memory) {
    this.dimension = dimension;
    this.steps = new double[memory][];
    this.changes = new double[memory][];
    this.curved = new double[memory];
    this.alpha = new double[memory];
  }

  /** The curvature of every direction until there is a pair; positive. */
  public void startAt(double curvature) {
    base = curvature;
  }

  /** Forgets all pairs. */
  public void clear() {
    size = 0;
  }

  /** Number of pairs. */
  public int size() {
    return size;
  }

  /**
   * Remembers what the gradient did between two points; forgets the oldest pair where there is no
   * room. Of a convex objective any two points will do.
   *
   * @return whether the curvature along the step was positive; otherwise nothing is remembered
   */
  public boolean add(double[] from, double[] to, double[] gradientFrom, double[] gradientTo) {
    double sy = 0.0;
    double ss = 0.0;
    double yy = 0.0;
    for (int j = 0; j < dimension; j++) {
      double s = to[j] - from[j];
      double y = gradientTo[j] - gradientFrom[j];
      sy += s * y;
      ss += s * s;
      yy += y * y;
    }
    if (!(sy > LEAST_CURVED * Math.sqrt(ss) * Math.sqrt(yy)) || !(yy < Double.POSITIVE_INFINITY)) {
      return false;
    }
    int memory = steps.length;
    if (size == memory) {
      first = (first + 1) % memory;
      size--;
    }
    int at = at(size++);
    if (steps[at] == null) {
      steps[at] = new double[dimension];
      changes[at] = new double[dimension];
    }
    double[] step = steps[at];
    double[] change = changes[at];
    for (int j = 0; j < dimension; j++) {
      step[j] = to[j] - from[j];
      change[j] = gradientTo[j] - gradientFrom[j];
    }
    curved[at] = sy;
    base = yy / sy;
    return true;
  }

  /** Place of the i-th oldest pair. */
  private int at(int i) {
    return (first + i) % steps.length;
  }

  /** Replaces g by P⁻¹g. */
  public void solve(double[] gradient) {
    for (int i = size - 1; i >= 0; i--) {
      int at = at(i);
      alpha[at] = Vectors.dot(steps[at], gradient) / curved[at];
      Vectors.addTo(gradient, -alpha[at], changes[at]);
    }
    for (int j = 0; j < dimension; j++) {
      gradient[j] /= base;
    }
    for (int i = 0; i < size; i++) {
      int at = at(i);
      Vectors.addTo(
          gradient, alpha[at] - Vectors.dot(changes[at], gradient) / curved[at], steps[at]);
    }
  }

  /**
   * Replaces θ by the z that minimises gᵀ(z − θ) + ½ (z − θ)ᵀP(z − θ) + L1(z), up to 10⁻⁷ of the
   * way. Coordinate descent from θ on, so that z is better than θ wherever it ends, with Wᵀ(z − θ)
   * kept up to date: 4 m multiplications a coordinate. After a sweep over all coordinates, only
   * those that are not 0 until they have settled. Zeros come out exact.
   */
  public void minimise(double[] weights, double[] gradient, Penalty penalty) {
    int width = 2 * size;
    double[] rows = rows();
    double[] solved = solvedRows(rows);
    double[] product = new double[width];
    double[] start = weights.clone();
    double largest = 0.0;
    boolean all = true;
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      double moved = 0.0;
      for (int j = 0; j < dimension; j++) {
        if (!all && weights[j] == 0.0) {
          continue;
        }
        int row = j * width;
        double diagonal = base;
        double slope = gradient[j] + base * (weights[j] - start[j]);
        for (int i = 0; i < width; i++) {
          diagonal -= solved[row + i] * rows[row + i];
          slope -= solved[row + i] * product[i];
        }
        diagonal = Math.max(diagonal, LEAST_CURVED * base);
        double target = weights[j] - slope / diagonal;
        double threshold = penalty.threshold(j) / diagonal;
        double next =
            target > threshold
                ? target - threshold
                : target < -threshold ? target + threshold : 0.0;
        double change = next - weights[j];
        if (change != 0.0) {
          weights[j] = next;
          for (int i = 0; i < width; i++) {
            product[i] += change * rows[row + i];
          }
          moved = Math.max(moved, change * change * diagonal);
        }
      }
      largest = Math.max(largest, moved);
      boolean settled = moved <= SETTLED * SETTLED * largest;
      if (settled && all) {
        return;
      }
      all = settled;
    }
  }

  /** W by rows, d × 2m. */
  private double[] rows() {
    int width = 2 * size;
    double[] rows = new double[Math.multiplyExact(dimension, width)];
    for (int i = 0; i < size; i++) {
      double[] step = steps[at(i)];
      double[] change = changes[at(i)];
      for (int j = 0, row = 0; j < dimension; j++, row += width) {
        rows[row + i] = base * step[j];
        rows[row + size + i] = change[j];
      }
    }
    return rows;
  }

  /** W M⁻¹ by rows. */
  private double[] solvedRows(double[] rows) {
    int width = 2 * size;
    double[] inverse = SmallMatrix.inverse(middle(), width);
    double[] solved = new double[rows.length];
    for (int row = 0; row < rows.length; row += width) {
      for (int k = 0; k < width; k++) {
        double value = rows[row + k];
        int from = k * width;
        for (int i = 0; i < width; i++) {
          solved[row + i] += value * inverse[from + i];
        }
      }
    }
    return solved;
  }

  /** M, 2m × 2m. */
  private double[] middle() {
    int width = 2 * size;
    double[] middle = new double[width * width];
    for (int i = 0; i < size; i++) {
      for (int k = 0; k < size; k++) {
        middle[i * width + k] = base * Vectors.dot(steps[at(i)], steps[at(k)]);
        if (k < i) {
          double below = Vectors.dot(steps[at(i)], changes[at(k)]);
          middle[i * width + size + k] = below;
          middle[(size + k) * width + i] = below;
        }
      }
      middle[(size + i) * width + size + i] = -curved[at(i)];
    }
    return middle;
  }
}
