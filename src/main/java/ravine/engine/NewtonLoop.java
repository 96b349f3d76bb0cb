package ravine.engine;

import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.exchange.WholeBatch;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Loss;
import ravine.loss.SoftHinge;
import ravine.loss.Squared;
import ravine.newton.CountedRows;
import ravine.newton.Iterate;
import ravine.newton.IterateCertificate;
import ravine.newton.MetricKeeper;
import ravine.newton.NewtonMetric;
import ravine.newton.NewtonModel;
import ravine.newton.NewtonWalk;
import ravine.newton.PenaltyTerms;
import ravine.newton.SaturationCheck;
import ravine.newton.SecantMomentum;
import ravine.objective.Problem;
import ravine.validation.Held;

/**
 * Full-batch training that cannot get stuck: proximal Newton steps (Lee, Sun and Saunders 2014) in
 * a Hessian that is drawn anew where the last one promised more than came, from a share of the rows
 * that grows to all of them, with the best length of every step found on the margins that the
 * executors keep.
 *
 * <p>A metric made once from a sample gets stuck where the sample has not met a column or its
 * optimum is far from the whole's; a Hessian made at the iterate arrived in every problem
 * simulated, in 4 to 15 passes. Wide problems are not for this loop: the driver factors a d × d
 * matrix for every Hessian.
 *
 * <p>The run ends with {@link StopReason#CONVERGED} only if the {@link #certificate} of the weights
 * returned is within tol of the objective (or of σ for the concomitant Huber loss, whose objective
 * outliers inflate).
 */
public final class NewtonLoop {

  /** A best length below this says that the metric was misled. */
  private static final double FAR = 0.1;

  private static final int MOST_STALLS = 4;

  /** What a promise cannot be told from in doubles, in units of the objective. */
  private static final double ROUNDING = 1e-16;

  /** A rise that the exact zeros of a last step may cost. */
  private static final double SAME = 1e-9;

  private static final double NARROWER = 0.2;
  private static final double NARROWEST = 1e-11;

  private final Loss loss;
  private final Problem problem;
  private final NewtonPlan plan;
  private final TrainerOptions options;
  private final History history;
  private final @Nullable Function<double[], Held> validation;
  private final PenaltyTerms terms;
  private final CountedRows rows;
  private final NewtonWalk walk;
  private final MetricKeeper keeper;
  private final NewtonRecords records;
  private final SecantMomentum momentum;
  private final IterateCertificate proof;
  private final SaturationCheck saturation;
  private final boolean isHinge;

  private double reference;
  private Certificate certificate = Certificate.none();
  private int stalls;
  private int misled;
  private long steps;
  private String cause = "";

  /**
   * A loop about to begin.
   *
   * @param rows all training rows
   * @param problem its loss may be {@link SoftHinge}, of which ln μ is the last coordinate of θ and
   *     of {@code problem.initial()}: then the hinge itself is what is trained and certified
   * @param validation what the validation rows say; null where there are none
   */
  NewtonLoop(
      WholeBatch rows,
      Problem problem,
      NewtonPlan plan,
      History history,
      @Nullable Function<double[], Held> validation) {
    int d = problem.initial().length;
    this.loss = problem.loss();
    this.problem = problem;
    this.plan = plan;
    this.options = plan.options();
    this.history = history;
    this.validation = validation;
    PenaltyTerms own = PenaltyTerms.of(problem.penalty(), d);
    int coefficients = problem.coordinates().features() * problem.coordinates().outputs();
    this.terms = plan.ridge() > 0.0 ? own.plusRidge(plan.ridge(), coefficients) : own;
    this.rows = new CountedRows(rows, terms, options.maxPasses());
    this.walk = new NewtonWalk(rows, this.rows, terms, loss, problem.initial());
    this.keeper =
        new MetricKeeper(
            this.rows, terms, loss, plan.hessianWork(), options.tol(), plan.ridge() == 0.0);
    this.saturation = new SaturationCheck(loss, walk, this.rows);
    this.momentum = new SecantMomentum(terms, plan.momentum());
    this.proof = new IterateCertificate(loss, problem.penalty(), d);
    this.records =
        new NewtonRecords(
            history, validation, options.validationTol(), plan.ridge() > 0.0 ? null : proof);
    this.isHinge = loss instanceof SoftHinge;
    this.reference = plan.nullObjective();
  }

