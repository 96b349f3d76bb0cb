package ravine.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.batches.Intercept;
import ravine.batches.MiniBatchStep;
import ravine.batches.TailAverage;
import ravine.curvature.Certificate;
import ravine.curvature.Certifier;
import ravine.curvature.Curvature;
import ravine.exchange.Gradients;
import ravine.objective.Problem;
import ravine.penalty.Penalty;
import ravine.rule.RuleState;
import ravine.step.Stepper;

/**
 * The mini-batch loop: ask for a gradient, step, and after every pass measure, record and decide
 * whether to go on.
 */
final class MiniBatchLoop {
  /** Passes, or cycles of them, without change before the gradient is looked at. */
  private static final int CALM = 2;

  private final Gradients gradients;
  private final MiniBatchStep step;
  private final Stepper stepper;
  private final Penalty penalty;
  private final TrainerOptions options;
  private final History history;
  private final MiniBatchPlan plan;
  private final Problem problem;
  private final Certifier certifier;
  private double @Nullable [] certified;
  private final boolean adapt;
  private final StopRule stop;
  private final boolean validates;
  private final double curvature;
  private final @Nullable TailAverage tail;
  private Cycle cycle;
  private double first;

  /** A loop about to begin. */
  MiniBatchLoop(Run run, MiniBatchPlan plan) {
    this.plan = plan;
    this.problem = run.problem();
    this.gradients = run.gradients();
    this.step = plan.step();
    this.stepper = step.stepper();
    this.penalty = step.penalty();
    this.options = run.options();
    this.history = run.history();
    this.stop = run.stop();
    this.adapt = plan.isAnnealed();
    this.validates = run.validates();
    this.curvature = plan.curvature();
    this.certifier = new Certifier(problem.loss(), penalty);
    this.cycle =
        Cycle.first(
            plan.startsAnew() ? 1.0 : 0.5,
            options.noiseReduction() != NoiseReduction.SVRG,
            options.maxPasses());
    this.tail =
        options.noiseReduction() == NoiseReduction.AVERAGE
            ? new TailAverage(stepper.weights().length)
            : null;
  }

  StopReason run() {
    double objective = measure(0);
    if (!Double.isFinite(objective)) {
      return stop.neverBegan(objective);
    }
    first = Double.isNaN(plan.firstObjective()) ? objective : plan.firstObjective();
    stop.judgeBy(first);
    double cycleStart = objective;
    int calm = 0;
    for (int pass = 1; ; pass++) {
      if (history.stopAsked()) {
        return StopReason.STOPPED_BY_LISTENER;
      }
      StopReason usedUp = stop.usedUp(pass - 1, stepper.steps());
      if (usedUp != null) {
        return usedUp;
      }
      double before = objective;
      double[] startWeights = stepper.weights().clone();
      RuleState startState = stepper.state().copy();
      long startSteps = stepper.steps();
      boolean finite = walk(pass);
      objective = finite ? measure(pass) : Double.NaN;
      if (stop.isBlownUp(objective)) {
        if (finite) {
          stop.rose(objective, pass);
        }
        if (!adapt || cycle.peak() < 1e-9) {
          return StopReason.DIVERGED;
        }
        stepper.restore(startWeights, startState, startSteps);
        stepper.restart();
        step.beginAgain(startWeights);
        cycle = cycle.again(pass);
        objective = before;
        continue;
      }
      StopReason watched = stop.watched(pass);
      if (watched != null && (watched != StopReason.EARLY_STOPPED || isWholeCycleInVain(pass))) {
        return watched;
      }
      if (adapt && pass < cycle.end()) {
        continue;
      }
      double change = cycleStart - objective;
      if (adapt) {
        cycle = cycle.next(change > 0.0);
        if (plan.startsAnew()) {
          stepper.restart();
        }
      }
      cycleStart = objective;
      calm = stop.isSmall(Math.abs(change), objective) ? calm + 1 : 0;
      if (calm >= CALM) {
        StopReason settled = settled(objective);
        if (settled != null) {
          return settled;
        }
        calm = 0;
      }
    }
  }

  /**
   * Whether a falling rate was at its end without a better validation loss since its beginning: in
   * the middle of a cycle the loss is that of a rate too long.
   */
  private boolean isWholeCycleInVain(int pass) {
    return !adapt || (pass >= cycle.end() && history.lastImprovement() <= cycle.start());
  }

