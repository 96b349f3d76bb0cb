package ravine.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.exchange.KeptGradients;
import ravine.loss.SoftHinge;
import ravine.newton.AskedProof;
import ravine.newton.CountedRows;
import ravine.newton.InterceptSearch;
import ravine.newton.Iterate;
import ravine.newton.IterateCertificate;
import ravine.newton.PenaltyTerms;
import ravine.objective.Problem;
import ravine.penalty.Penalty;
import ravine.step.Metric;
import ravine.step.Motion;
import ravine.step.MotionMeter;
import ravine.step.StepPlan;
import ravine.step.Stepper;
import ravine.validation.Held;

/**
 * The loop for full-batch gradients where the learning rate is ours to choose: one pass a step, no
 * pass that does not also give a gradient. Velocity is dropped when it points uphill (O'Donoghue
 * and Candès 2015, "Adaptive restart for accelerated gradient schemes", section 3.2); when the
 * objective rises, the loop goes back to the best point with the gradient it has of it, and if
 * there was no velocity to blame, halves the rate.
 *
 * <p>The objective of a pass is that of the point where its gradient was taken. Training has
 * converged only when the certificate of the best point is within tol of the objective: the duality
 * gap, for which the intercepts are put where the derivatives of the rows sum to 0, or where no
 * penalty acts what is {@linkplain AskedProof asked} of the rows once the step has become short.
 */
final class FullBatchLoop {
  /** Passes in a row that gain nothing; a rate halved so often is 0. */
  private static final int MOST_IDLE = 60;

  /** Steps after which a momentum schedule is taken to have reached its last value. */
  static final long LATE = 1_000_000L;

  /** A rise this small is rounding. */
  private static final double SLACK = 1e-14;

  /** A rise that the exact zeros of a last step, or exact intercepts, may cost. */
  private static final double SAME = 1e-9;

  /** Of what tol allows, an estimate of the gap at which the rows are asked for a proof. */
  private static final double ASKING = 0.1;

  private static final double NARROWER = 0.2;
  private static final double NARROWEST = 1e-11;

  private final Run run;
  private final double reference;
  private final Problem problem;
  private final Function<double[], Held> validation;
  private final KeptGradients all;
  private final CountedRows rows;
  private final IterateCertificate proof;
  private final AskedProof asked;
  private final Stepper stepper;
  private final MotionMeter meter;
  private final Penalty penalty;
  private final PenaltyTerms terms;
  private final @Nullable Metric metric;
  private final TrainerOptions options;
  private final History history;
  private final StopRule stop;
  private final boolean isHinge;

  private final double[] gradient;
  private final double[] point;
  private final double[] previous;
  private @Nullable Iterate best;
  private double @Nullable [] centred;
  private Certificate certificate = Certificate.none();
  private double estimateWhenAsked = Double.POSITIVE_INFINITY;
  private double computeBefore;
  private double exchangeBefore;
  private double rateFactor = 1.0;
  private int stepsSinceReset;
  private int idle;

  /**
   * A loop about to begin at {@code initial}.
   *
   * @param reference the objective of the null model, which an objective of nearly 0 is judged by
   */
  FullBatchLoop(Run run, StepPlan plan, double[] initial, double reference) {
    int d = initial.length;
    this.run = run;
    this.reference = reference;
    this.problem = run.problem();
    this.validation = SmoothTwin.validation(run);
    this.options = run.options();
    this.penalty = plan.penalty();
    this.terms = PenaltyTerms.of(penalty, d);
    this.all = new KeptGradients(run.engine(), problem);
    this.rows = new CountedRows(all, terms, options.maxPasses());
    this.proof = new IterateCertificate(problem.loss(), penalty, d);
    this.asked = new AskedProof(rows, terms, problem.loss(), proof);
    this.stepper = new Stepper(plan, initial);
    this.meter = new MotionMeter(stepper);
    this.metric = plan.metric();
    this.history = run.history();
    this.stop = run.stop();
    this.isHinge = problem.loss() instanceof SoftHinge;
    this.gradient = new double[d];
    this.point = new double[d];
    this.previous = new double[d];
  }

