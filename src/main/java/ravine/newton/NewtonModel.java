package ravine.newton;

import ravine.curvature.QuadraticSolver;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Loss;
import ravine.loss.SoftHinge;
import ravine.penalty.Bounds;

/**
 * The quadratic model of the objective with one Hessian H, minimised together with the penalty: the
 * step of the proximal Newton method (Lee, Sun and Saunders 2014, "Proximal Newton-type methods for
 * minimizing composite functions", equation 2.5).
 *
 * <pre>
 *   z = argmin ⟨g, z − θ⟩ + ½ (z − θ)ᵀH(z − θ) + R(z)
 * </pre>
 *
 * <p>The scale of {@link ConcomitantHuber} is a coordinate of the model as σ, in which the loss is
 * convex, not as ln σ; it changes by a factor of {@link #MOST_SCALING} at most in one step. The
 * width of {@link SoftHinge} does not move.
 */
public final class NewtonModel {
  private static final double MOST_SCALING = 20.0;

  /**
   * Of the diagonal, what is added to it where the step is lost in rounding (Levenberg 1944): the
   * least that gives one, which is near the least-norm step of the directions that are none.
   */
  private static final double LEAST_DAMPING = 1e-12;

  private static final double MOST_DAMPING = 1e-2;

  /** In units of the objective; far from the optimum a model may promise more than there is. */
  private static final double MOST_PROMISE = 1e3;

  /** Of the objective, a rise of the model that is no more than rounding. */
  private static final double SAME = 1e-14;

  /**
   * A gap of which nothing is known: where the step was shortened, or the model is higher at its
   * end than where it began by more than the gap that was found, which is noise then.
   */
  private static final double UNKNOWN = Double.POSITIVE_INFINITY;

  /** Of the largest derivative, what may be left where there is no curvature. */
  private static final double FEW_SLOPES = 1e-2;

  /** A derivative that is rounding, in units of the root of the mean loss. */
  private static final double NO_SLOPE = 1e-12;

  private final int dimension;
  private final boolean hasScale;
  private final boolean hasWidth;
  private final PenaltyTerms terms;

  /** H in (weights, σ), row after row. */
  private final double[] hessian;

  private final QuadraticSolver solver;

  /**
   * A step to the minimum of the model.
   *
   * @param target z
   * @param product H(z − θ), in the coordinates of θ
   * @param promise by how much the objective falls if the model is right, at least 0 but for
   *     rounding
   * @param gap how far the model at z can be above its minimum, an estimate where there are bounds;
   *     infinite where the step was shortened, so that it proves nothing
   * @param isResolved false where the gradient has a part in a direction without curvature and
   *     penalty that is more than a hundredth of it: the model has no minimum there, and its
   *     promise says nothing
   * @param isWhole whether it has no such part that is more than rounding
   */
  public record Step(
      double[] target,
      double[] product,
      double promise,
      double gap,
      boolean isResolved,
      boolean isWhole) {}

  /**
   * A model to be.
   *
   * @param hessian of the mean loss in θ, d × d, both triangles, the rows and columns of the loss's
   *     own parameters included; kept and changed
   * @param at where it was made
   */
  public NewtonModel(Loss loss, double[] hessian, Iterate at, PenaltyTerms terms) {
    this.dimension = at.theta().length;
    this.hasScale = loss instanceof ConcomitantHuber;
    this.hasWidth = loss instanceof SoftHinge;
    this.terms = terms;
    this.hessian = hessian;
    int last = dimension - 1;
    if (hasWidth) {
      for (int j = 0; j < dimension; j++) {
        hessian[j * dimension + last] = 0.0;
        hessian[last * dimension + j] = 0.0;
      }
    } else if (hasScale) {
      double sigma = Math.max(ConcomitantHuber.LEAST_SCALE, Math.exp(at.theta()[last]));
      int corner = last * dimension + last;
      hessian[corner] = Math.max(0.0, hessian[corner] - at.gradient()[last]) / (sigma * sigma);
      for (int j = 0; j < last; j++) {
        hessian[j * dimension + last] /= sigma;
        hessian[last * dimension + j] /= sigma;
      }
    } else {
      hessian[dimension * dimension - 1] = Math.max(0.0, hessian[dimension * dimension - 1]);
    }
    this.solver = new QuadraticSolver(dimension, hessian, terms.l2());
  }

  /**
   * Whether no entry is infinite or NaN, and no diagonal negative but the last: the loss may curve
   * downwards in ln σ, where most rows are beyond εσ, though it does not in σ.
   */
  public static boolean isUsable(int dimension, double[] hessian) {
    double sum = 0.0;
    boolean curved = true;
    for (double entry : hessian) {
      sum += entry * 0.0;
    }
    for (int j = 0; j < dimension - 1; j++) {
      curved &= hessian[j * dimension + j] >= 0.0;
    }
    return sum == 0.0 && curved;
  }

  /**
   * The step from a point.
   *
   * @param need how far from the minimum of the model is near enough, in units of the objective
   */
  public Step step(Iterate at, double need) {
    double[] from = at.theta().clone();
    double[] slopes = at.gradient().clone();
    int last = dimension - 1;
    double sigma = 1.0;
    if (hasWidth) {
      slopes[last] = 0.0;
    } else if (hasScale) {
      sigma = Math.max(ConcomitantHuber.LEAST_SCALE, Math.exp(from[last]));
      from[last] = sigma;
      slopes[last] /= sigma;
    }
    Step step = step(solver, 0.0, from, slopes, sigma, need, at);
    double most = MOST_PROMISE * Math.abs(at.objective());
    for (double damping = LEAST_DAMPING;
        isLost(step, most) && damping <= MOST_DAMPING;
        damping *= 100) {
      QuadraticSolver damped = new QuadraticSolver(dimension, hessian, ridge(damping));
      Step shorter = step(damped, damping, from, slopes, sigma, need, at);
      step = new Step(shorter.target, shorter.product, shorter.promise, UNKNOWN, true, false);
    }
    return step;
  }

