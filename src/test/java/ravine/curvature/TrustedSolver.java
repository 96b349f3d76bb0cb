package ravine.curvature;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Hinge;
import ravine.loss.Loss;
import ravine.loss.SmoothHinge;
import ravine.penalty.CoordinateScale;
import ravine.penalty.ElasticNet;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;

/**
 * A slow solver that is trusted: proximal Newton steps on the whole matrix in columns of unit
 * length, each subproblem by coordinate descent and then exactly on its support, every step
 * accepted only if the objective falls. It shares nothing with the engine but the losses.
 *
 * <p>The objective it gives is one that its weights have: never below the optimum.
 */
final class TrustedSolver {
  /** Where a solve ended. */
  record Optimum(double[] weights, double objective, double residual) {}

  private static final int MOST_STEPS = 400;
  private static final int PATH_STEPS = 120;

  /** Of the objective, what so many steps as one is patient for must gain together. */
  private static final double GAIN = 1e-9;

  /** Of the first objective, what is 0 to the impatient. */
  private static final double NOTHING = 1e-13;

  private static final int SWEEPS = 300;
  private static final double[] WIDTHS = {1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8};

  private final DenseProblem problem;
  private final int p;
  private final double damping;
  private final Consumer<double[]> visitor;
  private final int patience;
  private double[] theta;
  private double objective;

  private TrustedSolver(
      DenseProblem problem,
      double[] start,
      double damping,
      Consumer<double[]> visitor,
      int patience) {
    this.patience = patience;
    this.problem = problem;
    this.p = problem.dimension();
    this.damping = damping;
    this.visitor = visitor;
    this.theta = start.clone();
    this.objective = problem.objective(theta);
  }

  /**
   * The optimum.
   *
   * @param rows n × d
   * @param l1 one for each weight (d·K feature-major, then the loss's own parameters), 0 where free
   * @param l2 the same
   */
  static Optimum solve(
      double[][] rows, double[] labels, double[] weights, Loss loss, double[] l1, double[] l2) {
    return solve(new DenseProblem(rows, labels, weights, loss, l1, l2));
  }

  /** The optimum; for the hinge by ever narrower smooth hinges, to about 1e-8 · ½. */
  static Optimum solve(DenseProblem given) {
    return solve(given, MOST_STEPS);
  }

  /**
   * The same, which gives up where steps no longer gain.
   *
   * @param patience steps that must gain 1e-9 of the objective together
   */
  static Optimum solve(DenseProblem given, int patience) {
    double[] lengths = lengths(given);
    DenseProblem scaled = scaled(given, lengths);
    double[] theta = new double[given.dimension()];
    if (given.loss() instanceof Hinge) {
      for (double width : WIDTHS) {
        theta = run(scaled.with(new SmoothHinge(width)), theta, 0.0, point -> {}, patience);
      }
    } else {
      theta = run(scaled, theta, 0.0, point -> {}, patience);
    }
    double[] gradient = new double[theta.length];
    scaled.gradient(theta, gradient);
    double residual = penalty(scaled).violation(theta, gradient).size();
    int k = given.outputs();
    for (int a = 0; a < given.rows()[0].length * k; a++) {
      theta[a] /= lengths[a / k];
    }
    return new Optimum(theta, given.objective(theta), residual);
  }

  /**
   * The points of a run that takes its steps with a Hessian {@code 1 + damping} times as steep, as
   * a metric from a sample would: converges at a rate of damping/(1 + damping).
   */
  static List<double[]> path(DenseProblem problem, double damping) {
    List<double[]> points = new ArrayList<>();
    run(
        problem,
        new double[problem.dimension()],
        damping,
        point -> points.add(point.clone()),
        MOST_STEPS);
    return points;
  }

  /** The same penalty as the library's own class. */
  static Penalty penalty(DenseProblem problem) {
    int p = problem.dimension();
    double[] scale = new double[p];
    double l1 = 0.0;
    double l2 = 0.0;
    for (int j = 0; j < p; j++) {
      scale[j] = problem.l1()[j] > 0.0 ? problem.l1()[j] : Math.sqrt(problem.l2()[j]);
      l1 = Math.max(l1, problem.l1()[j]);
      l2 = Math.max(l2, problem.l2()[j]);
    }
    if (l1 == 0.0 && l2 == 0.0) {
      return new None();
    }
    if (l1 == 0.0) {
      return new L2(1.0, CoordinateScale.of(scale));
    }
    if (l2 == 0.0) {
      return new L1(1.0, CoordinateScale.of(scale));
    }
    // l1 = λα s, l2 = λ(1 − α)s²: with s = l1 one has λα = 1, λ(1 − α) = l2/l1².
    int at = 0;
    while (problem.l1()[at] == 0.0) {
      at++;
    }
    double square = problem.l2()[at] / (problem.l1()[at] * problem.l1()[at]);
    return new ElasticNet(1.0 + square, 1.0 / (1.0 + square), CoordinateScale.of(scale));
  }