  StopRule.Outcome run() {
    StopReason reason = walk();
    if (reason != StopReason.EARLY_STOPPED) {
      finish(reason);
    }
    Certificate found = history.worthOfBest(proof::of);
    if (reason == StopReason.CONVERGED
        && run.validates()
        && best != null
        && found.bound() > enough(best)) {
      reason = StopReason.EARLY_STOPPED;
    }
    Certificate worth = found.times(problem.reportUnit());
    String cause =
        reason != StopReason.CONVERGED && stop.cause().isEmpty()
            ? String.format(Locale.ROOT, "After %.1f passes: %s", rows.passes(), worth.sentence())
            : stop.cause();
    return new StopRule.Outcome(reason, cause, stepper.plan().learningRate(), worth);
  }

  private StopReason walk() {
    while (true) {
      Iterate there = rows.read(stepper.gradientPoint().clone(), 0);
      Iterate old = best;
      boolean rejected = !there.isFinite() || (old != null && rises(there, old));
      if (old == null) {
        rows.beginCounting();
        if (rejected) {
          return stop.neverBegan(there.objective());
        }
      }
      idle = old == null || there.objective() < old.objective() - slack(old) ? 0 : idle + 1;
      if (idle > MOST_IDLE) {
        return StopReason.STALLED;
      }
      if (!rejected) {
        best = there;
      }
      Iterate from = rejected && old != null ? old : there;
      record(from);
      if (!rejected) {
        judge(there);
      }
      if (!rejected && isWithin(from) && arrives(from)) {
        return StopReason.CONVERGED;
      }
      StopReason reason = stop.outside((int) Math.ceil(rows.passes() - 1e-9), stepper.steps());
      if (reason != null) {
        return reason;
      }
      if (!rejected && isHinge && narrows(from)) {
        if (!narrow(from)) {
          return StopReason.STALLED;
        }
        continue;
      }
      if (rejected) {
        goBack(from);
      }
      double estimate = step(from);
      boolean calm = metric != null || stop.isCalm(from.objective());
      if (!rejected && calm && asks(estimate, from)) {
        estimateWhenAsked = estimate;
        certificate = asked.of(from, 0, null, enough(from));
        history.judged(certificate);
        if (isWithin(from)) {
          return StopReason.CONVERGED;
        }
      }
    }
  }

  private static boolean rises(Iterate there, Iterate old) {
    return !(there.objective() <= old.objective() + slack(old));
  }

  private static double slack(Iterate at) {
    return SLACK * Math.abs(at.objective());
  }

  private void judge(Iterate at) {
    certificate = proof.byGradient(at, enough(at));
    history.judged(certificate);
  }

  private double enough(Iterate at) {
    return options.tol() * proof.scale(at, reference);
  }

  private boolean isWithin(Iterate at) {
    return options.tol() > 0.0 && certificate.bound() <= enough(at);
  }

  private boolean asks(double estimate, Iterate at) {
    return options.tol() > 0.0
        && estimate <= ASKING * enough(at)
        && estimate <= 0.1 * estimateWhenAsked
        && asked.isAble(at.theta().length);
  }

  /** Whether the run may end here; not if exact intercepts, put in now, are yet to be judged. */
  private boolean arrives(Iterate at) {
    if (certificate.isProven() || !terms.isPenalised() || centred == at.theta()) {
      return true;
    }
    centred = at.theta();
    double[] moved =
        rows.affords(1.0)
            ? InterceptSearch.run(all, problem.coordinates(), penalty, at.theta(), 0)
            : null;
    if (moved == null) {
      return true;
    }
    Iterate there = rows.read(moved, 1);
    if (!there.isFinite() || there.objective() > at.objective() * (1.0 + SAME)) {
      return true;
    }
    Certificate found = proof.byGradient(there, enough(there));
    if (found.bound() > enough(there)) {
      return false;
    }
    accept(there, found);
    return true;
  }

  /** To the best point, without velocity; with a shorter step if there was hardly any. */
  private void goBack(Iterate to) {
    if (stepsSinceReset <= 1 || stepper.velocityNorm() == 0.0) {
      rateFactor *= 0.5;
      stepper.setRateFactor(rateFactor);
    }
    restart(to.theta());
  }

  private void restart(double[] theta) {
    stepper.restore(theta, stepper.plan().rule().newState(theta.length), stepper.steps());
    stepsSinceReset = 0;
  }

  /** Whether the hinge's twin is solved well enough for its width, which is no weight. */
  private boolean narrows(Iterate at) {
    double byWidth = at.gradient()[at.gradient().length - 1];
    return terms.isPenalised() && certificate.bound() - byWidth <= 0.5 * byWidth;
  }