  /**
   * Whether the matrix is so near to singular that its factor is noise: nothing is known of how far
   * the step is from the minimum of the model, and it promises nothing, or much more than there is.
   */
  private static boolean isLost(Step step, double most) {
    return step.gap == UNKNOWN && !(step.promise > 0.0 && step.promise <= most);
  }

  /** The L2 terms, and a share of the diagonal in the direction of the step. */
  private double[] ridge(double damping) {
    double[] sum = terms.l2().clone();
    for (int j = 0; j < dimension; j++) {
      sum[j] += damping * curvature(j);
    }
    return sum;
  }

  private Step step(
      QuadraticSolver by,
      double damping,
      double[] from,
      double[] slopes,
      double sigma,
      double need,
      Iterate at) {
    int last = dimension - 1;
    double[] target = new double[dimension];
    QuadraticSolver.Solution solution =
        terms.isProximal()
            ? solveAt(by, damping, from, slopes, need, target)
            : solveBy(by, from, slopes, need, target);
    double gap = solution.gap();
    if (hasWidth) {
      target[last] = from[last];
    } else if (hasScale && shorten(from, target, sigma)) {
      gap = UNKNOWN;
    }
    double[] direction = difference(target, from);
    double[] product = multiply(direction);
    double promise = terms.fall(from, target);
    for (int j = 0; j < dimension; j++) {
      promise -= direction[j] * (slopes[j] + 0.5 * product[j]);
    }
    if (promise < -(gap + need + SAME * Math.abs(at.objective()))) {
      gap = UNKNOWN;
    }
    if (hasScale) {
      product[last] *= sigma;
      target[last] = Math.log(Math.max(ConcomitantHuber.LEAST_SCALE, target[last]));
    }
    double steepest = 0.0;
    for (double slope : slopes) {
      steepest = Math.max(steepest, Math.abs(slope));
    }
    double rounding = NO_SLOPE * Math.sqrt(Math.abs(at.meanLoss()));
    boolean isResolved = solution.outside() <= Math.max(FEW_SLOPES * steepest, rounding);
    boolean isWhole = solution.outside() <= rounding;
    return new Step(target, product, promise, gap, isResolved, isWhole);
  }

  /**
   * A step that takes σ too far is shortened as a whole: on the line to its minimum the model falls
   * all the way, and at a σ of its own choice it may not. Whether it was.
   */
  private boolean shorten(double[] from, double[] target, double sigma) {
    double change = target[dimension - 1] - sigma;
    double most = change < 0.0 ? sigma / MOST_SCALING - sigma : sigma * MOST_SCALING - sigma;
    boolean isFar = Math.abs(change) > Math.abs(most);
    if (isFar) {
      double share = most / change;
      for (int j = 0; j < dimension; j++) {
        target[j] = from[j] + share * (target[j] - from[j]);
      }
      target[dimension - 1] = sigma + most;
    }
    return isFar;
  }

  /** In z itself, where zeros and bounds have to be exact. */
  private QuadraticSolver.Solution solveAt(
      QuadraticSolver by,
      double damping,
      double[] from,
      double[] slopes,
      double need,
      double[] target) {
    double[] right = multiply(from);
    for (int j = 0; j < dimension; j++) {
      right[j] -= slopes[j];
    }
    for (int j = 0; j < dimension && damping > 0.0; j++) {
      right[j] += damping * curvature(j) * from[j];
    }
    Bounds bounds = terms.bounds();
    QuadraticSolver.Solution solution =
        bounds == null
            ? by.solve(right, terms.l1(), from, need)
            : by.solve(right, terms.l1(), bounds, from);
    System.arraycopy(solution.point(), 0, target, 0, dimension);
    return solution;
  }

  /** In z − θ, whose digits are not lost in those of θ. */
  private QuadraticSolver.Solution solveBy(
      QuadraticSolver by, double[] from, double[] slopes, double need, double[] target) {
    double[] right = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      right[j] = -(slopes[j] + terms.l2()[j] * from[j]);
    }
    QuadraticSolver.Solution solution = by.solve(right, terms.l1(), new double[dimension], need);
    for (int j = 0; j < dimension; j++) {
      target[j] = from[j] + solution.point()[j];
    }
    return solution;
  }

  /** The diagonal of H. */
  public double curvature(int j) {
    return hessian[j * dimension + j];
  }

  /** H times a direction in (weights, σ). */
  double[] multiply(double[] direction) {
    double[] product = new double[dimension];
    for (int i = 0; i < dimension; i++) {
      int row = i * dimension;
      double sum = 0.0;
      for (int j = 0; j < dimension; j++) {
        sum += hessian[row + j] * direction[j];
      }
      product[i] = sum;
    }
    return product;
  }

  /** dᵀ(H + L2)d. */
  double squaredNorm(double[] direction) {
    double[] product = multiply(direction);
    double sum = 0.0;
    for (int j = 0; j < dimension; j++) {
      sum += direction[j] * (product[j] + terms.l2()[j] * direction[j]);
    }
    return sum;
  }

  static double[] difference(double[] a, double[] b) {
    double[] result = new double[a.length];
    for (int j = 0; j < a.length; j++) {
      result[j] = a[j] - b[j];
    }
    return result;
  }
}
