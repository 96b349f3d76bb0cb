package ravine.curvature;

import java.util.SplittableRandom;
import ravine.exchange.Gradients;
import ravine.objective.Problem;
import ravine.penalty.Penalty;
import ravine.rows.ColumnStats;
import ravine.rows.PackedPartition;

/**
 * The largest curvature of the loss in the loop's coordinates, by a few power iterations over a
 * slice of the packed rows.
 */
public final class Curvature {
  private static final int ITERATIONS = 8;
  private static final long ENOUGH_ROWS = 20_000;

  private Curvature() {}

  /**
   * An estimate from below, usually within a tenth.
   *
   * @param bound of the loss's second derivative in the margin; for losses that have none, 1
   */
  static double largest(Gradients gradients, int dimension, long rows, double bound, long seed) {
    double[] direction = new double[dimension];
    double[] product = new double[dimension];
    SplittableRandom random = PackedPartition.random(seed, -2, 0);
    for (int j = 0; j < dimension; j++) {
      direction[j] = random.nextDouble() - 0.5;
    }
    int slices = slices(rows);
    double largest = 0.0;
    for (int i = 0; i < ITERATIONS; i++) {
      if (!normalise(direction)) {
        return largest;
      }
      gradients.curvature(direction, bound, slices, product);
      double sum = 0.0;
      for (int j = 0; j < dimension; j++) {
        sum += product[j] * product[j];
      }
      double norm = Math.sqrt(sum);
      boolean settled = Math.abs(norm - largest) <= 0.01 * norm;
      largest = Math.max(largest, norm);
      if (settled) {
        break;
      }
      System.arraycopy(product, 0, direction, 0, dimension);
    }
    return largest;
  }

  /**
   * What to take for the largest second derivative of the loss in the raw margin, in which the
   * partitions work: the loss's bound, or where it has none, 1 over the scale of the margin at the
   * start. That is the unit of the output, times σ in that unit for a loss that learns σ ({@link
   * ravine.loss.ConcomitantHuber}: 1/σ). As σ changes, {@link #change} follows.
   */
  public static double bound(Problem problem) {
    double bound = problem.loss().curvatureBound();
    return Double.isFinite(bound)
        ? bound
        : 1.0 / (problem.coordinates().outputScale() * scale(problem, problem.initial()));
  }

  /**
   * By what factor the curvature is larger at θ than {@link #bound} allows for, at least 1: not 1
   * only for a loss that learns a scale σ, whose curvature is 1/σ.
   */
  public static double change(Problem problem, double[] theta) {
    return problem.coordinates().extras() == 0
        ? 1.0
        : Math.max(1.0, scale(problem, problem.initial()) / scale(problem, theta));
  }

  /** The product of the scales that the loss learns, in units of the output; 1 if it has none. */
  private static double scale(Problem problem, double[] theta) {
    double logarithm = 0.0;
    for (int e = theta.length - problem.coordinates().extras(); e < theta.length; e++) {
      logarithm += theta[e];
    }
    return Math.exp(logarithm);
  }

  /**
   * What a rate must allow for where a gradient is of a slice of rows: a slice of b is steeper than
   * the whole, by the mean of the rows' own curvatures over b (the expected smoothness of Gower et
   * al. 2019, "SGD: general analysis and improved rates", with the mean in place of the maximum,
   * which one long row would rule).
   *
   * @param whole largest curvature of the objective
   * @param slice rows in a slice, b
   * @param reduced whether noise is reduced: it then has two such parts, at the weights and at the
   *     snapshot, and no falling rate makes up for too much of it
   */
  public static double ofSlices(
      double whole, Problem problem, ColumnStats stats, double slice, boolean reduced) {
    double ofRows =
        problem.coordinates().meanSquaredLength(stats) * bound(problem) / problem.lossUnit();
    return whole + (reduced ? 2.0 : 1.0) * ofRows / Math.max(1.0, slice);
  }

  /** Into how many slices the rows are cut, of which one is enough to measure curvature. */
  public static int slices(long rows) {
    return (int) Math.max(1, Math.min(1_000_000, rows / ENOUGH_ROWS));
  }

  private static boolean normalise(double[] vector) {
    double sum = 0.0;
    for (double value : vector) {
      sum += value * value;
    }
    if (!(sum > 0.0)) {
      return false;
    }
    double factor = 1.0 / Math.sqrt(sum);
    for (int j = 0; j < vector.length; j++) {
      vector[j] *= factor;
    }
    return true;
  }

  /** An upper bound, about, of the largest curvature of the objective: data and penalty. */
  public static double ofProblem(Gradients gradients, Problem problem, long rows, long seed) {
    int dimension = problem.coordinates().dimension();
    double ofData = largest(gradients, dimension, rows, bound(problem), seed);
    return 1.1 * ofData + smoothest(problem.penalty(), dimension);
  }

  /** Largest curvature of the penalty's smooth part, which is diagonal. */
  private static double smoothest(Penalty penalty, int dimension) {
    double[] ones = new double[dimension];
    java.util.Arrays.fill(ones, 1.0);
    double[] gradient = new double[dimension];
    penalty.addGradient(ones, gradient);
    double largest = 0.0;
    for (double value : gradient) {
      largest = Math.max(largest, value);
    }
    return largest;
  }
}