  /**
   * Runs until one of the reasons to stop.
   *
   * @param start where to begin if that is better than the problem's own start; null for there
   */
  StopReason run(NewtonPlan.@Nullable Start start) {
    begin(start);
    if (!walk.current().isFinite()) {
      cause = "The objective is " + walk.current().objective() + " before the first step.";
      return StopReason.DIVERGED;
    }
    StopReason reason = null;
    while (reason == null) {
      reason = turn();
    }
    if (reason == StopReason.CONVERGED && validation != null && !isWithin(certificate())) {
      reason = StopReason.EARLY_STOPPED;
    }
    if (reason != StopReason.CONVERGED) {
      Certificate worth = certificate().times(problem.reportUnit());
      cause = String.format(Locale.ROOT, "After %.1f passes: %s", rows.passes(), worth.sentence());
    }
    return reason;
  }

  /** One step, or one Hessian, or the next width; null to go on. */
  private @Nullable StopReason turn() {
    if (!keeper.isMade() && !remake(plan.firstShare(), false)) {
      judge(null);
      return StopReason.MAX_ITER;
    }
    NewtonMetric metric = keeper.metric();
    NewtonModel.Step step = metric.model().step(walk.current(), 1e-3 * enough());
    judge(step);
    StopReason reason = outside();
    if (reason != null) {
      return reason;
    }
    if (isWithin(certificate)) {
      return seesMore(step) ? null : arrive(step);
    }
    if (isHinge && narrows(step)) {
      return narrow();
    }
    boolean gains = step.promise() > ROUNDING * scale();
    if (metric.isFresh() && metric.share() >= 1.0) {
      if (metric.isMajorised() && !gains) {
        return isHinge ? narrow() : StopReason.STALLED;
      }
      if (!metric.isMajorised() && !(gains && step.isResolved())) {
        return remake(1.0, true) ? null : StopReason.MAX_ITER;
      }
    }
    double share = keeper.shareOfNew(step, certificate.bound(), scale());
    if (share > 0.0) {
      return remake(share, false) ? null : StopReason.MAX_ITER;
    }
    if (!rows.affords(1.0)) {
      return StopReason.MAX_ITER;
    }
    Iterate before = metric.isFresh() ? null : walk.previous();
    if (walk.advance(momentum.trial(metric.model(), step, walk.current(), before))) {
      stepped(step.promise());
      return null;
    }
    if (++stalls >= MOST_STALLS) {
      return StopReason.STALLED;
    }
    return remake(keeper.grown(), stalls > 1) ? null : StopReason.MAX_ITER;
  }

  /** Whether an estimate is made again, at a point further on. */
  private boolean seesMore(NewtonModel.Step step) {
    double[] before = walk.current().theta();
    boolean isFar = !certificate.isProven() && saturation.leadsFar(step, enough());
    if (walk.current().theta() != before) {
      recorded(step.promise());
    }
    if (!isFar) {
      history.judged(certificate);
    } else if (!remake(1.0, false)) {
      keeper.forget();
    }
    return isFar;
  }

  private @Nullable StopReason arrive(NewtonModel.Step step) {
    if (polishes(step)) {
      return null;
    }
    boolean supposed = isHinge && terms.isPenalised() && !certificate.isProven();
    if (supposed && plan.leastWidth() == 0.0) {
      proof.observeBracket(walk.current(), 1 - walk.slot(), rows, keeper.metric().model());
      records.add(walk, rows.passes(), steps);
      judge(step);
      if (!(certificate.isProven() && isWithin(certificate))) {
        return StopReason.STALLED;
      }
    }
    return StopReason.CONVERGED;
  }

  private @Nullable StopReason narrow() {
    double[] narrower = walk.current().theta().clone();
    int last = narrower.length - 1;
    narrower[last] += Math.log(NARROWER);
    double width = Math.exp(narrower[last]);
    if (width < plan.leastWidth()) {
      return StopReason.CONVERGED;
    }
    if (width < NARROWEST || !rows.affords(1.0)) {
      return width < NARROWEST ? StopReason.STALLED : StopReason.MAX_ITER;
    }
    walk.jump(narrower, false);
    stalls = 0;
    keeper.forget();
    records.add(walk, rows.passes(), steps);
    return null;
  }

  private void begin(NewtonPlan.@Nullable Start start) {
    double[] initial = problem.initial();
    boolean warm = NewtonPlan.hasCoefficients(problem);
    boolean other = start != null && start.theta() != initial;
    if (start != null && other && !warm && !Double.isNaN(reference)) {
      records.start(initial, reference);
      walk.jump(start.theta(), false);
      if (!(walk.current().objective() < reference)) {
        Iterate found = walk.current();
        walk.jump(initial, true);
        walk.look(found);
      }
    } else {
      walk.jump(initial, false);
      rows.beginCounting();
      records.start(initial, walk.current().objective());
      if (warm) {
        seekScale();
      }
      reference = Double.isNaN(reference) ? walk.current().objective() : reference;
      if (start != null && other && rows.affords(1.0)) {
        walk.look(start.theta());
      }
    }
    if (start == null && loss instanceof ConcomitantHuber && walk.current().isFinite()) {
      walk.rescale(1e-3 * walk.current().objective());
    }
    double[] hessian = start == null ? null : start.hessian();
    if (start != null && hessian != null && walk.current().theta() == start.theta()) {
      keeper.use(walk.current(), hessian.clone(), start.share(), false);
    }
    if (walk.current().theta() != initial) {
      records.add(walk, rows.passes(), steps);
    }
  }