  private static double[] lengths(DenseProblem problem) {
    double[] lengths = new double[problem.rows()[0].length];
    double total = problem.totalWeight();
    for (int j = 0; j < lengths.length; j++) {
      double sum = 0.0;
      for (int i = 0; i < problem.rows().length; i++) {
        sum += problem.weights()[i] * problem.rows()[i][j] * problem.rows()[i][j];
      }
      lengths[j] = sum > 0.0 ? Math.sqrt(sum / total) : 1.0;
    }
    return lengths;
  }

  private static DenseProblem scaled(DenseProblem problem, double[] lengths) {
    double[][] rows = new double[problem.rows().length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = problem.rows()[i].clone();
      for (int j = 0; j < lengths.length; j++) {
        rows[i][j] /= lengths[j];
      }
    }
    double[] l1 = problem.l1().clone();
    double[] l2 = problem.l2().clone();
    for (int a = 0; a < lengths.length * problem.outputs(); a++) {
      double length = lengths[a / problem.outputs()];
      l1[a] /= length;
      l2[a] /= length * length;
    }
    return new DenseProblem(rows, problem.labels(), problem.weights(), problem.loss(), l1, l2);
  }

  private static double[] run(
      DenseProblem problem,
      double[] start,
      double damping,
      Consumer<double[]> visitor,
      int patience) {
    TrustedSolver solver = new TrustedSolver(problem, start, damping, visitor, patience);
    solver.run();
    return solver.theta;
  }

  private void run() {
    double ridge = 1e-13;
    double[] gradient = new double[p];
    int calm = 0;
    int above = 0;
    int most = damping > 0.0 ? PATH_STEPS : MOST_STEPS;
    double nothing = NOTHING * objective;
    double before = Double.POSITIVE_INFINITY;
    for (int step = 0; step < most && calm < 3; step++) {
      if (patience < MOST_STEPS && step % patience == 0) {
        if (before - objective <= GAIN * Math.abs(objective) || objective <= nothing) {
          break;
        }
        before = objective;
      }
      visitor.accept(theta);
      problem.gradient(theta, gradient);
      double[] metric = problem.hessian(theta, above > 0);
      double[] slopes = gradient.clone();
      double sigma = 1.0;
      if (problem.loss() instanceof ConcomitantHuber) {
        sigma = Math.exp(theta[p - 1]);
        slopes[p - 1] = gradient[p - 1] / sigma;
      }
      double largest = 0.0;
      for (int j = 0; j < p; j++) {
        largest = Math.max(largest, metric[j * p + j] + problem.l2()[j]);
      }
      for (int j = 0; j < p; j++) {
        double own = metric[j * p + j];
        metric[j * p + j] = own * (1.0 + damping) + ridge * Math.max(largest, 1e-300);
        for (int i = 0; damping > 0.0 && i < p; i++) {
          if (i != j) {
            metric[j * p + i] *= 1.0 + damping;
          }
        }
      }
      double[] point = theta.clone();
      if (problem.loss() instanceof ConcomitantHuber) {
        point[p - 1] = sigma;
      }
      double[] target = subproblem(point, slopes, metric);
      double fell = search(point, target);
      if (fell > 0.0) {
        ridge = Math.max(1e-13, ridge * 0.1);
        calm = fell <= 1e-16 * Math.abs(objective) ? calm + 1 : 0;
        above--;
      } else if (above <= 0) {
        above = 3;
      } else if (ridge < 1e3 && step < most - 10) {
        ridge = Math.max(ridge * 30.0, 1e-12);
        calm += violation() < 1e-15 ? 1 : 0;
      } else {
        calm++;
      }
    }
    polish();
    visitor.accept(theta);
  }

