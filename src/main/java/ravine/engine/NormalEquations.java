package ravine.engine;

import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.curvature.Cut;
import ravine.loss.Squared;
import ravine.newton.PenaltyTerms;
import ravine.newton.SquaredSums;
import ravine.objective.Problem;
import ravine.penalty.Penalty;
import ravine.rows.CoMoments;
import ravine.schedule.Constant;
import ravine.validation.Held;

/**
 * Least squares, with any penalty, from the sums of products that one read of the rows gave: the
 * driver minimises the quadratic that they are. Where their rounding could matter, what it found is
 * only the start of {@link NewtonSteps} over the rows themselves.
 *
 * @param why it was chosen
 * @param hessian of the mean loss, d × d
 * @param nullObjective that of the null model, in the loop's units
 * @param from the problem's own start
 * @param to the minimum
 * @param certificate of the minimum, rounding of the sums included; none where that could matter
 */
record NormalEquations(
    String why,
    double[] hessian,
    double nullObjective,
    Point from,
    Point to,
    Certificate certificate)
    implements Way {
  private static final double FAR = 1e4;

  /**
   * A point of which the sums say all.
   *
   * @param objective in the loop's units
   * @param gradientNorm of the mean loss
   */
  record Point(double[] theta, double objective, double gradientNorm) {
    static Point at(double[] theta, SquaredSums sums, PenaltyTerms terms) {
      double[] gradient = new double[theta.length];
      double loss = sums.gradient(theta, 0, gradient).loss();
      return new Point(theta, loss + terms.value(theta), Math.sqrt(Cut.dot(gradient, gradient)));
    }
  }

  /** Whether these options leave least squares to the sums of products, but for a validation. */
  static boolean suit(TrainerOptions options) {
    return options.reasonForMiniBatches() == null
        && options.lbfgs() == null
        && options.maxSteps() > 0;
  }

  /** Solves them; null where there are no sums, or something else is asked. */
  static @Nullable NormalEquations solve(
      TrainingData data, Problem problem, TrainerOptions options) {
    CoMoments moments = data.coMoments();
    if (moments == null
        || !(problem.loss() instanceof Squared)
        || !suit(options)
        || options.maxPasses() == 0) {
      return null;
    }
    SquaredSums sums = new SquaredSums(moments, problem);
    PenaltyTerms terms = PenaltyTerms.of(problem.penalty(), problem.initial().length);
    double[] nullModel = NewtonPlan.nullModel(problem);
    double nullObjective = sums.meanLoss(nullModel);
    SquaredSums.Minimum minimum = sums.minimise(nullModel, terms);
    Point to = Point.at(minimum.theta(), sums, terms);
    double scale = Math.max(to.objective(), Certificate.FLOOR * nullObjective);
    double bound = sums.uncertainty(to.theta(), terms, minimum.gap(), scale);
    boolean enough =
        options.tol() > 0.0 && bound <= options.tol() * scale && data.stats().validationRows() == 0;
    return new NormalEquations(
        "the sums of products of "
            + moments.features()
            + " features and the label are all that squared errors need",
        sums.hessian(),
        nullObjective,
        Point.at(problem.initial(), sums, terms),
        to,
        enough ? certificate(problem, sums, to, bound) : Certificate.none());
  }

  private static Certificate certificate(
      Problem problem, SquaredSums sums, Point at, double bound) {
    double[] gradient = new double[at.theta().length];
    sums.gradient(at.theta(), 0, gradient);
    Penalty.Violation worst = problem.penalty().violation(at.theta(), gradient);
    double rounding = 0x1p-47 * at.objective();
    return new Certificate(
        bound + rounding,
        true,
        Certificate.Kind.NEWTON_DECREMENT,
        worst.coordinate(),
        worst.size());
  }

  /** Whether the rows need not be read again. */
  boolean suffices() {
    return certificate.bound() < Double.POSITIVE_INFINITY;
  }

  /**
   * Whether steps over the rows should begin here: margins of such coefficients, in deviations of
   * the label for one of a feature, have digits left. Sums of fewer rows than weights, some of them
   * nearly equal columns, put the minimum at 10¹⁶.
   */
  boolean isNear() {
    double largest = 0.0;
    for (double coefficient : to.theta()) {
      largest = Math.max(largest, Math.abs(coefficient));
    }
    return largest <= FAR;
  }

  /** Where steps over the rows begin if they do. */
  NewtonPlan.Start start() {
    return new NewtonPlan.Start(to.theta(), hessian, 1.0);
  }

  @Override
  public String name() {
    return "normal equations";
  }

  /** The rows have been read before. */
  @Override
  public boolean asks() {
    return false;
  }

  /** Tells the history of one pass and one step. */
  @Override
  public StopRule.Outcome run(Run run) {
    History history = run.history();
    Certificate ofStart = worth(from.objective() - to.objective());
    tell(history, 0, from, 0.0, ofStart);
    if (history.stopAsked()) {
      return outcome(run, StopReason.STOPPED_BY_LISTENER, ofStart);
    }
    double moved = 0.0;
    for (int j = 0; j < to.theta().length; j++) {
      moved = Math.hypot(moved, to.theta()[j] - from.theta()[j]);
    }
    history.step(
        new StepRecord(
            1,
            1.0,
            from.objective() * history.reportUnit(),
            1.0,
            from.gradientNorm(),
            moved,
            0.0,
            0.0,
            history.seconds()),
        to::theta);
    tell(history, 1, to, moved, certificate);
    return outcome(run, StopReason.CONVERGED, certificate);
  }

  private static void tell(History history, int pass, Point at, double moved, Certificate worth) {
    PassRecord passRecord =
        new PassRecord(
            pass,
            pass,
            at.objective() * history.reportUnit(),
            Double.NaN,
            pass,
            at.gradientNorm(),
            moved,
            history.seconds());
    history.pass(
        passRecord.with(worth.times(history.reportUnit())),
        at.theta(),
        at.objective(),
        Held.NOTHING,
        0.0);
  }

  /** Of a point whose objective is that much higher than the minimum. */
  private Certificate worth(double above) {
    return new Certificate(
        certificate.bound() + Math.max(0.0, above),
        true,
        certificate.kind(),
        certificate.worstCoordinate(),
        certificate.worstViolation());
  }

  private static StopRule.Outcome outcome(Run run, StopReason reason, Certificate worth) {
    return new StopRule.Outcome(
        reason, "", new Constant(1.0), worth.times(run.problem().reportUnit()));
  }
}
