package ravine.ml.certificate;

import java.util.Locale;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import ravine.curvature.Certificate;
import ravine.engine.TrainingData;
import ravine.exchange.Gradients;
import ravine.exchange.StepJobs;
import ravine.exchange.Work;
import ravine.ml.MiniBatchFit;
import ravine.objective.Problem;

/**
 * How far a model can be from the optimum of the objective it claims: F(w) − F* ≤ bound.
 *
 * <p>The objective is that of {@code regParam}, {@code elasticNetParam}, {@code fitIntercept},
 * {@code standardization}, {@code weightCol}, {@code family}, {@code loss}, {@code epsilon} and the
 * four bounds on coefficients and intercepts, over the rows given: those the model was trained on,
 * or the claim is another. Objectives are in the units of {@code objectiveHistory}.
 *
 * @param objective F(w) of the model
 * @param nullObjective of the model that predicts the same for every row
 * @param bound of F(w) − F*; positive infinity where nothing is known
 * @param isProven whether the bound always holds (to rounding), or is an estimate
 * @param leastGap F(w) − F* is at least this: weights were found that are so much better
 * @param worst name of the feature, or {@code (intercept)}, or {@code (scale)}, whose optimality
 *     condition is violated most, with the class where there are several; empty for a model of no
 *     weights
 * @param worstViolation size of that violation: the distance of 0 from the slopes that the
 *     objective has in that weight, for a feature in units of its deviation
 * @param passes over the rows that it took
 */
public record ModelCertificate(
    double objective,
    double nullObjective,
    double bound,
    boolean isProven,
    double leastGap,
    String worst,
    double worstViolation,
    int passes) {

  /** What is near enough unless one says otherwise: relative to the objective. */
  public static final double DEFAULT_TOL = 1e-5;

  /**
   * The certificate of a model for the objective that its own params state; those are the params of
   * the estimator that trained it, where one did. But a model that was trained with bounds and an
   * L1 part has no bounds among its params, because Spark's model class refuses the two together:
   * give the estimator.
   *
   * @throws IllegalArgumentException as below
   */
  public static ModelCertificate of(Model<?> model, Dataset<?> data) {
    return of(model, data, model);
  }

  /**
   * The certificate of a model for the objective that an estimator minimises.
   *
   * @param model a {@code LinearRegressionModel}, {@code LogisticRegressionModel} or {@code
   *     LinearSVCModel}
   * @param data rows with the label, features and weight columns of the estimator
   * @param estimator Spark's or Ravine's own of that model, or any other object with its params
   * @throws IllegalArgumentException if the model is of another kind, does not fit the rows, or
   *     cannot be the result of such an estimator, as with an intercept where it fits none, or a
   *     coefficient outside of its bounds
   */
  public static ModelCertificate of(Model<?> model, Dataset<?> data, Params estimator) {
    return of(model, data, estimator, DEFAULT_TOL);
  }

  /**
   * The same, with the relative tolerance that the search for a bound aims at: it ends when the
   * bound is within it, or is seen never to be.
   */
  public static ModelCertificate of(Model<?> model, Dataset<?> data, Params estimator, double tol) {
    Claim claim = Claim.of(model, estimator);
    MiniBatchFit fit = new MiniBatchFit(claim.learner());
    try (TrainingData packed = fit.pack(data)) {
      Problem unfitted = claim.problem(fit, packed, data, null);
      Problem problem = claim.problem(fit, packed, data, model);
      Names names = Names.of(data, claim.featuresCol(), problem.coordinates());
      claim.requireSame(model, problem, names);
      double reference = objective(packed, unfitted);
      Verification.Finding found = new Verification(packed, problem, tol, reference).run();
      double unit = problem.reportUnit();
      Certificate certificate = found.certificate().times(unit);
      return new ModelCertificate(
          found.objective() * unit,
          reference * unit,
          certificate.bound(),
          certificate.isProven(),
          found.leastGap() * unit,
          names.of(certificate.worstCoordinate()),
          certificate.worstViolation(),
          found.passes() + 1);
    }
  }

  private static double objective(TrainingData packed, Problem problem) {
    StepJobs engine = new StepJobs(packed.packedRows(), Work.of(problem, false), 0L);
    return new Gradients(engine, problem).loss(problem.initial())
        + problem.penalty().value(problem.initial());
  }

  /**
   * Whether the bound is at most {@code tol} of the objective, or of a millionth of the null
   * model's, whichever is more.
   */
  public boolean isWithin(double tol) {
    return new Certificate(bound, isProven, Certificate.Kind.DUALITY_GAP, -1, Double.NaN)
        .isWithin(tol, objective, nullObjective);
  }

  /** One sentence. */
  public String sentence() {
    if (!(bound < Double.POSITIVE_INFINITY)) {
      return "Nothing is known of the distance to the optimum, for want of a finite objective.";
    }
    String above =
        leastGap > 0.0 && leastGap > 1e-12 * Math.abs(objective)
            ? String.format(Locale.ROOT, "at least %.2g and ", leastGap)
            : "";
    return String.format(
        Locale.ROOT,
        "The objective %.6g is %s%s %.2g above the optimum (%s)%s.",
        objective,
        above,
        isProven ? "at most" : "about",
        bound,
        isProven ? "proven" : "estimated",
        worst.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT,
                "; its largest slope that should be 0 is %.2g, in %s",
                worstViolation,
                worst));
  }
}
