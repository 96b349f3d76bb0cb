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
 * <p>A proximal step needs the coordinates in which the L1 penalty is separable, so that with an L1
 * part nothing is changed and only {@link #length} is of use.
 *
 * <p>What a sample cannot tell is floored: a column that it hardly meets has at least a tenth of
 * the mean curvature that its second moment over all rows gives it, and no direction has less than
 * 1e-9 of the mean, beyond which gradients are rounding.
 */
public final class OwnCoordinates {
  private static final double LEAST_OF_COLUMN = 0.1;
  private static final double LEAST_OF_DIRECTION = 1e-9;

  private final int dimension;
  private final Penalty penalty;
  private final boolean turned;

  /** L, row by row. */
  private final double[][] factor;

  private final double[] slope;

  private OwnCoordinates(int dimension, Penalty penalty, boolean turned, double[][] factor) {
    this.dimension = dimension;
    this.penalty = penalty;
    this.turned = turned;
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
    return new OwnCoordinates(d, problem.penalty(), !problem.penalty().isProximal(), factor);
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

  /** Whether u is another vector than θ: not where an L1 part keeps it. */
  public boolean isTurned() {
    return turned;
  }

  /** u of θ; a new array. */
  public double[] own(double[] theta) {
    double[] own = theta.clone();
    if (turned) {
      for (int i = 0; i < dimension; i++) {
        double sum = 0.0;
        for (int k = i; k < dimension; k++) {
          sum += factor[k][i] * theta[k];
        }
        own[i] = sum;
      }
    }
    return own;
  }

  /** Writes θ of u. */
  public void theta(double[] own, double[] theta) {
    System.arraycopy(own, 0, theta, 0, dimension);
    if (turned) {
      backward(theta);
    }
  }

  /** Turns a gradient in θ into one in u, in place. */
  public void turn(double[] gradient) {
    if (turned) {
      forward(gradient);
    }
  }

  /**
   * The root mean square over the coordinates of a Newton step from θ under P: how far the optimum
   * is along a coordinate, as far as the sample's Hessian can tell.
   *
   * @param theta where the gradient was taken
   * @param gradient of the loss there, over all rows
   */
  public double length(double[] theta, double[] gradient) {
    for (int j = 0; j < dimension; j++) {
      double threshold = penalty.threshold(j);
      double g = gradient[j] + penalty.curvature(j) * theta[j];
      slope[j] =
          theta[j] == 0.0
              ? Math.copySign(Math.max(0.0, Math.abs(g) - threshold), g)
              : g + Math.copySign(threshold, theta[j]);
    }
    return reach(slope);
  }

  /**
   * The root mean square over the coordinates of the Newton step that a slope calls for.
   *
   * @param gradient in θ; overwritten
   */
  public double reach(double[] gradient) {
    forward(gradient);
    if (!turned) {
      backward(gradient);
    }
    return Math.sqrt(dot(gradient, gradient, dimension) / Math.max(1, dimension));
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
