package ravine.newton;

import ravine.curvature.Cholesky;
import ravine.curvature.Cut;
import ravine.curvature.QuadraticSolver;
import ravine.curvature.SymmetricMatrix;
import ravine.exchange.WholeBatch;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.rows.CoMoments;

/**
 * The mean squared loss as the quadratic that it is, F(0) + gᵀθ + ½θᵀHθ, from the rows' {@link
 * CoMoments}: answers as all rows would, but for {@link #uncertainty}, without reading any.
 */
public final class SquaredSums implements WholeBatch {
  /** Of the least eigenvalue of the scaled matrix, what rounding may be. */
  private static final double NEARLY_SINGULAR = 0.01;

  /**
   * Most Σ 1/eigenvalue of the scaled matrix: coefficients lose that many digits, and rows that are
   * read again for their residuals find some of them.
   */
  private static final double MOST_INVERSE = 1e6;

  /** Of F(0), where a minimum is near enough. */
  private static final double ENOUGH = 1e-15;

  /** Of F(0): where less is left, residuals have digits that differences of sums have lost. */
  private static final double GOOD_FIT = 1e-4;

  /** Of the objective, what rounding of the objective itself may be. */
  private static final double OF_OBJECTIVE = 1e-3;

  /** (1 − NEARLY_SINGULAR) − 1/GAP is what is left of H for the error of the gradient. */
  private static final double GAP = 1.0 / 0.9;

  private final int dimension;
  private final double weight;
  private final double curvature;
  private final double rounding;
  private final double atZero;
  private final double[] slopes;
  private final double[] hessian;

