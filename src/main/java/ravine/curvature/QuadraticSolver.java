package ravine.curvature;

import org.jspecify.annotations.Nullable;
import ravine.penalty.Bounds;

/**
 * Minimises P(x) = ½ xᵀHx − bᵀx + Σ l1_j|x_j| + ½ Σ l2_j x_j² for a symmetric positive
 * semi-definite H, singular to rounding or not, and says how far from the minimum the answer can
 * be.
 *
 * <p>An active set with exact solves (feature-sign search: Lee, Battle, Raina and Ng 2006,
 * "Efficient sparse coding algorithms", algorithm 1), because coordinate descent needs as many
 * sweeps as two columns are alike: ten thousand and more on data sets with nearly equal columns.
 * The free and the non-zero coordinates have a Cholesky factor that grows and shrinks with them.
 * Round by round: Newton steps to the minimum on them, each to the exact minimum along its line, on
 * which coordinates that reach 0 leave; then those at 0 whose derivative is out of its box enter,
 * the worst and whoever is half as far out. What differs from the paper: that line search instead
 * of a choice among the points where signs change; entering in blocks; ten sweeps of coordinate
 * descent at the start; and columns that depend on the others to rounding, which stay out of the
 * factor: along their direction P is linear, and is followed until a coordinate reaches 0. Where no
 * coordinate has an l1 and the factor holds all columns, one solve with it is all there is to do
 * ({@link FreeSolve}).
 *
 * <p>It ends: a round reaches the minimum of a pattern of signs, P falls strictly from round to
 * round, and there are finitely many patterns. In doubles, rounds that gain nothing let in one
 * coordinate at a time; after four, coordinate descent takes over for ten sweeps; after three of
 * those, or after 20 d + 100 solves, the best point so far is the answer, with its gap.
 *
 * <p>Where b has a part outside the range of H (dependent free columns), no minimum exists, and
 * that part is taken for rounding: {@link Solution#outside} has its size. Without any l1, the
 * solution is that of least norm.
 *
 * <p>Memory: d² numbers for the scaled matrix, up to d² for the factor of the support, d²/2 more
 * where the gap needs one of all columns. Work: the first factor of n columns n³/6 multiplications,
 * then at most some 3 n² + d n for each solve. Rows and columns are scaled by powers of two,
 * without rounding, so that the units of the columns do not matter. One thread; the same input
 * gives the same bits. Not for use by several threads at once.
 */
public final class QuadraticSolver {
  private final int dimension;
  private final SymmetricMatrix scaled;

  /** Powers of two by which the unknowns are multiplied. */
  private final double[] units;

  private final double[] ridge;
  private @Nullable FreeSolve free;
  private @Nullable ActiveSet search;
  private @Nullable BoxSearch boxed;

  /**
   * What was found.
   *
   * @param point x, length d; zeros of the l1 part are exact
   * @param gap an upper bound of P(x) − min P, at least 0, from the dual (in exact arithmetic; the
   *     residual it is made from is computed in twice the precision); infinity if there is none
   * @param solves systems solved with the factor
   * @param rank columns in the last factor: free or non-zero, and independent
   * @param outside 0, or the largest part of b_j in excess of l1_j, in units of b, in a direction
   *     without curvature and without penalty, that was taken for rounding
   */
  public record Solution(double[] point, double gap, int solves, int rank, double outside) {}

