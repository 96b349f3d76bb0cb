package ravine.curvature;

import org.jspecify.annotations.Nullable;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.Penalty;
import ravine.rows.ColumnStats;

/**
 * Coordinates u in which a sample's Hessian P at the sample's optimum is the identity: with P = LLᵀ
 * (Cholesky), u = Lᵀθ, θ = L⁻ᵀu, and a gradient g in θ is L⁻¹g in u. For rules that scale each
 * coordinate by the size of its own gradients: they cannot undo a correlation, but here there is
 * none left (the idea is that of SOAP, Vyas et al. 2024, and of Shampoo, Gupta et al. 2018, with
 * the Hessian of a sample in place of a mean of gradients' products). A linear change of
 * coordinates is made on the driver and costs d² a step; partitions see nothing of it.
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

  /** P, d × d, both triangles. */
  private final double[] matrix;

  /** L, row by row. */
  private final double[][] factor;

  private final double[] slope;
  private @Nullable QuadraticSolver solver;

  private OwnCoordinates(int dimension, Penalty penalty, double[] matrix, double[][] factor) {
    this.dimension = dimension;
    this.penalty = penalty;
    this.matrix = matrix;
    this.factor = factor;
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
    double[] matrix = start.metric().matrix();
    raiseColumns(matrix, problem.coordinates(), stats);
    addKinks(matrix, start.theta(), problem.penalty());
    double mean = 0.0;
    for (int j = 0; j < d; j++) {
      mean += matrix[j * d + j] / d;
    }
    double least = LEAST_OF_DIRECTION;
    double @Nullable [][] factor = factor(matrix, d, least * mean);
    while (factor == null) {
      least *= 100.0;
      factor = factor(matrix, d, least * mean);
    }
    for (int j = 0; j < d; j++) {
      matrix[j * d + j] += least * mean;
    }
    return new OwnCoordinates(d, problem.penalty(), matrix, factor);
  }

  /**
   * What an L1 part t|θ| has for curvature at the scale of θ itself, t/|θ|: of the parabola that
   * touches it there (Hunter and Li 2005). Along columns that depend on each other the Hessian is
   * flat, the L1 part is all there is, and steps of the rule must not be longer than it bears.
   * Coordinates at 0 are given the curvature of those of mean size.
   */
  private static void addKinks(double[] matrix, double[] theta, Penalty penalty) {
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
      matrix[j * d + j] += penalty.threshold(j) / size;
    }
  }

  private static void raiseColumns(double[] matrix, Coordinates coordinates, ColumnStats stats) {
    int d = coordinates.dimension();
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
        found += matrix[(j * outputs + k) * (d + 1)];
      }
    }
    double ratio = expected > 0.0 ? LEAST_OF_COLUMN * found / expected : 0.0;
    for (int at = 0; at < squares.length * outputs; at++) {
      double least = ratio * squares[at / outputs];
      matrix[at * (d + 1)] = Math.max(matrix[at * (d + 1)], least);
    }
  }

  /** Row by row; null where the matrix is not positive definite to rounding. */
  private static double @Nullable [][] factor(double[] matrix, int d, double ridge) {
    double[][] rows = new double[d][];
    for (int i = 0; i < d; i++) {
      double[] row = new double[i + 1];
      rows[i] = row;
      for (int j = 0; j < i; j++) {
        row[j] = (matrix[i * d + j] - dot(row, rows[j], j)) / rows[j][j];
      }
      double diagonal = matrix[i * d + i] + ridge;
      double pivot = diagonal - dot(row, row, i);
      if (!(pivot > 0x1p-46 * diagonal)) {
        if (diagonal == 0.0) {
          pivot = 1.0;
        } else {
          return null;
        }
      }
      row[i] = Math.sqrt(pivot);
    }
    return rows;
  }

  private static double dot(double[] a, double[] b, int count) {
    double sum = 0.0;
    for (int k = 0; k < count; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  /** u of θ; a new array. */
  public double[] own(double[] theta) {
    double[] own = new double[dimension];
    toOwn(theta, own);
    return own;
  }

  private void toOwn(double[] theta, double[] own) {
    for (int i = 0; i < dimension; i++) {
      double sum = 0.0;
      for (int k = i; k < dimension; k++) {
        sum += factor[k][i] * theta[k];
      }
      own[i] = sum;
    }
  }

  /** Writes θ of u. */
  public void theta(double[] own, double[] theta) {
    System.arraycopy(own, 0, theta, 0, dimension);
    backward(theta);
  }

  /** Turns a gradient in θ into one in u, in place. */
  public void turn(double[] gradient) {
    forward(gradient);
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
    // P y = L u.
    double length = 0.0;
    for (int i = 0; i < dimension; i++) {
      double product = dot(factor[i], own, i + 1);
      right[i] = product + rate * subgradient[i];
      thresholds[i] = rate * penalty.threshold(i);
    }
    toOwn(theta, slope);
    for (int i = 0; i < dimension; i++) {
      double moved = own[i] - slope[i];
      length += moved * moved;
    }
    double[] z = solver().solve(right, thresholds, theta, ENOUGH * length).point();
    System.arraycopy(z, 0, theta, 0, dimension);
    toOwn(z, own);
    for (int i = 0; i < dimension; i++) {
      double threshold = penalty.threshold(i);
      double pull = (right[i] - dot(factor[i], own, i + 1)) / rate;
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
    for (int i = 0; i < dimension; i++) {
      right[i] = dot(factor[i], own, i + 1) - slope[i];
      thresholds[i] = penalty.threshold(i);
    }
    toOwn(solver().solve(right, thresholds, theta, 0.0).point(), slope);
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
    forward(gradient);
    return rootMeanSquare(gradient);
  }

  private double rootMeanSquare(double[] own) {
    return Math.sqrt(dot(own, own, dimension) / Math.max(1, dimension));
  }

  /** L⁻¹, in place. */
  private void forward(double[] vector) {
    for (int i = 0; i < dimension; i++) {
      double[] row = factor[i];
      vector[i] = (vector[i] - dot(row, vector, i)) / row[i];
    }
  }

  /** L⁻ᵀ, in place. */
  private void backward(double[] vector) {
    for (int i = dimension - 1; i >= 0; i--) {
      double[] row = factor[i];
      double value = vector[i] / row[i];
      vector[i] = value;
      for (int k = 0; k < i; k++) {
        vector[k] -= row[k] * value;
      }
    }
  }
}