  /**
   * The quadratic of a problem with squared loss.
   *
   * @param problem in whose coordinates and units it is
   */
  public SquaredSums(CoMoments moments, Problem problem) {
    Coordinates coordinates = problem.coordinates();
    int d = moments.features();
    double scale = coordinates.outputScale();
    double[] inverse = coordinates.inverse();
    double[] centre = coordinates.centre();
    this.dimension = coordinates.dimension();
    this.weight = moments.weight();
    this.curvature = scale * scale / problem.lossUnit();
    this.rounding = moments.rounding();
    this.slopes = new double[dimension];
    this.hessian = new double[dimension * dimension];
    double[] apart = new double[d + 1];
    for (int j = 0; j < d; j++) {
      apart[j] = moments.meanFrom(j, centre[j]);
    }
    apart[d] = moments.meanFrom(d, coordinates.outputShift());
    double unit = scale / problem.lossUnit();
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double mean = moments.product(i, j) / weight + apart[i] * apart[j];
        set(i, j, curvature * (inverse[i] * inverse[j]) * mean);
      }
      double withLabel = moments.product(d, i) / weight + apart[i] * apart[d];
      slopes[i] = -unit * inverse[i] * withLabel;
    }
    if (coordinates.hasIntercept()) {
      for (int j = 0; j < d; j++) {
        set(d, j, curvature * inverse[j] * apart[j]);
      }
      set(d, d, curvature);
      slopes[d] = -unit * apart[d];
    }
    double square = moments.product(d, d) / weight + apart[d] * apart[d];
    this.atZero = 0.5 * square / problem.lossUnit();
  }

  private void set(int i, int j, double value) {
    hessian[i * dimension + j] = value;
    hessian[j * dimension + i] = value;
  }

  /** H, a copy. */
  public double[] hessian() {
    return hessian.clone();
  }

  /** The mean loss. */
  public double meanLoss(double[] theta) {
    double[] image = new double[dimension];
    multiply(theta, image);
    return meanLoss(theta, image);
  }

  private double meanLoss(double[] theta, double[] image) {
    return Math.max(0.0, atZero + Cut.dot(slopes, theta) + 0.5 * Cut.dot(image, theta));
  }

  @Override
  public Sums gradient(double[] theta, int slot, double[] gradient) {
    multiply(theta, gradient);
    double loss = meanLoss(theta, gradient);
    for (int j = 0; j < dimension; j++) {
      gradient[j] += slopes[j];
    }
    return new Sums(loss, weight, curvature, 0.0, 0.0, Double.POSITIVE_INFINITY);
  }

  @Override
  public double[] along(double[] from, double[] to, int fromSlot, double[] lengths) {
    double[] gradient = new double[dimension];
    double[] direction = NewtonModel.difference(to, from);
    double[] image = new double[dimension];
    double loss = gradient(from, fromSlot, gradient).loss();
    multiply(direction, image);
    double slope = Cut.dot(gradient, direction);
    double curved = Cut.dot(image, direction);
    double[] answers = new double[3 * lengths.length];
    for (int l = 0; l < lengths.length; l++) {
      double t = lengths[l];
      answers[3 * l] = loss + t * (slope + 0.5 * t * curved);
      answers[3 * l + 1] = slope + t * curved;
      answers[3 * l + 2] = curved;
    }
    return answers;
  }

  @Override
  public double hessian(
      double[] theta, int slot, long pass, int batches, boolean majorised, double[] to) {
    System.arraycopy(hessian, 0, to, 0, hessian.length);
    return 1.0;
  }

  @Override
  public void product(double[] theta, int slot, double[] direction, double[] product) {
    multiply(direction, product);
  }

  private void multiply(double[] theta, double[] product) {
    for (int i = 0; i < dimension; i++) {
      int row = i * dimension;
      double sum = 0.0;
      for (int j = 0; j < dimension; j++) {
        sum += hessian[row + j] * theta[j];
      }
      product[i] = sum;
    }
  }

  /**
   * Where these sums and a penalty are least.
   *
   * @param theta the point
   * @param gap how far their objective can be above its minimum there
   */
  public record Minimum(double[] theta, double gap) {}

  /**
   * Minimises them.
   *
   * @param from where to begin; not changed
   */
  public Minimum minimise(double[] from, PenaltyTerms terms) {
    double[] right = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      right[j] = -slopes[j];
    }
    QuadraticSolver solver = new QuadraticSolver(dimension, hessian, terms.l2());
    QuadraticSolver.Solution found = solver.solve(right, terms.l1(), from, ENOUGH * atZero);
    double[] theta = found.point();
    if (terms.isProximal()) {
      return new Minimum(theta, found.gap()); // whose zeros are exact
    }
    gradient(theta, 0, right);
    for (int j = 0; j < dimension; j++) {
      right[j] = -(right[j] + terms.l2()[j] * theta[j]);
    }
    // Once more for what is left, whose digits are not lost in those of the point.
    QuadraticSolver.Solution rest =
        solver.solve(right, terms.l1(), new double[dimension], ENOUGH * ENOUGH * atZero);
    double[] refined = theta.clone();
    for (int j = 0; j < dimension; j++) {
      refined[j] += rest.point()[j];
    }
    return new Minimum(refined, rest.gap());
  }

  /**
   * An upper bound of how far the true objective F at a point can be above its optimum, where the
   * objective F̂ of these sums is at most {@code gap} above its own; infinite where the matrix is
   * so near to singular that rounding says nothing, or that the rows themselves know more digits.
   *
   * <p>With A = H + L2 scaled to a diagonal of 1 and e the relative rounding of its entries ({@link
   * CoMoments#rounding}), t = tr A⁻¹ is at least 1 over the least eigenvalue, so that the true
   * matrix is at least (1 − d·e·t) of this one. The gradient at θ is off by at most e·hⱼ·(Σ hₖ|θₖ|
   * + √(2F(0))) in coordinate j, hⱼ = √Hⱼⱼ, that of multiplying added to e. By convexity of the
   * rest, with d·e·t ≤ 0.01,
   *
   * <pre>
   *   F(θ) − F* ≤ gap/0.9 + ½ ‖error of the gradient‖² in the norm of (0.09 A)⁻¹
   *            ≤ gap/0.9 + d·t·e²·(Σ hₖ|θₖ| + √(2F(0)))² / 0.18
   * </pre>
   *
   * @param objective F̂(θ)
   */
  public double uncertainty(double[] theta, PenaltyTerms terms, double gap, double objective) {
    double length = Math.sqrt(2.0 * atZero);
    for (int j = 0; j < dimension; j++) {
      length += Math.sqrt(hessian[j * dimension + j]) * Math.abs(theta[j]);
    }
    double inverse = inverseTrace(terms.l2());
    double error = (rounding + 2.0 * dimension * 0x1p-53) * length;
    if (!(dimension * rounding * inverse <= NEARLY_SINGULAR)
        || !(inverse <= MOST_INVERSE)
        || !(objective >= GOOD_FIT * atZero)
        || !(error * length <= OF_OBJECTIVE * objective)) {
      return Double.POSITIVE_INFINITY;
    }
    double left = 2.0 * ((1.0 - NEARLY_SINGULAR) - 1.0 / GAP);
    return GAP * gap + dimension * inverse * error * error / left;
  }

  /** tr A⁻¹ of the scaled matrix, without the columns that are 0; infinite where it is singular. */
  private double inverseTrace(double[] l2) {
    double[] scaled = hessian.clone();
    double[] units = new double[dimension];
    int[] curved = new int[dimension];
    int count = 0;
    for (int j = 0; j < dimension; j++) {
      double diagonal = hessian[j * dimension + j] + l2[j];
      scaled[j * dimension + j] = diagonal;
      units[j] = diagonal > 0.0 ? 1.0 / Math.sqrt(diagonal) : 0.0;
      if (diagonal > 0.0) {
        curved[count++] = j;
      }
    }
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j < dimension; j++) {
        scaled[i * dimension + j] *= units[i] * units[j];
      }
    }
    Cholesky factor = new Cholesky(SymmetricMatrix.of(dimension, scaled));
    factor.append(curved, count, new int[count]);
    return factor.size() < count ? Double.POSITIVE_INFINITY : factor.inverseTrace();
  }
}
