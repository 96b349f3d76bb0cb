package ravine.curvature;

import ravine.exchange.Gradients;
import ravine.loss.Loss;
import ravine.loss.SmoothHinge;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.Penalty;
import ravine.rows.PackedPartition;
import ravine.step.Metric;

/**
 * Solves the problem on a sample that fits the driver, by damped Newton steps, before the first
 * pass over the data: gives a start near the optimum, and the sample's Hessian there as the metric
 * in which the passes step.
 *
 * @param theta where to start
 * @param metric the sample's Hessian at {@code theta}
 * @param initialObjective the sample's objective at the problem's own start
 */
public record SampleStart(double[] theta, Metric metric, double initialObjective) {
  private static final int MOST_STEPS = 15;
  private static final int MOST_HALVINGS = 20;

  /** The same while a Hessian of fewer rows points the way: it may point anywhere. */
  private static final int FEW_HALVINGS = 4;

  private static final double ENOUGH = 1e-5;

  /**
   * Of rows that are not all, the optimum is off by about d / 2n of the loss whatever is done; it
   * need not be found to more than a part of that.
   */
  private static final double ENOUGH_OF_SOME = 0.05;

  private static final double DIFFERENCE = 1e-4;

  /** Far from the optimum a Hessian of every fourth row points as well as that of all. */
  private static final int THOROUGH = 4;

  private static final double NEAR = 1e-2;

  /** Above this ratio of two decrements under one Hessian, it is made anew. */
  private static final double SLOW = 0.25;

  private static final double WIDEST = 0.1;
  private static final double NARROWER = 0.3;

  /** Below so many weights the Hessian as a matrix costs little. */
  private static final double LEAST_WIDE = 1024.0;

  /** Weights for each row from which on the Hessian is kept as rows, whose eigenvalues cost 9n³. */
  private static final double WIDE = 4.0;

  /**
   * Whether the Hessian of so many rows is of so low a rank that it is kept as rows ({@link
   * LowRankMetric}), not as a matrix. With an L1 part, whose proximal steps need the matrix, with
   * several outputs and with a loss that has parameters of its own it is not.
   */
  public static boolean isOfLowRank(double rows, Problem problem) {
    Coordinates coordinates = problem.coordinates();
    double dimension = coordinates.dimension();
    return dimension >= LEAST_WIDE
        && dimension >= WIDE * rows
        && coordinates.outputs() == 1
        && coordinates.extras() == 0
        && !problem.penalty().isProximal();
  }

  /**
   * Solves.
   *
   * @param rows of the whole
   */
  public static SampleStart solve(
      PackedPartition sample, Coordinates coordinates, Problem whole, long rows) {
    return solve(sample, coordinates, whole, rows, isOfLowRank((double) sample.rows, whole));
  }

  /** The same, with the Hessian kept as rows or as a matrix. */
  static SampleStart solve(
      PackedPartition sample, Coordinates coordinates, Problem whole, long rows, boolean lowRank) {
    double rough = ENOUGH_OF_SOME * coordinates.dimension() / (double) sample.rows;
    double enough = sample.rows < rows ? Math.max(ENOUGH, rough) : ENOUGH;
    if (!(whole.loss() instanceof SmoothHinge hinge)) {
      return solve(sample, coordinates, whole, whole.loss(), whole.initial(), enough, lowRank);
    }
    // The narrower the kink's rounding, the nearer Newton's steps have to begin.
    SampleStart start =
        solve(
            sample, coordinates, whole, new SmoothHinge(WIDEST), whole.initial(), enough, lowRank);
    double first = start.initialObjective;
    for (double width = NARROWER * WIDEST; width > hinge.width(); width *= NARROWER) {
      start =
          solve(sample, coordinates, whole, new SmoothHinge(width), start.theta, enough, lowRank);
    }
    start = solve(sample, coordinates, whole, hinge, start.theta, enough, lowRank);
    return new SampleStart(start.theta, start.metric, first);
  }

  private static SampleStart solve(
      PackedPartition sample,
      Coordinates coordinates,
      Problem whole,
      Loss loss,
      double[] initial,
      double enough,
      boolean lowRank) {
    Problem problem =
        new Problem(
            loss, coordinates, whole.penalty(), initial, whole.lossUnit(), whole.reportUnit());
    Newton newton =
        new Newton(
            Gradients.of(sample, problem),
            new SampleHessian(
                sample.training.get(0), loss, coordinates, whole.penalty(), whole.lossUnit()),
            problem,
            ridge(sample.rows, coordinates.dimension()),
            enough,
            lowRank);
    return newton.run(sample.rows >= THOROUGH * 20L * coordinates.dimension() ? THOROUGH : 1);
  }

  /** Few rows for many weights say little about the directions they hardly span. */
  private static double ridge(long rows, int dimension) {
    return rows >= 20L * dimension ? 1e-12 : 1e-2;
  }

