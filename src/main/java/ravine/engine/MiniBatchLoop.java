package ravine.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.exchange.Gradients;
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
  private final int batches;
  private final boolean adapt;
  private final StopRule stop;
  private final boolean validates;
  private final double curvature;
  private final @Nullable TailAverage tail;
  private Cycle cycle;

  /**
   * A loop about to begin.
   *
   * @param step how steps are made, from which weights
   * @param batches mini-batches in the first pass; 1 means full-batch gradients
   * @param adapt whether the learning rate may be cut when the objective stops falling, and the
   *     loop go back and try again when it blows up: only where the user left the rate to us
   * @param curvature largest curvature, for the test of convergence
   */
  MiniBatchLoop(Run run, MiniBatchStep step, int batches, boolean adapt, double curvature) {
    this.gradients = run.gradients();
    this.step = step;
    this.stepper = step.stepper();
    this.penalty = step.penalty();
    this.options = run.options();
    this.history = run.history();
    this.stop = run.stop();
    this.batches = batches;
    this.adapt = adapt;
    this.validates = run.validates();
    this.curvature = curvature;
    this.cycle = new Cycle(0, 1, 1.0, options.noiseReduction() != NoiseReduction.SVRG);
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
    stop.judgeBy(objective);
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
        cycle = new Cycle(pass, cycle.length(), 0.1 * cycle.peak(), cycle.falls());
        objective = before;
        continue;
      }
      StopReason watched = stop.watched(pass);
      if (watched != null) {
        return watched;
      }
      if (adapt && pass < cycle.end()) {
        continue;
      }
      double change = cycleStart - objective;
      if (adapt) {
        cycle = cycle.next(change > 0.0);
      }
      cycleStart = objective;
      calm = stop.isSmall(Math.abs(change), objective) ? calm + 1 : 0;
      if (calm >= CALM) {
        if (gradientIsSmall(objective)) {
          return StopReason.CONVERGED;
        }
        calm = 0;
      }
    }
  }

  /** One pass of steps; false as soon as a loss or gradient is not finite. */
  private boolean walk(int pass) {
    int many = miniBatches(pass);
    if (tail != null) {
      tail.clear();
    }
    for (int batch = 0; batch < many && stepper.steps() < options.maxSteps(); ) {
      if (adapt) {
        stepper.setRateFactor(cycle.factor(pass - 1 + (double) batch / many));
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
      history.step(done.record(stepper.steps(), pass - 1 + (double) batch / many));
      if (history.stopAsked()) {
        return true;
      }
    }
    return true;
  }

  /** Mini-batches in a pass. */
  private int miniBatches(int pass) {
    double grown = batches / Math.pow(options.batchGrowth(), pass - 1.0);
    return (int) Math.max(1, Math.round(grown));
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
  private boolean gradientIsSmall(double objective) {
    double[] weights = weights();
    double[] gradient = new double[weights.length];
    gradients.full(weights, gradient);
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
    return tail == null ? last : tail.mean(last);
  }

  /**
   * Where the learning rate is ours: cycles of 1, 2, 4, 8, … passes in each of which it falls in a
   * line to 0, from a peak that is halved from cycle to cycle. Every cycle ends at weights worth
   * measuring, and none needs to know how many passes there will be. Variance-reduced steps
   * converge at a constant rate: theirs does not fall, and is halved only after a pass that did no
   * good.
   *
   * @param start pass at which it began
   * @param length in passes
   * @param peak factor of the automatic rate at its beginning
   * @param falls whether the rate falls in it, or stays
   */
  private record Cycle(int start, int length, double peak, boolean falls) {
    double factor(double passes) {
      return falls ? peak * Math.max(0.0, 1.0 - (passes - start) / length) : peak;
    }

    int end() {
      return start + length;
    }

    /** The next one; shorter steps (still shorter, if they fall) where this one did no good. */
    Cycle next(boolean better) {
      return falls
          ? new Cycle(end(), 2 * length, (better ? 0.5 : 0.25) * peak, true)
          : new Cycle(end(), length, (better ? 1.0 : 0.5) * peak, false);
    }
  }
}