  /** The best point on the line through null model and start, whichever side it is on. */
  private void seekScale() {
    if (rows.affords(1.0)) {
      Iterate given = walk.current();
      walk.jump(plan.nullModel(), true);
      reference = Double.isNaN(reference) ? walk.current().objective() : reference;
      walk.look(given);
    }
  }

  private boolean remake(double share, boolean majorised) {
    return keeper.remake(walk.current(), walk.slot(), share, majorised);
  }

  /** After a move: a metric that pointed ten times too far is made anew. */
  private void stepped(double promise) {
    boolean full = keeper.metric().share() >= 1.0;
    recorded(promise);
    if (walk.length() >= FAR) {
      misled = 0;
    } else if (!remake(keeper.grown(), ++misled > 1 || full)) {
      keeper.forget();
    }
  }

  private void recorded(double promise) {
    stalls = 0;
    steps++;
    saturation.moved();
    keeper.stepped(promise, certificate.bound(), walk.current().sums().marginChange());
    records.step(walk, rows, steps);
  }

  /** One more step: of length 1 for L1's exact zeros; from a minimum by sums for more digits. */
  private boolean polishes(NewtonModel.Step step) {
    boolean inexact = terms.isProximal() && walk.length() != 1.0;
    boolean bySums = loss instanceof Squared && !Double.isNaN(plan.nullObjective());
    boolean refines = bySums && steps == 0 && step.promise() > 0.0;
    if (!(inexact || refines) || !rows.affords(1.0)) {
      return false;
    }
    if (!walk.allows(step.target(), SAME)) {
      return false;
    }
    stepped(step.promise());
    if (validation == null) {
      history.preferLast(walk.current().theta());
    }
    return true;
  }

  /** Whether the twin is solved well enough for its width. */
  private boolean narrows(NewtonModel.Step step) {
    double byWidth = walk.current().gradient()[walk.current().theta().length - 1];
    double width = Math.exp(walk.current().theta()[walk.current().theta().length - 1]);
    boolean known = terms.isPenalised() && certificate.bound() < walk.current().objective();
    boolean settled =
        known || (keeper.metric().isFresh() && walk.current().sums().marginChange() <= width);
    double excess = known ? certificate.bound() - byWidth : step.promise();
    return (settled && excess <= 0.5 * byWidth) || stalls > 2;
  }

  private void judge(NewtonModel.@Nullable Step step) {
    if (plan.ridge() > 0.0) {
      double bound = step == null ? Double.POSITIVE_INFINITY : Math.max(0.0, step.promise());
      bound += isHinge ? walk.current().gradient()[walk.current().theta().length - 1] : 0.0;
      certificate =
          new Certificate(bound, false, Certificate.Kind.NEWTON_DECREMENT, -1, Double.NaN);
    } else {
      certificate = proof.at(walk.current(), keeper.orNull(), step, enough());
    }
    history.judged(certificate);
  }

  private double scale() {
    double objective = Math.abs(walk.current().objective());
    if (loss instanceof ConcomitantHuber) {
      objective =
          Math.min(objective, Math.exp(walk.current().theta()[walk.current().theta().length - 1]));
    }
    return !Double.isNaN(reference)
        ? Math.max(objective, Certificate.FLOOR * Math.abs(reference))
        : objective;
  }

  private double enough() {
    return options.tol() * scale();
  }

  private boolean isWithin(Certificate found) {
    return options.tol() > 0.0 && found.bound() <= enough();
  }

  private @Nullable StopReason outside() {
    return StopRule.outside(options, history, steps, isWithin(certificate));
  }

  /** The last point, which is not always the best one: see {@link History#bestWeights}. */
  double[] theta() {
    return walk.current().theta();
  }

  double objective() {
    return walk.current().objective();
  }

  /** What the history's best weights are worth, in the loop's units. */
  Certificate certificate() {
    return plan.ridge() > 0.0 ? certificate : history.worthOfBest(proof::of);
  }

  double passes() {
    return rows.passes();
  }

  /** What went wrong, or how far from the optimum the end may be; empty where it converged. */
  String cause() {
    return cause;
  }

  /** The last point as a start, with the Hessian there. */
  NewtonPlan.Start asStart(double share) {
    double[] hessian = rows.hessian(walk.current(), walk.slot(), 1, false);
    return new NewtonPlan.Start(walk.current().theta(), hessian, share);
  }
}