  private static final class Newton {
    private final Gradients gradients;
    private final SampleHessian hessian;
    private final Penalty penalty;
    private final Coordinates coordinates;
    private final double ridge;
    private final double enough;
    private final boolean lowRank;
    private final boolean smooth;
    private final double[] theta;
    private final double[] gradient;

    Newton(
        Gradients gradients,
        SampleHessian hessian,
        Problem problem,
        double ridge,
        double enough,
        boolean lowRank) {
      this.gradients = gradients;
      this.hessian = hessian;
      this.penalty = problem.penalty();
      this.coordinates = problem.coordinates();
      this.ridge = ridge;
      this.enough = enough;
      this.lowRank = lowRank;
      this.smooth = !(problem.loss() instanceof SmoothHinge);
      this.theta = problem.initial().clone();
      this.gradient = new double[theta.length];
    }

    /** Newton steps with the Hessian of some rows, and near the optimum with that of all. */
    SampleStart run(int firstStride) {
      int stride = firstStride;
      double objective = evaluate(theta);
      double first = objective;
      Metric metric = metric(stride);
      // The last decrement under this Hessian, and whether it must not do for another step.
      double before = Double.POSITIVE_INFINITY;
      boolean isStale = false;
      for (int step = 0; step < MOST_STEPS; ) {
        double[] direction = direction(metric);
        double decrement = metric.squaredNorm(direction);
        double scale = Math.max(Math.abs(objective), 1e-6 * Math.abs(first));
        if (!(decrement > (stride > 1 ? NEAR : enough) * scale)) {
          if (stride == 1) {
            break;
          }
          stride = 1;
          isStale = true;
        }
        if (isStale || decrement > SLOW * before) {
          metric = metric(stride);
          before = Double.POSITIVE_INFINITY;
          isStale = false;
          continue;
        }
        step++;
        double next =
            search(direction, objective, decrement, stride == 1 ? MOST_HALVINGS : FEW_HALVINGS);
        if (next < objective) {
          objective = next;
          // Near the optimum a Hessian does for several steps, and is the metric we are here for;
          // but not that of a hinge, which is another one as soon as a row crosses the kink.
          before = decrement;
          isStale = !smooth || stride > 1 || !(decrement < NEAR * scale);
        } else if (stride == 1) {
          break;
        } else {
          // A rare feature that some rows have and the fewer do not: their Hessian is 0 there.
          stride = 1;
          isStale = true;
        }
      }
      return new SampleStart(theta, stride == 1 ? metric : metric(1), first);
    }

    /** To the minimum of the quadratic model with the penalty: one proximal Newton step. */
    private double[] direction(Metric metric) {
      double[] step = gradient.clone();
      metric.solve(step);
      double[] target = theta.clone();
      for (int j = 0; j < target.length; j++) {
        target[j] -= step[j];
      }
      if (penalty.isProximal()) {
        metric.proximal(target, penalty, 1.0);
      }
      for (int j = 0; j < target.length; j++) {
        target[j] -= theta[j];
      }
      return target;
    }

    /**
     * Halves the step until the objective falls enough; leaves θ and its gradient at what it found.
     */
    private double search(
        double[] direction, double objective, double decrement, int mostHalvings) {
      double[] start = theta.clone();
      double length = 1.0;
      for (int halving = 0; halving < mostHalvings; halving++) {
        for (int j = 0; j < theta.length; j++) {
          theta[j] = start[j] + length * direction[j];
        }
        double next = evaluate(theta);
        if (next <= objective - 1e-4 * length * decrement) {
          return next;
        }
        length *= 0.5;
      }
      System.arraycopy(start, 0, theta, 0, theta.length);
      return evaluate(theta);
    }

    private double evaluate(double[] at) {
      double objective = gradients.full(at, gradient).loss() + penalty.value(at);
      penalty.addGradient(at, gradient);
      return objective;
    }

    /** The Hessian here; rows of the loss's own parameters by differences of the gradient. */
    private Metric metric(int stride) {
      if (lowRank) {
        return LowRankMetric.of(hessian.roots(theta), hessian.ofPenalty(), ridge);
      }
      double[] matrix = hessian.at(theta, stride);
      int d = theta.length;
      for (int e = d - coordinates.extras(); e < d; e++) {
        double[] moved = theta.clone();
        moved[e] += DIFFERENCE;
        double[] there = new double[d];
        gradients.full(moved, there);
        penalty.addGradient(moved, there);
        for (int j = 0; j < d; j++) {
          double slope = (there[j] - gradient[j]) / DIFFERENCE;
          matrix[e * d + j] = slope;
          matrix[j * d + e] = slope;
        }
        matrix[e * d + e] = Math.max(matrix[e * d + e], 1e-3);
      }
      return DenseMetric.of(d, matrix, ridge);
    }
  }
}
