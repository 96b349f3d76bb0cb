package ravine.curvature;

import org.jspecify.annotations.Nullable;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.Penalty;
import ravine.rows.ColumnStats;

/**
 * Coordinates u in which a sample's Hessian P at the sample's optimum is the identity: with P =
 * SSᵀ, u = Sᵀθ, θ = S⁻ᵀu, and a gradient g in θ is S⁻¹g in u; S is the Cholesky factor, or of few
 * rows for many weights a {@linkplain LowRankRoot root of low rank}. For rules that scale each
 * coordinate by the size of its own gradients: they cannot undo a correlation, but here there is
 * none left (the idea is that of SOAP, Vyas et al. 2024, and of Shampoo, Gupta et al. 2018, with
 * the Hessian of a sample in place of a mean of gradients' products). A linear change of
 * coordinates is made on the driver and costs d² a step, or 2nd of n rows; partitions see nothing
 * of it.
 *
 * <p>An L1 part is separable in θ alone; its {@linkplain #proximal proximal step} is taken in the
 * norm of P, a quadratic problem that the driver solves by its active set.
 *
 * <p>What a sample cannot tell is floored: a column that it hardly meets has at least a tenth of
 * the mean curvature that its second moment over all rows gives it, and no direction has less than
 * 1e-9 of the mean, beyond which gradients are rounding.
 */
public final class OwnCoordinates {
  private static final double LEAST_OF_COLUMN = 0.1;
  private static final double LEAST_OF_DIRECTION = 1e-9;

  /** Of a proximal step, in units of the squared length of the rule's step. */
  private static final double ENOUGH = 1e-6;

  private final int dimension;
  private final Penalty penalty;

  /** P, d × d, both triangles; empty where it is kept as rows, to which there is no L1 part. */
  private final double[] matrix;

  private final SquareRoot root;
  private final double[] slope;
  private @Nullable QuadraticSolver solver;

  private OwnCoordinates(int dimension, Penalty penalty, double[] matrix, SquareRoot root) {
    this.dimension = dimension;
    this.penalty = penalty;
    this.matrix = matrix;
    this.root = root;
    this.slope = new double[dimension];
  }

  /**
   * Those of a sample's Hessian.
   *
   * @param start of the sample
   * @param stats of all rows
   */
  public static OwnCoordinates of(SampleStart start, Problem problem, ColumnStats stats) {
    int d = problem.coordinates().dimension();
    Penalty penalty = problem.penalty();
    if (start.metric() instanceof LowRankMetric rows) {
      double[] before = rows.diagonal();
      double[] added = before.clone();
      double floor = LEAST_OF_DIRECTION * raise(added, start.theta(), problem, stats);
      for (int j = 0; j < d; j++) {
        added[j] += floor - before[j];
      }
      return new OwnCoordinates(d, penalty, new double[0], rows.root(added));
    }
    DenseMetric metric = (DenseMetric) start.metric();
    double[] matrix = metric.matrix();
    double[] diagonal = metric.diagonal();
    double mean = raise(diagonal, start.theta(), problem, stats);
    for (int j = 0; j < d; j++) {
      matrix[j * d + j] = diagonal[j];
    }
    double least = LEAST_OF_DIRECTION;
    TriangularRoot root = TriangularRoot.of(matrix, d, least * mean);
    while (root == null) {
      least *= 100.0;
      root = TriangularRoot.of(matrix, d, least * mean);
    }
    for (int j = 0; j < d; j++) {
      matrix[j * d + j] += least * mean;
    }
    return new OwnCoordinates(d, penalty, matrix, root);
  }

  /**
   * Raises a diagonal to what is known beside the sample.
   *
   * @return its mean then
   */
  private static double raise(
      double[] diagonal, double[] theta, Problem problem, ColumnStats stats) {
    raiseColumns(diagonal, problem.coordinates(), stats);
    addKinks(diagonal, theta, problem.penalty());
    double mean = 0.0;
    for (double each : diagonal) {
      mean += each / diagonal.length;
    }
    return mean;
  }

  /**
   * What an L1 part t|θ| has for curvature at the scale of θ itself, t/|θ|: of the parabola that
   * touches it there (Hunter and Li 2005). Along columns that depend on each other the Hessian is
   * flat, the L1 part is all there is, and steps of the rule must not be longer than it bears.
   * Coordinates at 0 are given the curvature of those of mean size.
   */
  private static void addKinks(double[] diagonal, double[] theta, Penalty penalty) {
    int d = theta.length;
    double squares = 0.0;
    int count = 0;
    for (int j = 0; j < d; j++) {
      if (penalty.threshold(j) > 0.0 && theta[j] != 0.0) {
        squares += theta[j] * theta[j];
        count++;
      }
    }
    double usual = count == 0 ? 1.0 : Math.sqrt(squares / count);
    for (int j = 0; j < d; j++) {
      double size = Math.max(Math.abs(theta[j]), usual);
      diagonal[j] += penalty.threshold(j) / size;
    }
  }

