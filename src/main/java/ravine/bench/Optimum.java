package ravine.bench;

import java.util.List;
import ravine.curvature.Certificate;
import ravine.curvature.Certifier;
import ravine.curvature.DenseHessian;
import ravine.curvature.QuadraticSolver;
import ravine.curvature.Reach;
import ravine.loss.SmoothHinge;

/**
 * The least value of an objective, by proximal Newton steps with the Hessian of all rows, each
 * subproblem solved by {@link QuadraticSolver}, each step accepted only if the objective falls. The
 * hinge is approached by ever narrower twins.
 *
 * @param theta where it was found
 * @param objective F there: a value that weights have, so never below the least
 * @param uncertainty by how much the least value can be lower, in the same units
 * @param isProven whether that is a bound and no estimate
 */
record Optimum(double[] theta, double objective, double uncertainty, boolean isProven) {
  private static final int MOST_STEPS = 150;
  private static final int MOST_HALVINGS = 50;
  private static final int PRODUCTS = 6;
  private static final double WIDEST = 0.3;
  private static final double NARROWEST = 1e-9;
  private static final double ROUNDING = 0x1p-47;
  private static final double ENOUGH = 1e-9;

  /** Shares of the curvature of parabolas above a twin: see {@link DriverObjective#hessian}. */
  private static final double FIRST_PARABOLAS = 1e-3;

  private static final double LEAST_PARABOLAS = 1e-9;

  /** Of step lengths after halving once more: the whole step or half of it was good. */
  private static final double LONG = 0.2;

  /** From the best of these points and the null model. */
  static Optimum of(DriverObjective objective, List<double[]> starts) {
    double[] best = objective.nothing();
    double least = objective.value(best);
    for (double[] start : starts) {
      double there = objective.value(start);
      if (there < least) {
        best = start;
        least = there;
      }
    }
    return objective.loss().name().equals("hinge")
        ? byTwins(objective, best)
        : at(objective, descend(objective, best));
  }

  /** A twin is below the hinge by at most half its width, so its lower bound is the hinge's. */
  private static Optimum byTwins(DriverObjective hinge, double[] start) {
    double[] best = start;
    double least = hinge.value(start);
    double[] theta = start;
    double lower = 0.0;
    boolean proven = true;
    for (double width = WIDEST; width > NARROWEST; width *= 0.2) {
      DriverObjective twin = hinge.smooth(width);
      theta = descend(twin, theta);
      double there = hinge.value(theta);
      if (there < least) {
        least = there;
        best = theta;
      }
      Optimum ofTwin = at(twin, theta);
      if (ofTwin.objective() - ofTwin.uncertainty() > lower) {
        lower = ofTwin.objective() - ofTwin.uncertainty();
        proven = ofTwin.isProven();
      }
      if (least - lower <= ENOUGH * least) {
        break;
      }
    }
    return new Optimum(best, least, Math.max(0.0, least - lower), proven);
  }

  private static double[] descend(DriverObjective f, double[] start) {
    double[] theta = start.clone();
    double here = f.value(theta);
    double nothing = f.value(f.nothing());
    double[] gradient = new double[theta.length];
    boolean isTwin = f.loss() instanceof SmoothHinge;
    double parabolas = isTwin ? FIRST_PARABOLAS : 0.0;
    int calm = 0;
    for (int step = 0; step < MOST_STEPS && calm < 2 && here > 1e-14 * nothing; step++) {
      f.gradient(theta, gradient);
      double[] change = change(f, theta, gradient, f.hessian(theta, parabolas));
      double length = 1.0;
      double fell = 0.0;
      for (int half = 0; half < MOST_HALVINGS && !(fell > 0.0); half++, length *= 0.5) {
        double[] trial = theta.clone();
        for (int a = 0; a < trial.length; a++) {
          trial[a] += length * change[a];
        }
        double there = f.value(trial);
        if (there < here) {
          fell = here - there;
          theta = trial;
          here = there;
        }
      }
      boolean isLast = !isTwin || parabolas == 1.0;
      if (fell == 0.0 && isLast) {
        break;
      }
      calm = fell <= 1e-15 * here && isLast ? calm + 1 : 0;
      if (isTwin) {
        boolean well = fell > 1e-15 * here && length >= LONG;
        parabolas = Math.min(1.0, Math.max(LEAST_PARABOLAS, parabolas * (well ? 0.1 : 30.0)));
      }
    }
    return theta;
  }

  /** To the least of the quadratic model at θ. */
  private static double[] change(DriverObjective f, double[] theta, double[] gradient, double[] h) {
    int p = theta.length;
    QuadraticSolver solver = new QuadraticSolver(p, h, f.l2());
    double[] right = new double[p];
    boolean sparse = f.penalty().isProximal() && f.penalty().lambda() > 0.0;
    for (int a = 0; a < p; a++) {
      right[a] = -gradient[a] - (sparse ? 0.0 : f.l2()[a] * theta[a]);
      for (int b = 0; sparse && b < p; b++) {
        right[a] += h[a * p + b] * theta[b];
      }
    }
    double[] point = solver.solve(right, f.l1(), sparse ? theta : new double[p], 0.0).point();
    for (int a = 0; sparse && a < p; a++) {
      point[a] -= theta[a];
    }
    return point;
  }

  /** What a point is worth, by the certificate or, where that proves nothing, its estimate. */
  private static Optimum at(DriverObjective f, double[] theta) {
    double objective = f.value(theta);
    double[] gradient = new double[theta.length];
    double mean = f.gradient(theta, gradient);
    double[] hessian = f.hessian(theta);
    double estimate = 2.0 * promise(f, theta, gradient, hessian) + ROUNDING * objective;
    Certifier certifier = new Certifier(f.loss(), f.penalty());
    if (f.loss().extraParameters() == 1) {
      int last = theta.length - 1;
      double[] weights = theta.clone();
      weights[last] = Math.log(theta[last]);
      gradient[last] *= theta[last];
      certifier.observe(weights, mean, gradient);
    } else {
      certifier.observe(theta, mean, gradient);
      DenseHessian dense = new DenseHessian(hessian, f.penalty());
      double reach = Reach.ofCurvature(f.rows(), f.leastCurvature());
      certifier.observe(theta, mean, gradient, dense, PRODUCTS, reach);
    }
    Certificate proven = certifier.certify(objective);
    return proven.bound() <= Math.max(ENOUGH * objective, estimate)
        ? new Optimum(theta, objective, proven.bound(), true)
        : new Optimum(theta, objective, estimate, false);
  }

  /** By how much the quadratic model at θ falls: half the Newton decrement, squared. */
  private static double promise(
      DriverObjective f, double[] theta, double[] gradient, double[] hessian) {
    int p = theta.length;
    double[] change = change(f, theta, gradient, hessian);
    double[] there = theta.clone();
    double falls = 0.0;
    for (int a = 0; a < p; a++) {
      double product = 0.0;
      for (int b = 0; b < p; b++) {
        product += hessian[a * p + b] * change[b];
      }
      there[a] += change[a];
      falls -= (gradient[a] + 0.5 * product) * change[a];
    }
    return Math.max(0.0, falls + f.penalty().value(theta) - f.penalty().value(there));
  }
}