  /**
   * A solver for one matrix.
   *
   * @param dimension d, from 0 to 20,000
   * @param hessian H, d × d, row after row, both triangles filled, finite, with a diagonal of at
   *     least 0; not kept
   * @param l2 what is added to its diagonal, length d, each at least 0 and finite; not kept
   * @throws IllegalArgumentException if one of them is not so
   */
  public QuadraticSolver(int dimension, double[] hessian, double[] l2) {
    if (dimension < 0 || dimension > 20_000) {
      throw new IllegalArgumentException("dimension must be in [0, 20000], but was " + dimension);
    }
    if (hessian.length != dimension * dimension) {
      throw new IllegalArgumentException(
          "a matrix of dimension " + dimension + " cannot have " + hessian.length + " entries");
    }
    this.dimension = dimension;
    requirePenalty("l2", l2);
    this.units = new double[dimension];
    this.ridge = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      double diagonal = hessian[j * dimension + j] + l2[j];
      if (!(diagonal >= 0.0 && diagonal < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "diagonal " + j + " must be at least 0 and finite, but was " + diagonal);
      }
      boolean curved = diagonal >= Double.MIN_NORMAL;
      units[j] = curved ? Math.scalb(1.0, Math.floorDiv(Math.getExponent(diagonal), 2)) : 1.0;
      ridge[j] = l2[j] / units[j] / units[j];
    }
    this.scaled = SymmetricMatrix.of(dimension, scale(hessian, l2));
  }

  private ActiveSet search() {
    ActiveSet made = search == null ? new ActiveSet(scaled, ridge) : search;
    search = made;
    return made;
  }

  private double[] scale(double[] hessian, double[] l2) {
    double[] entries = new double[hessian.length];
    double[] inverse = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      inverse[j] = 1.0 / units[j]; // a power of two, too
    }
    for (int i = 0; i < dimension; i++) {
      int row = i * dimension;
      for (int j = 0; j < dimension; j++) {
        double entry = i == j ? hessian[row + j] + l2[j] : hessian[row + j];
        if (!Double.isFinite(entry)) {
          throw new IllegalArgumentException(
              "entry (" + i + ", " + j + ") must be finite, but was " + entry);
        }
        entries[row + j] = entry * inverse[i] * inverse[j];
      }
      if (hessian[row + i] + l2[i] < Double.MIN_NORMAL) {
        java.util.Arrays.fill(entries, row, row + dimension, 0.0);
      }
    }
    return entries;
  }

  /**
   * Solves for one b. The factor of the last call's support is the beginning of this one's.
   *
   * @param b length d, finite
   * @param l1 length d, each at least 0 and finite; 0: the coordinate is free
   * @param start where to begin: near the solution, or zeros; length d, finite; not changed
   * @param need the gap that is enough, in the units of P, at least 0; 0 asks for what doubles give
   * @throws IllegalArgumentException if one of them is not so
   */
  public Solution solve(double[] b, double[] l1, double[] start, double need) {
    if (!(need >= 0.0)) {
      throw new IllegalArgumentException("need must be at least 0, but was " + need);
    }
    double[] right = new double[dimension];
    double[] thresholds = new double[dimension];
    double[] x = new double[dimension];
    scaleIn(b, l1, start, right, thresholds, x);
    boolean isFree = !anyPositive(thresholds);
    Solution smooth = isFree ? solveFree(x, right, need) : null;
    if (smooth != null) {
      return smooth;
    }
    ActiveSet search = search();
    search.run(x, right, thresholds, need, 20 * dimension + 100);
    double gap = search.gap();
    if (isFree && search.factor().size() < dimension) {
      double[] least = LeastNorm.of(scaled, search.factor(), units, x);
      double leastGap = search.gapAt(least, right, thresholds);
      if (leastGap <= Math.max(need, 2.0 * gap) + rounding(right, least)) {
        x = least;
        gap = leastGap;
      }
    }
    double[] residual = new double[dimension];
    scaled.residual(right, x, residual);
    double outside = 0.0;
    for (int j = 0; j < dimension; j++) {
      if (search.isOutside(j)) {
        outside =
            Math.max(outside, units[j] * Math.max(0.0, Math.abs(residual[j]) - thresholds[j]));
      }
      x[j] /= units[j];
    }
    return new Solution(x, gap, search.solves(), search.factor().size(), outside);
  }

  /** Where nothing has a threshold; null where some column depends on others, to rounding. */
  private @Nullable Solution solveFree(double[] x, double[] right, double need) {
    FreeSolve found = free == null ? new FreeSolve(scaled) : free;
    free = found;
    double gap = found.isWhole() ? found.run(x, right, need) : Double.POSITIVE_INFINITY;
    if (gap == Double.POSITIVE_INFINITY) {
      return null;
    }
    for (int j = 0; j < dimension; j++) {
      x[j] /= units[j];
    }
    return new Solution(x, gap, found.solves(), dimension, 0.0);
  }

  /**
   * Solves for one b in a box; bounds and zeros that are met are exact.
   *
   * @param b length d, finite
   * @param l1 length d, each at least 0 and finite
   * @param box of d coordinates
   * @param start where to begin, length d, finite; not changed
   * @return its gap is an estimate: what is left to gain in each coordinate alone
   */
  public Solution solve(double[] b, double[] l1, Bounds box, double[] start) {
    double[] right = new double[dimension];
    double[] thresholds = new double[dimension];
    double[] x = new double[dimension];
    scaleIn(b, l1, start, right, thresholds, x);
    double[] lower = new double[dimension];
    double[] upper = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      lower[j] = box.lower()[j] * units[j];
      upper[j] = box.upper()[j] * units[j];
    }
    BoxSearch found = boxed == null ? new BoxSearch(scaled) : boxed;
    boxed = found;
    double gap = found.run(x, right, thresholds, new Bounds(lower, upper), 20 * dimension + 100);
    double outside = 0.0;
    for (int j = 0; j < dimension; j++) {
      if (found.isOutside(j)) {
        outside = Math.max(outside, Math.abs(b[j]) - l1[j]);
      }
      x[j] = box.clip(j, x[j] / units[j]);
    }
    return new Solution(x, gap, found.solves(), found.rank(), outside);
  }

  /**
   * The bound of {@link Solution#gap} at any point, at the price of a factor of all columns.
   *
   * @param x the point, length d, finite
   */
  public double gap(double[] b, double[] l1, double[] x) {
    double[] right = new double[dimension];
    double[] thresholds = new double[dimension];
    double[] point = new double[dimension];
    scaleIn(b, l1, x, right, thresholds, point);
    return search().gapAt(point, right, thresholds);
  }

  private void scaleIn(
      double[] b, double[] l1, double[] x, double[] right, double[] thresholds, double[] point) {
    requirePenalty("l1", l1);
    requireFinite("b", b);
    requireFinite("the start", x);
    for (int j = 0; j < dimension; j++) {
      right[j] = b[j] / units[j];
      thresholds[j] = l1[j] / units[j];
      point[j] = x[j] * units[j];
    }
  }

  /** What the objective of doubles cannot tell from 0. */
  private static double rounding(double[] right, double[] x) {
    double sum = 0.0;
    for (int j = 0; j < x.length; j++) {
      sum += Math.abs(right[j] * x[j]);
    }
    return Math.ulp(1.0) * sum;
  }

  private static boolean anyPositive(double[] values) {
    for (double value : values) {
      if (value > 0.0) {
        return true;
      }
    }
    return false;
  }

  private void requirePenalty(String name, double[] values) {
    requireFinite(name, values);
    for (int j = 0; j < dimension; j++) {
      if (values[j] < 0.0) {
        throw new IllegalArgumentException(
            name + " " + j + " must be at least 0 and finite, but was " + values[j]);
      }
    }
  }

  private void requireFinite(String name, double[] values) {
    if (values.length != dimension) {
      throw new IllegalArgumentException(
          name + " must have " + dimension + " numbers, but has " + values.length);
    }
    for (int j = 0; j < dimension; j++) {
      if (!Double.isFinite(values[j])) {
        throw new IllegalArgumentException(
            name + " must be finite, but number " + j + " was " + values[j]);
      }
    }
  }
}