  /**
   * The next width, at which the curvature and with it the rate are others; false if none is left.
   */
  private boolean narrow(Iterate at) {
    double[] narrower = at.theta().clone();
    int last = narrower.length - 1;
    narrower[last] += Math.log(NARROWER);
    rateFactor *= NARROWER;
    stepper.setRateFactor(rateFactor);
    restart(narrower);
    return Math.exp(narrower[last]) >= NARROWEST;
  }

  /** One step from {@link #point}; returns the estimate of the gap there. */
  private double step(Iterate from) {
    System.arraycopy(from.theta(), 0, point, 0, point.length);
    System.arraycopy(from.gradient(), 0, gradient, 0, point.length);
    if (isHinge) {
      gradient[gradient.length - 1] = 0.0;
    }
    System.arraycopy(stepper.weights(), 0, previous, 0, previous.length);
    long start = System.nanoTime();
    meter.begin(gradient);
    stepper.step(gradient);
    Motion motion = meter.end();
    double[] weights = stepper.weights();
    double eta = stepper.learningRate();
    double[] taken = difference(point, weights);
    double gap =
        metric == null && stepper.plan().rule().remembers()
            ? 0.5 * squaredNorm(plainStep(eta)) / eta
            : 0.5 * squaredNorm(taken) / (metric == null ? eta : eta * eta);
    stepsSinceReset++;
    if (inner(taken, difference(weights, previous)) > 0.0) {
      stepper.restart();
      stepsSinceReset = 0;
    }
    history.step(
        new StepRecord(
            stepper.steps(),
            rows.passes() + 1.0,
            from.objective(),
            eta,
            stepper.gradientNorm(),
            stepper.velocityNorm(),
            all.computeSeconds() - computeBefore,
            all.exchangeSeconds() - exchangeBefore,
            (System.nanoTime() - start) / 1e9,
            motion,
            0L),
        stepper::weights);
    computeBefore = all.computeSeconds();
    exchangeBefore = all.exchangeSeconds();
    return gap;
  }

  /**
   * The plain proximal gradient step, after the rule's own: what velocity makes of it says nothing
   * about the gap. The stepper has added the penalty's smooth part to {@link #gradient} by then.
   */
  private double[] plainStep(double eta) {
    double[] target = new double[point.length];
    double[] rates = new double[point.length];
    Arrays.fill(rates, eta);
    for (int j = 0; j < target.length; j++) {
      target[j] = point[j] - eta * gradient[j];
    }
    penalty.proximal(target, rates);
    return difference(point, target);
  }

  private double squaredNorm(double[] vector) {
    if (metric != null) {
      return metric.squaredNorm(vector);
    }
    double sum = 0.0;
    for (double value : vector) {
      sum += value * value;
    }
    return sum;
  }

  /** By polarisation: (‖a + b‖² − ‖a − b‖²) / 4. */
  private double inner(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int j = 0; j < a.length; j++) {
      sum[j] = a[j] + b[j];
    }
    return 0.25 * (squaredNorm(sum) - squaredNorm(difference(a, b)));
  }

  private static double[] difference(double[] a, double[] b) {
    double[] result = new double[a.length];
    for (int j = 0; j < a.length; j++) {
      result[j] = a[j] - b[j];
    }
    return result;
  }

  private void record(Iterate at) {
    Held held = run.validates() ? validation.apply(at.theta()) : Held.NOTHING;
    history.pass(
        (int) Math.ceil(rows.passes() - 1e-9),
        stepper,
        at.theta(),
        at.objective(),
        held,
        options.validationTol());
  }

  /**
   * The weights to return where the penalty has an L1 part: after the last proximal step, whose
   * zeros are exact, if they are as good as the best point.
   */
  private void finish(StopReason reason) {
    Iterate at = best;
    if (at == null || !penalty.isProximal() || stepper.steps() == 0) {
      return;
    }
    double[] weights = stepper.weights().clone();
    Iterate last = rows.read(weights, 1);
    Certificate found = proof.byGradient(last, enough(last));
    boolean same = found.bound() <= enough(last) && found.isProven() == certificate.isProven();
    if (last.objective() <= at.objective() * (1.0 + SAME)
        && (reason != StopReason.CONVERGED || same)) {
      accept(last, found);
      if (!run.validates()) {
        history.preferLast(weights);
      }
    }
  }

  private void accept(Iterate there, Certificate found) {
    best = there;
    certificate = found;
    record(there);
    history.judged(found);
  }
}