  /** Where rounding hides what a step gains, the violation still tells. */
  private void polish() {
    double violation = violation();
    for (int step = 0; step < 30 && violation > 1e-16 && damping == 0.0; step++) {
      double[] gradient = new double[p];
      problem.gradient(theta, gradient);
      double[] metric = problem.hessian(theta);
      double[] point = theta.clone();
      boolean scale = problem.loss() instanceof ConcomitantHuber;
      if (scale) {
        point[p - 1] = Math.exp(theta[p - 1]);
        gradient[p - 1] /= point[p - 1];
      }
      double[] candidate = subproblem(point, gradient, metric);
      if (scale) {
        candidate[p - 1] = candidate[p - 1] > 0.0 ? Math.log(candidate[p - 1]) : Double.NaN;
      }
      double there = problem.objective(candidate);
      if (!(there <= objective + 1e-14 * Math.abs(objective))) {
        return;
      }
      double[] before = theta;
      theta = candidate;
      double now = violation();
      if (!(now < violation)) {
        theta = before;
        return;
      }
      violation = now;
      objective = there;
    }
  }

  private double violation() {
    double[] gradient = new double[p];
    problem.gradient(theta, gradient);
    return penalty(problem).violation(theta, gradient).size();
  }

  /** By how much the objective fell; 0 where no step length lets it fall. */
  private double search(double[] point, double[] target) {
    boolean scale = problem.loss() instanceof ConcomitantHuber;
    double length = 1.0;
    for (int half = 0; half < 60; half++, length *= 0.5) {
      double[] candidate = new double[p];
      for (int j = 0; j < p; j++) {
        candidate[j] = length == 1.0 ? target[j] : point[j] + length * (target[j] - point[j]);
      }
      if (scale) {
        if (!(candidate[p - 1] > 0.0)) {
          continue;
        }
        candidate[p - 1] = Math.log(candidate[p - 1]);
      }
      double there = problem.objective(candidate);
      if (there < objective) {
        double fell = objective - there;
        theta = candidate;
        objective = there;
        return fell;
      }
    }
    return 0.0;
  }

  /** Minimises ⟨g, z − w⟩ + ½(z − w)ᵀM(z − w) + R(z). */
  private double[] subproblem(double[] w, double[] g, double[] m) {
    double[] z = w.clone();
    double[] slope = g.clone();
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      double moved = 0.0;
      for (int j = 0; j < p; j++) {
        double curvature = m[j * p + j] + problem.l2()[j];
        if (!(curvature > 0.0)) {
          continue;
        }
        double aim = m[j * p + j] * z[j] - slope[j];
        double next = Math.signum(aim) * Math.max(0.0, Math.abs(aim) - problem.l1()[j]) / curvature;
        double change = next - z[j];
        if (change != 0.0) {
          z[j] = next;
          for (int i = 0; i < p; i++) {
            slope[i] += m[j * p + i] * change;
          }
          moved = Math.max(moved, curvature * change * change);
        }
      }
      if (moved < 1e-32) {
        break;
      }
    }
    return polished(w, g, m, z);
  }

  /** Solved on the support, as long as no sign changes. */
  private double[] polished(double[] w, double[] g, double[] m, double[] z) {
    int[] support = new int[p];
    int n = 0;
    for (int j = 0; j < p; j++) {
      if (z[j] != 0.0 || (problem.l1()[j] == 0.0 && m[j * p + j] + problem.l2()[j] > 0.0)) {
        support[n++] = j;
      }
    }
    double[] best = z;
    for (int round = 0; round < 3; round++) {
      double[][] a = new double[n][n + 1];
      for (int r = 0; r < n; r++) {
        int j = support[r];
        double slope = g[j] + problem.l2()[j] * best[j] + problem.l1()[j] * Math.signum(best[j]);
        for (int i = 0; i < p; i++) {
          slope += m[j * p + i] * (best[i] - w[i]);
        }
        for (int c = 0; c < n; c++) {
          a[r][c] = m[j * p + support[c]] + (r == c ? problem.l2()[j] : 0.0);
        }
        a[r][n] = -slope;
      }
      double[] correction = Gauss.solve(a, n);
      double[] next = best.clone();
      for (int r = 0; r < n; r++) {
        int j = support[r];
        next[j] += correction[r];
        boolean flips = problem.l1()[j] > 0.0 && Math.signum(next[j]) != Math.signum(best[j]);
        if (flips || !Double.isFinite(next[j])) {
          return best;
        }
      }
      best = next;
    }
    return best;
  }
}