  /**
   * What the end of changes means: within tol if that is proven; nothing, if a gradient step might
   * still gain something.
   */
  private @Nullable StopReason settled(double objective) {
    double[] weights = weights();
    double[] gradient = new double[weights.length];
    double loss = gradients.full(weights, gradient).loss();
    prove(weights, loss, gradient, Intercept.MOST_PASSES);
    certified = weights.clone();
    Certificate found = certifier.certify(objective);
    history.judged(found);
    if (found.isWithin(options.tol(), objective, first)) {
      return StopReason.CONVERGED;
    }
    return gradientIsSmall(weights, gradient, objective) ? StopReason.STALLED : null;
  }

  private void prove(double[] weights, double loss, double[] gradient, int mostPasses) {
    Intercept.settle(
        gradients, problem, curvature, mostPasses, weights.clone(), loss, gradient, certifier);
  }

  /**
   * What the best weights are worth, in the loop's units: one more read of all rows, and one for
   * every four passes there were (for the intercept), unless the last reads were about these
   * weights. Null where there was no pass, or nothing finite.
   */
  @Nullable Certificate worthOfBest() {
    double objective = history.bestObjective();
    if (options.maxPasses() == 0 || !Double.isFinite(objective)) {
      return null;
    }
    double[] best = history.bestWeights();
    if (!Arrays.equals(best, certified)) {
      double[] gradient = new double[best.length];
      double loss = gradients.full(best, gradient).loss();
      int passes = history.passes().get(history.passes().size() - 1).pass();
      prove(best, loss, gradient, Math.min(Intercept.MOST_PASSES, passes / 4));
    }
    return certifier.certify(objective);
  }

  /** Whether a certificate of the best weights is within tol. */
  boolean isWithin(Certificate certificate) {
    return certificate.isWithin(options.tol(), history.bestObjective(), first);
  }

  /** One pass of steps; false as soon as a loss or gradient is not finite. */
  private boolean walk(int pass) {
    int many = plan.batches(pass, cycle.number());
    if (tail != null) {
      tail.clear();
    }
    for (int batch = 0; batch < many && stepper.steps() < options.maxSteps(); ) {
      if (adapt) {
        stepper.setRateFactor(rateFactor(pass - 1 + (double) batch / many));
      }
      MiniBatchStep.Done done = step.take(pass, batch, many);
      batch += done.batches();
      if (!done.answer().hasRows()) {
        continue;
      }
      if (!done.isFinite()) {
        stop.notFinite(
            done.answer().loss(), done.gradientNorm(), stepper.steps(), pass, done.learningRate());
        return false;
      }
      if (tail != null && 2 * batch > many) {
        tail.add(stepper.weights());
      }
      history.step(record(done, stepper.steps(), pass - 1 + (double) batch / many));
      if (history.stopAsked()) {
        return true;
      }
    }
    return true;
  }

  private static StepRecord record(MiniBatchStep.Done done, long step, double pass) {
    return new StepRecord(
        step,
        pass,
        done.objective(),
        done.learningRate(),
        done.gradientNorm(),
        done.velocityNorm(),
        done.answer().computeSeconds(),
        done.answer().exchangeSeconds(),
        done.driverSeconds());
  }

  /**
   * Of the automatic rate, after so many passes. A rate that was made of the curvature follows the
   * scale that a loss learns.
   */
  private double rateFactor(double passes) {
    double factor = cycle.factor(passes);
    return problem.coordinates().extras() > 0 && options.rule().isLinear()
        ? factor / Curvature.change(problem, stepper.weights())
        : factor;
  }

  /** Measures and records the weights of this moment. */
  private double measure(int pass) {
    double[] weights = weights();
    double objective = step.beginPass(weights) + penalty.value(weights);
    double validation = validates ? gradients.validationLoss(weights) : Double.NaN;
    if (Double.isFinite(objective)) {
      history.pass(pass, stepper, weights, objective, validation, options.validationTol());
    }
    return objective;
  }

  /**
   * Whether one plain proximal gradient step of length 1/L could gain no more than tol: a small
   * change of the objective alone may only mean a small learning rate.
   */
  private boolean gradientIsSmall(double[] weights, double[] gradient, double objective) {
    penalty.addGradient(weights, gradient);
    double[] moved = weights.clone();
    double[] rates = new double[weights.length];
    Arrays.fill(rates, 1.0 / curvature);
    for (int j = 0; j < moved.length; j++) {
      moved[j] -= gradient[j] / curvature;
    }
    penalty.proximal(moved, rates);
    double sum = 0.0;
    for (int j = 0; j < moved.length; j++) {
      double step = moved[j] - weights[j];
      sum += step * step;
    }
    return stop.isSmall(0.5 * curvature * sum, objective);
  }

  /** The weights as they are recorded. */
  double[] weights() {
    double[] last = stepper.weights();
    return step.theta(tail == null ? last : tail.mean(last));
  }
}
