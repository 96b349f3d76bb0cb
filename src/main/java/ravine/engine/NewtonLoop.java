package ravine.engine;

import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.curvature.Iterate;
import ravine.curvature.IterateCertificate;
import ravine.curvature.MarginSearch;
import ravine.curvature.NewtonMetric;
import ravine.curvature.NewtonModel;
import ravine.curvature.PenaltyTerms;
import ravine.curvature.ScaleSearch;
import ravine.curvature.SecantMomentum;
import ravine.exchange.WholeBatch;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Loss;
import ravine.loss.SoftHinge;
import ravine.loss.Squared;
import ravine.objective.Problem;

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
 * <p>The run ends with {@link StopReason#CONVERGED} only if the {@link #certificate} is within tol
 * of the objective (or of σ for the concomitant Huber loss, whose objective outliers inflate).
 */
final class NewtonLoop {
  /** Factor from one share of the rows to the next. */
  private static final double GROW = 4.0;

  /** A share beyond this is all rows: paying 0.7 and then 1 is dearer than 1. */
  private static final double MOST_SHARE = 0.25;

  /** Under the diagonal of a share's Hessian, in units of the mean curvature. */
  private static final double FLOOR = 0.1;

  /** Of what the best length gains, what a trial has to gain to be kept. */
  private static final double TAKE = 0.7;

  private static final double TAKE_OF_HINGE = 0.5;

  /** A best length below this says that the metric was misled. */
  private static final double FAR = 0.1;

  private static final int MOST_STALLS = 4;

  /** What a promise cannot be told from in doubles, in units of the objective. */
  private static final double ROUNDING = 1e-16;

  /** Of what a step gained, what a better σ must gain to be worth another read. */
  private static final double WORTH = 0.3;

  /** A rise that the exact zeros of a last step may cost. */
  private static final double SAME = 1e-9;

  private static final int MOST_SECANTS = 4;

  /** A sum of slopes that is 0 to rounding. */
  private static final double BALANCED = 0x1p-51;

  private static final double NARROWER = 0.2;
  private static final double NARROWEST = 1e-11;

  /**
   * Under this ratio of slopes at both ends of a step a parabola's best length gains 9 % more at
   * most; a loss that falls exponentially, as on separable classes, is above it and sought on.
   */
  private static final double LEVEL = 0.3;

  private final Loss loss;
  private final Problem problem;
  private final NewtonPlan plan;
  private final TrainerOptions options;
  private final History history;
  private final @Nullable ToDoubleFunction<double[]> validation;
  private final PenaltyTerms terms;
  private final CountedRows rows;
  private final MarginSearch search;
  private final SecantMomentum momentum;
  private final IterateCertificate proof;
  private final boolean isHinge;

  private Iterate current;
  private @Nullable Iterate previous;
  private int slot;
  private double reference;
  private @Nullable NewtonMetric metric;
  private Certificate certificate = Certificate.none();
  private double length = 1.0;
  private double lastPromise = Double.NaN;
  private double lastBound = Double.POSITIVE_INFINITY;
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
   * @param validation mean loss of the validation rows; null where there are none
   */
  NewtonLoop(
      WholeBatch rows,
      Problem problem,
      NewtonPlan plan,
      History history,
      @Nullable ToDoubleFunction<double[]> validation) {
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
    this.search = new MarginSearch(rows, terms);
    this.momentum = new SecantMomentum(terms, plan.momentum());
    this.proof = new IterateCertificate(loss, problem.penalty(), d);
    this.isHinge = loss instanceof SoftHinge;
    this.reference = plan.nullObjective();
    this.current =
        new Iterate(
            problem.initial(),
            new double[d],
            Double.POSITIVE_INFINITY,
            new WholeBatch.Sums(Double.POSITIVE_INFINITY, 0.0, 0.0, 0.0, 0.0, 0.0));
  }

  /**
   * Runs until one of the reasons to stop.
   *
   * @param start where to begin if that is better than the problem's own start; null for there
   */
  StopReason run(NewtonPlan.@Nullable Start start) {
    begin(start);
    if (!current.isFinite()) {
      cause = "The objective is " + current.objective() + " before the first step.";
      return StopReason.DIVERGED;
    }
    for (; ; ) {
      if (metric == null && !remake(1.0, false)) {
        judge(null);
        return end(StopReason.MAX_ITER);
      }
      NewtonModel.Step step = metric().model().step(current, 1e-3 * enough());
      judge(step);
      StopReason reason = outside();
      if (reason != null) {
        return end(reason);
      }
      if (isWithin()) {
        if (polishes(step)) {
          continue;
        }
        if (isHinge && !certificate.isProven()) {
          proveByIntercept(step);
        }
        return end(StopReason.CONVERGED);
      }
      if (isHinge && narrows(step)) {
        double[] narrower = current.theta().clone();
        int last = narrower.length - 1;
        narrower[last] += Math.log(NARROWER);
        if (Math.exp(current.theta()[last]) * NARROWER < plan.leastWidth()) {
          return end(StopReason.CONVERGED);
        }
        if (!rows.affords(1.0) || Math.exp(narrower[last]) < NARROWEST) {
          return end(rows.affords(1.0) ? StopReason.STALLED : StopReason.MAX_ITER);
        }
        current = rows.read(narrower, slot);
        forget();
        record(0.0);
        continue;
      }
      boolean nothing = step.promise() <= ROUNDING * scale() || !step.isResolved();
      if (nothing && metric().isFresh() && metric().share() >= 1.0) {
        if (metric().isMajorised()) {
          if (!(step.promise() > ROUNDING * scale())) {
            return end(StopReason.STALLED);
          }
        } else {
          if (!remake(1.0, true)) {
            return end(StopReason.MAX_ITER);
          }
          continue;
        }
      }
      double share = shareOfNew(step);
      if (share > 0.0) {
        if (!remake(share, false)) {
          return end(StopReason.MAX_ITER);
        }
        continue;
      }
      if (!rows.affords(1.0)) {
        return end(StopReason.MAX_ITER);
      }
      lastBound = certificate.bound();
      if (!advance(momentum.trial(metric().model(), step, current, previous), step.promise())) {
        if (++stalls >= MOST_STALLS) {
          return end(StopReason.STALLED);
        }
        if (!remake(grown(), stalls > 1)) {
          return end(StopReason.MAX_ITER);
        }
      }
    }
  }

  // Where to begin.

  private void begin(NewtonPlan.@Nullable Start start) {
    double[] initial = problem.initial();
    boolean warm = hasCoefficients(initial);
    if (!warm && start != null && start.theta() != initial && !Double.isNaN(reference)) {
      recordStart(initial, reference);
      current = rows.read(start.theta(), slot);
      if (!(current.objective() < reference)) {
        Iterate found = current;
        int there = slot;
        slot = 1 - slot;
        current = rows.read(initial, slot);
        takeBetter(found, there);
      }
    } else {
      current = rows.read(initial, slot);
      if (warm) {
        recordStart(initial, current.objective());
        scaleStart();
      } else {
        reference = !Double.isNaN(reference) ? reference : current.objective();
      }
      if (start != null && start.theta() != initial && rows.affords(1.0)) {
        record(0.0);
        takeBetter(rows.read(start.theta(), 1 - slot), 1 - slot);
      }
    }
    if (start == null && loss instanceof ConcomitantHuber && current.isFinite()) {
      rescale(1e-3 * current.objective());
    }
    if (start != null && start.hessian() != null && current.theta() == start.theta()) {
      use(start.hessian().clone(), start.share(), false);
    }
    record(0.0);
  }

  /** The best point on the line through the null model and the start, whichever side it is on. */
  private void scaleStart() {
    Iterate given = current;
    if (!rows.affords(1.0)) {
      return;
    }
    int there = slot;
    slot = 1 - slot;
    current = rows.read(plan.nullModel(), slot);
    reference = !Double.isNaN(reference) ? reference : current.objective();
    takeBetter(given, there);
  }

  /** From the current point to the best on the line to one that is read already. */
  private void takeBetter(Iterate other, int otherSlot) {
    MarginSearch.Length best = search.run(current.theta(), other.theta(), slot, 1.0);
    if (best.length() == 0.0) {
      best = search.run(current.theta(), other.theta(), slot, -1.0);
    }
    double gained = current.objective() - other.objective();
    if (gained > 0.0 && gained >= TAKE * (current.objective() - best.objective())) {
      current = other;
      slot = otherSlot;
    } else if (best.length() != 0.0 && rows.affords(1.0)) {
      Iterate there = rows.read(between(current.theta(), other.theta(), best.length()), otherSlot);
      if (there.objective() < current.objective()) {
        current = there;
        slot = otherSlot;
      }
    }
  }

  private boolean hasCoefficients(double[] theta) {
    int coefficients = problem.coordinates().features() * problem.coordinates().outputs();
    for (int j = 0; j < coefficients; j++) {
      if (theta[j] != 0.0) {
        return true;
      }
    }
    return false;
  }

  // The metric.

  private NewtonMetric metric() {
    NewtonMetric made = metric;
    if (made == null) {
      throw new IllegalStateException("There is no metric yet.");
    }
    return made;
  }

  private double grown() {
    double share = metric == null ? 1.0 : GROW * metric().share();
    return share > MOST_SHARE ? 1.0 : share;
  }

  /** False where the passes do not suffice. */
  private boolean remake(double share, boolean majorised) {
    int batches = share >= 1.0 ? 1 : (int) Math.max(1L, Math.round(1.0 / share));
    double[] hessian = null;
    while (hessian == null) {
      if (!rows.affords(1.0 / batches)) {
        return false;
      }
      hessian = rows.hessian(current, slot, batches, majorised);
      if (hessian == null && batches == 1) {
        hessian = new double[current.theta().length * current.theta().length];
      }
      batches = hessian == null ? 1 : batches;
    }
    use(hessian, 1.0 / batches, majorised);
    return true;
  }

  private void use(double[] hessian, double share, boolean majorised) {
    int d = current.theta().length;
    if (share < 1.0) {
      NewtonMetric.raise(
          hessian, d - loss.extraParameters(), FLOOR * current.sums().meanCurvature());
    }
    NewtonModel model = new NewtonModel(loss, hessian, current, terms);
    forget();
    metric = new NewtonMetric(model, share, majorised, loss, current);
  }

  private void forget() {
    metric = null;
    previous = null;
    lastPromise = Double.NaN;
  }

  /** The share of the rows that a new Hessian is to be made of; 0 to keep the one there is. */
  private double shareOfNew(NewtonModel.Step step) {
    NewtonMetric old = metric();
    boolean exact = loss instanceof Squared && old.share() >= 1.0;
    if (old.isFresh() || exact) {
      return 0.0;
    }
    if (isHinge) {
      return 1.0;
    }
    if (old.isMajorised()) {
      return old.share();
    }
    double need = 0.1 * Math.max(options.tol(), ROUNDING) * scale();
    double ratio = step.promise() / lastPromise;
    double share = grown();
    double bound = certificate.bound();
    boolean sure = bound < lastBound && bound * (bound / lastBound) <= enough();
    boolean near =
        old.share() < 1.0 && step.promise() <= Math.sqrt(options.tol()) * scale() && !sure;
    share = near ? 1.0 : share;
    double left =
        ratio > 0.0 && ratio < 1.0
            ? Math.log(Math.max(1.0, step.promise() / need)) / -Math.log(ratio)
            : Double.POSITIVE_INFINITY;
    boolean slow = left > 1.0 + share * plan.hessianWork();
    return near || slow || step.promise() <= need ? share : 0.0;
  }

  // One step.

  /** Tries a point, or the best on the line through it; whether the objective fell. */
  private boolean advance(double[] trial, double promise) {
    int other = 1 - slot;
    Iterate there = rows.read(trial, other);
    length = 1.0;
    if (there.isFinite() && isGood(there)) {
      take(there, other, promise);
      return true;
    }
    MarginSearch.Length best = search.run(current.theta(), trial, slot, 1.0);
    double gained = current.objective() - there.objective();
    double enough = (isHinge ? TAKE_OF_HINGE : TAKE) * (current.objective() - best.objective());
    boolean falls = there.isFinite() && falls(there);
    if (falls && (gained >= enough || !rows.affords(1.0))) {
      take(there, other, promise);
    } else if (best.length() > 0.0 && best.objective() < current.objective()) {
      if (!rows.affords(1.0)) {
        return false;
      }
      Iterate found = rows.read(between(current.theta(), trial, best.length()), other);
      if (!(found.isFinite() && falls(found))) {
        return false;
      }
      length = best.length();
      take(found, other, promise);
    } else {
      return false;
    }
    if (length < FAR) {
      boolean full = metric().share() >= 1.0;
      misled++;
      if (!remake(grown(), full || misled > 1)) {
        forget();
      }
      return true;
    }
    misled = 0;
    return true;
  }

  /** Lower; or as low to rounding, with smaller derivatives. */
  private boolean falls(Iterate there) {
    if (there.objective() < current.objective()) {
      return true;
    }
    double slack = 4.0 * Math.ulp(current.objective());
    return there.objective() <= current.objective() + slack
        && terms.violation(there) < 0.5 * terms.violation(current);
  }

  /** Whether the slopes at both ends say, by a parabola, that no length gains much more. */
  private boolean isGood(Iterate there) {
    if (!falls(there)) {
      return false;
    }
    double before = search.slope(current, current.theta(), there.theta(), 0.0);
    double after = search.slope(there, current.theta(), there.theta(), 1.0);
    return before < 0.0 && Math.abs(after) <= -LEVEL * before;
  }

  private void take(Iterate there, int otherSlot, double promise) {
    double moved = 0.0;
    for (int j = 0; j < there.theta().length; j++) {
      double change = there.theta()[j] - current.theta()[j];
      moved += change * change;
    }
    previous = current;
    current = there;
    slot = otherSlot;
    lastPromise = promise;
    stalls = 0;
    metric().moved(there.sums().marginChange(), loss.outputs());
    steps++;
    if (loss instanceof ConcomitantHuber) {
      rescale(WORTH * (previous.objective() - current.objective()));
    }
    record(Math.sqrt(moved));
  }

  /** To the best σ for these margins, where that gains something worth a read. */
  private void rescale(double worth) {
    ScaleSearch.Scale best = ScaleSearch.run(rows.rows(), current.theta(), slot);
    if (current.meanLoss() - best.meanLoss() > worth && rows.affords(1.0)) {
      double[] rescaled = current.theta().clone();
      rescaled[rescaled.length - 1] = best.logScale();
      Iterate there = rows.read(rescaled, slot);
      current = there.objective() < current.objective() ? there : current;
    }
  }

  private static double[] between(double[] from, double[] to, double t) {
    double[] point = new double[from.length];
    for (int j = 0; j < from.length; j++) {
      point[j] = from[j] + t * (to[j] - from[j]);
    }
    return point;
  }

  /** With an L1 part the last step has length 1, so that its zeros are exact. */
  private boolean polishes(NewtonModel.Step step) {
    if (!terms.isProximal() || length == 1.0 || !rows.affords(1.0)) {
      return false;
    }
    int other = 1 - slot;
    Iterate there = rows.read(step.target(), other);
    length = 1.0;
    if (there.objective() <= current.objective() * (1.0 + SAME)) {
      take(there, other, step.promise());
      if (validation == null) {
        history.preferLast(there.theta());
      }
      return true;
    }
    return false;
  }

  /**
   * The hinge's dual is feasible only where the slopes sum to 0 over the classes: to rounding, by
   * secant steps of the intercept, a pass each. What was estimated is proven then.
   */
  private void proveByIntercept(NewtonModel.Step step) {
    int at = problem.coordinates().features();
    if (!problem.coordinates().hasIntercept() || !terms.isPenalised()) {
      return;
    }
    double curvature = metric().model().curvature(at);
    for (int i = 0; i < MOST_SECANTS && rows.affords(1.0) && curvature > 0.0; i++) {
      double slope = current.gradient()[at];
      if (Math.abs(slope) <= BALANCED) {
        break;
      }
      double[] moved = current.theta().clone();
      moved[at] -= slope / curvature;
      Iterate there = rows.read(moved, 1 - slot);
      double change = there.gradient()[at];
      if (!(Math.abs(change) < Math.abs(slope)
          && there.objective() <= current.objective() * (1.0 + SAME))) {
        break;
      }
      curvature = (slope - change) * curvature / slope;
      current = there;
      slot = 1 - slot;
      record(0.0);
    }
    judge(step);
  }

  /** Whether the twin is solved well enough for its width. */
  private boolean narrows(NewtonModel.Step step) {
    double byWidth = current.gradient()[current.theta().length - 1];
    double width = Math.exp(current.theta()[current.theta().length - 1]);
    boolean known = terms.isPenalised() && certificate.bound() < current.objective();
    boolean settled = known || (metric().isFresh() && current.sums().marginChange() <= width);
    double excess = known ? certificate.bound() - byWidth : step.promise();
    return (settled && excess <= 0.5 * byWidth) || stalls > 2;
  }

  // When to stop.

  private void judge(NewtonModel.@Nullable Step step) {
    if (plan.ridge() > 0.0) {
      double bound = step == null ? Double.POSITIVE_INFINITY : Math.max(0.0, step.promise());
      bound += isHinge ? current.gradient()[current.theta().length - 1] : 0.0;
      certificate =
          new Certificate(bound, false, Certificate.Kind.NEWTON_DECREMENT, -1, Double.NaN);
    } else {
      certificate = proof.at(current, metric, step, enough());
    }
  }

  private double scale() {
    double objective = Math.abs(current.objective());
    if (loss instanceof ConcomitantHuber) {
      objective = Math.min(objective, Math.exp(current.theta()[current.theta().length - 1]));
    }
    return !Double.isNaN(reference)
        ? Math.max(objective, Certificate.FLOOR * Math.abs(reference))
        : objective;
  }

  private double enough() {
    return options.tol() * scale();
  }

  private boolean isWithin() {
    return options.tol() > 0.0 && certificate.bound() <= enough();
  }

  private @Nullable StopReason outside() {
    if (history.stopAsked()) {
      return StopReason.STOPPED_BY_LISTENER;
    }
    int pass = (int) Math.ceil(rows.passes());
    if (validation != null && pass - history.lastImprovement() > options.patience()) {
      return StopReason.EARLY_STOPPED;
    }
    return steps >= options.maxSteps() && !isWithin() ? StopReason.MAX_ITER : null;
  }

  private StopReason end(StopReason reason) {
    if (reason == StopReason.STALLED || reason == StopReason.MAX_ITER) {
      cause =
          String.format(
              Locale.ROOT,
              "After %.1f passes: %s",
              rows.passes(),
              certificate.times(problem.reportUnit()).sentence());
    }
    return reason;
  }

  // Records.

  private void recordStart(double[] theta, double objective) {
    double loss = validation == null ? Double.NaN : validation.applyAsDouble(theta);
    double unit = history.reportUnit();
    history.pass(
        new PassRecord(0, 0, objective * unit, loss * unit, 0.0, 0.0, 0.0, history.seconds()),
        theta,
        objective,
        loss,
        options.validationTol());
  }

  private void record(double velocity) {
    double unit = history.reportUnit();
    double held = validation == null ? Double.NaN : validation.applyAsDouble(current.theta());
    history.pass(
        new PassRecord(
            (int) Math.ceil(rows.passes() - 1e-9),
            steps,
            current.objective() * unit,
            held * unit,
            length,
            current.gradientNorm(),
            velocity,
            history.seconds()),
        current.theta(),
        current.objective(),
        held,
        options.validationTol());
  }

  // What came out.

  /** The last point: the one the certificate is about. */
  double[] theta() {
    return current.theta();
  }

  /** Its objective, in the loop's units. */
  double objective() {
    return current.objective();
  }

  /** What that objective is worth, in the loop's units. */
  Certificate certificate() {
    return certificate;
  }

  /** Reads of all rows, shares of Hessians included. */
  double passes() {
    return rows.passes();
  }

  /** What went wrong, or how far from the optimum the end may be; empty where it converged. */
  String cause() {
    return cause;
  }

  /** The last point as a start, with the Hessian there. */
  NewtonPlan.Start asStart(double share) {
    double[] hessian = rows.hessian(current, slot, 1, false);
    return new NewtonPlan.Start(current.theta(), hessian, share);
  }
}