  private static void raiseColumns(double[] diagonal, Coordinates coordinates, ColumnStats stats) {
    int outputs = coordinates.outputs();
    double[] means = stats.means();
    double[] deviations = stats.deviations();
    double[] inverse = coordinates.inverse();
    double[] centre = coordinates.centre();
    double[] squares = new double[coordinates.features()];
    double expected = 0.0;
    double found = 0.0;
    for (int j = 0; j < squares.length; j++) {
      double distance = means[j] - centre[j];
      squares[j] = inverse[j] * inverse[j] * (deviations[j] * deviations[j] + distance * distance);
      for (int k = 0; k < outputs; k++) {
        expected += squares[j];
        found += diagonal[j * outputs + k];
      }
    }
    double ratio = expected > 0.0 ? LEAST_OF_COLUMN * found / expected : 0.0;
    for (int at = 0; at < squares.length * outputs; at++) {
      double least = ratio * squares[at / outputs];
      diagonal[at] = Math.max(diagonal[at], least);
    }
  }

  /** u of θ; a new array. */
  public double[] own(double[] theta) {
    double[] own = new double[dimension];
    root.toOwn(theta, own);
    return own;
  }

  /** Writes θ of u. */
  public void theta(double[] own, double[] theta) {
    System.arraycopy(own, 0, theta, 0, dimension);
    root.backward(theta);
  }

  /** Turns a gradient in θ into one in u, in place. */
  public void turn(double[] gradient) {
    root.forward(gradient);
  }

  /**
   * The proximal step of the L1 part after a step that was made with a subgradient s of it: the z
   * that minimises ‖z − y‖² in the norm of P over 2ρ, plus L1(z) − sᵀz. Where the rule stepped by ρ
   * times the gradient plus s in u, that is the proximal gradient step in the norm of P; and
   * whatever it did, a point that does not move meets the optimality conditions.
   *
   * @param own u of y; overwritten with u of z
   * @param rate ρ, positive
   * @param subgradient s; overwritten with the one at z that the step found
   * @param theta θ before the step, where the search begins; overwritten with z, its zeros exact
   */
  public void proximal(double[] own, double rate, double[] subgradient, double[] theta) {
    double[] right = new double[dimension];
    double[] thresholds = new double[dimension];
    root.multiply(own, right); // P y = S u
    double length = 0.0;
    for (int i = 0; i < dimension; i++) {
      right[i] += rate * subgradient[i];
      thresholds[i] = rate * penalty.threshold(i);
    }
    root.toOwn(theta, slope);
    for (int i = 0; i < dimension; i++) {
      double moved = own[i] - slope[i];
      length += moved * moved;
    }
    double[] z = solver().solve(right, thresholds, theta, ENOUGH * length).point();
    System.arraycopy(z, 0, theta, 0, dimension);
    root.toOwn(z, own);
    root.multiply(own, slope);
    for (int i = 0; i < dimension; i++) {
      double threshold = penalty.threshold(i);
      double pull = (right[i] - slope[i]) / rate;
      subgradient[i] =
          z[i] == 0.0
              ? Math.max(-threshold, Math.min(threshold, pull))
              : Math.copySign(threshold, z[i]);
    }
  }

  private QuadraticSolver solver() {
    QuadraticSolver made = solver;
    if (made == null) {
      made = new QuadraticSolver(dimension, matrix, new double[dimension]);
      solver = made;
    }
    return made;
  }

  /**
   * The root mean square over the coordinates of a Newton step from θ under P, with an L1 part of a
   * proximal one: how far the optimum is along a coordinate, as far as the sample's Hessian can
   * tell.
   *
   * @param theta where the gradient was taken
   * @param gradient of the loss there, over all rows
   */
  public double length(double[] theta, double[] gradient) {
    for (int j = 0; j < dimension; j++) {
      slope[j] = gradient[j] + penalty.curvature(j) * theta[j];
    }
    if (!penalty.isProximal()) {
      return reach(slope);
    }
    double[] own = own(theta);
    double[] right = new double[dimension];
    double[] thresholds = new double[dimension];
    root.multiply(own, right);
    for (int i = 0; i < dimension; i++) {
      right[i] -= slope[i];
      thresholds[i] = penalty.threshold(i);
    }
    root.toOwn(solver().solve(right, thresholds, theta, 0.0).point(), slope);
    for (int i = 0; i < dimension; i++) {
      slope[i] -= own[i];
    }
    return rootMeanSquare(slope);
  }

  /**
   * The root mean square over the coordinates of the Newton step that a slope calls for.
   *
   * @param gradient in θ; overwritten
   */
  public double reach(double[] gradient) {
    root.forward(gradient);
    return rootMeanSquare(gradient);
  }

  private double rootMeanSquare(double[] own) {
    double sum = 0.0;
    for (int j = 0; j < dimension; j++) {
      sum += own[j] * own[j];
    }
    return Math.sqrt(sum / Math.max(1, dimension));
  }
}
