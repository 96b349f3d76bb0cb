package ravine.ml;

import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import ravine.curvature.Certificate;
import ravine.curvature.TrustedOptimum;
import ravine.engine.StopReason;

/**
 * One fit with defaults, and what it is worth.
 *
 * @param name of the case, such as its seed
 * @param problem the problem
 * @param fit what came out
 * @param gap the model's objective above the optimum, over the larger of the optimum and {@link
 *     Certificate#FLOOR} of the null model's
 * @param unit what the gap is divided by, in units of the objective
 * @param residual of the trusted solver: what it is itself off by, as a slope
 */
record ParityCase(
    String name, ParityProblem problem, ParityFit fit, double gap, double unit, double residual) {
  /** The tolerance of the defaults. */
  static final double TOL = 1e-6;

  /** Of the null model's objective, what two sums of one differ by: margins cancel. */
  private static final double ROUNDING = 1e-12;

  /** The random problem of a seed, by the estimator. */
  static ParityCase ofEstimator(SparkSession session, long seed, int mostRows) {
    ParityProblem problem = ParityProblem.of(seed, mostRows);
    return judge("seed " + seed, problem, ParityFit.byEstimator(session, problem));
  }

  /** The random problem of a seed, without Spark. */
  static ParityCase ofLoop(long seed, int mostRows) {
    ParityProblem problem = ParityProblem.of(seed, mostRows);
    return judge("seed " + seed + " (loop)", problem, ParityLocal.fit(problem));
  }

  /** Compares with the trusted solver. */
  static ParityCase judge(String name, ParityProblem problem, ParityFit fit) {
    ParityTruth truth = new ParityTruth(problem);
    double ours = truth.objective(fit.coefficients(), fit.intercepts(), fit.scale());
    TrustedOptimum optimum = truth.optimum();
    double least =
        Double.isFinite(ours) ? Math.min(ours, optimum.objective()) : optimum.objective();
    double unit = Math.max(least, Certificate.FLOOR * truth.nothing());
    double gap = unit > 0.0 ? (ours - least) / unit : 0.0;
    return new ParityCase(name, problem, fit, gap, unit, optimum.residual());
  }

  StopReason reason() {
    return fit.reason();
  }

  /** Within ten times the tolerance of the optimum. */
  boolean arrived() {
    return gap <= 10.0 * TOL;
  }

  /** Arrived, or said that it did not. */
  boolean isHonest() {
    return arrived() || reason() != StopReason.CONVERGED;
  }

  /** Whether a bound that is called proven is one. */
  boolean isBounded() {
    Certificate certificate = fit.certificate();
    if (certificate == null || !certificate.isProven()) {
      return true;
    }
    ParityTruth truth = new ParityTruth(problem);
    double reported = problem.kind() == ParityProblem.Kind.HUBER ? truth.unit() : 1.0;
    double rounding = ROUNDING * Math.max(unit, truth.nothing());
    return gap * unit <= certificate.bound() / reported * (1.0 + 1e-6) + rounding;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %s, %d x %d, lambda %.1e, alpha %.2f%s%s (%s): %s after %.1f passes at a gap of %.1e,"
            + " %s; trusted to %.0e",
        name,
        problem.kind(),
        problem.rows().length,
        problem.rows()[0].length,
        problem.lambda(),
        problem.alpha(),
        problem.standardised() ? "" : ", not standardised",
        problem.intercept() ? "" : ", no intercept",
        String.join(", ", problem.traits()),
        reason(),
        fit.passes(),
        gap,
        fit.certificate() == null ? "no bound" : fit.certificate().sentence(),
        residual);
  }
}
