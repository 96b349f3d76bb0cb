package ravine.engine;

import org.jspecify.annotations.Nullable;
import ravine.batches.DenseStep;
import ravine.batches.Intercept;
import ravine.batches.MiniBatchStep;
import ravine.batches.PassStart;
import ravine.batches.PlateauFactor;
import ravine.batches.TailAverage;
import ravine.batches.WalkProof;
import ravine.checkpoint.Sections;
import ravine.curvature.Certificate;
import ravine.curvature.Curvature;
import ravine.exchange.Answer;
import ravine.exchange.Gradients;
import ravine.objective.Problem;
import ravine.resume.Checkpoints;
import ravine.schedule.Plateau;
import ravine.step.Stepper;
import ravine.validation.Held;

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
  private final TrainerOptions options;
  private final History history;
  private final MiniBatchPlan plan;
  private final Problem problem;
  private final WalkProof proof;
  private final boolean adapt;
  private final StopRule stop;
  private final @Nullable TailAverage tail;
  private final @Nullable PlateauFactor plateau;
  private final Run run;
  private final Checkpoints checkpoints;
  private Cycle cycle;
  private double first;

  /** Where the loop is: the next mini-batch of the pass, of so many. */
  private int pass;

  private int batch;
  private int batches;

  /** Whether that pass has begun and is not measured yet. */
  private boolean walking;

  /** Whether a loss or gradient of the pass was not finite. */
  private boolean broken;

  /** Whether whoever watches, or the clock, ended it before its time. */
  private boolean interrupted;

  private PassStart start;

  /** At the last pass, or at the last step of the one under way. */
  private double objective;

  private double cycleStart;
  private int calm;

  /** The last pass just before it was measured: whoever goes on from there decides anew. */
  private @Nullable Sections afterWalk;

  /** A loop about to begin. */
  MiniBatchLoop(Run run, MiniBatchPlan plan) {
    this.run = run;
    this.checkpoints = run.checkpoints();
    this.plan = plan;
    this.problem = run.problem();
    this.gradients = run.gradients();
    this.step = plan.step();
    this.stepper = step.stepper();
    this.options = run.options();
    this.history = run.history();
    this.stop = run.stop();
    this.adapt = plan.isAnnealed();
    this.proof = new WalkProof(gradients, problem, plan.curvature());
    this.cycle =
        Cycle.first(
            plan.startsAnew() ? 1.0 : 0.5,
            options.noiseReduction() != NoiseReduction.SVRG,
            options.maxPasses());
    this.start = PassStart.of(stepper, Double.NaN);
    Plateau flat = Plateau.in(plan.schedule());
    this.plateau = flat == null ? null : new PlateauFactor(flat);
    this.tail =
        options.noiseReduction() == NoiseReduction.AVERAGE
            ? new TailAverage(stepper.weights().length)
            : null;
  }

  /** Runs to an end, and leaves a checkpoint of where it got to, however it ends. */
  StopReason run() {
    try {
      return steps();
    } finally {
      if (checkpoints.areMade()) {
        Sections after = afterWalk;
        if (walking || after != null) {
          checkpoints.save(stepper.steps(), walking || after == null ? this::state : () -> after);
        }
      }
    }
  }

  private StopReason steps() {
    Sections resumed = run.resumed();
    if (resumed == null) {
      objective = measure(0);
      if (!Double.isFinite(objective)) {
        return stop.neverBegan(objective);
      }
      first = Double.isNaN(plan.firstObjective()) ? objective : plan.firstObjective();
      cycleStart = objective;
    } else {
      restore(resumed);
    }
    stop.judgeBy(first);
    StopReason reason = null;
    while (reason == null) {
      if (!walking) {
        if (history.stopAsked()) {
          return StopReason.STOPPED_BY_LISTENER;
        }
        StopReason usedUp = stop.usedUp(pass, stepper.steps());
        if (usedUp != null) {
          return usedUp;
        }
        beginPass();
      }
      reason = finishPass();
    }
    return reason;
  }

  private void beginPass() {
    pass++;
    batch = 0;
    batches = plan.batches(pass, cycle.number());
    start = PassStart.of(stepper, objective);
    if (tail != null) {
      tail.clear();
    }
    walking = true;
  }

  /** The rest of a pass of steps, and what follows from it; null to go on. */
  private @Nullable StopReason finishPass() {
    boolean finite = walk();
    if (finite && checkpoints.areMade()) {
      afterWalk = state();
    }
    walking = false;
    objective = finite ? measure(pass) : Double.NaN;
    if (stop.isBlownUp(objective)) {
      if (finite) {
        stop.rose(objective, pass);
      }
      if (!adapt || cycle.peak() < 1e-9) {
        return StopReason.DIVERGED;
      }
      stepper.restore(start.weights(), start.state(), start.steps());
      stepper.restart();
      step.beginAgain(start.weights());
      cycle = cycle.again(pass);
      objective = start.objective();
      return null;
    }
    if (plateau != null) {
      stepper.setRateFactor(plateau.after(history.lastScore()));
    }
    StopReason watched = stop.watched(pass);
    if (watched != null && (watched != StopReason.EARLY_STOPPED || isWholeCycleInVain(pass))) {
      return watched;
    }
    if (adapt && pass < cycle.end()) {
      return null;
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
      calm = 0;
      return settled(objective);
    }
    return null;
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
    proof.look(weights(), Intercept.MOST_PASSES);
    Certificate found = proof.certify(objective);
    history.judged(found);
    if (found.isWithin(options.tol(), objective, first)) {
      return StopReason.CONVERGED;
    }
    return stop.isSmall(proof.gainOfStep(), objective) ? StopReason.STALLED : null;
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
    if (!proof.isAbout(best)) {
      int passes = history.passes().get(history.passes().size() - 1).pass();
      proof.look(best, Math.min(Intercept.MOST_PASSES, passes / 4));
    }
    return proof.certify(objective);
  }

  /** Whether a certificate of the best weights is within tol. */
  boolean isWithin(Certificate certificate) {
    return certificate.isWithin(options.tol(), history.bestObjective(), first);
  }

  /** The steps left in the pass; false as soon as a loss or gradient is not finite. */
  private boolean walk() {
    broken = false;
    interrupted = false;
    if (step instanceof DenseStep dense && dense.hasHalves()) {
      gradients.walk(new Strides(dense));
    } else {
      while (goesOn()) {
        took(step.take(pass, batch, batches));
      }
    }
    return !broken;
  }

  /** Steps in two halves, so that several models can ask together. */
  private final class Strides implements Gradients.Walk {
    private final DenseStep dense;

    Strides(DenseStep dense) {
      this.dense = dense;
    }

    @Override
    public Gradients.@Nullable Slice next() {
      return goesOn()
          ? new Gradients.Slice(dense.asks(), pass, batch, batches, dense.gradient())
          : null;
    }

    @Override
    public void answered(Answer answer) {
      took(dense.answered(answer, batch, batches));
    }
  }

  /** Whether there is another step in the pass, which is made ready for then. */
  private boolean goesOn() {
    boolean ends = broken || interrupted || batch >= batches;
    if (ends || stepper.steps() >= options.maxSteps()) {
      return false;
    }
    if (checkpoints.isDue(stepper.steps())) {
      checkpoints.save(stepper.steps(), this::state);
    }
    if (adapt) {
      stepper.setRateFactor(rateFactor(pass - 1 + (double) batch / batches));
    }
    return true;
  }

  private void took(MiniBatchStep.Done done) {
    batch += done.batches();
    if (!done.answer().hasRows()) {
      return;
    }
    if (!done.isFinite()) {
      stop.notFinite(
          done.answer().loss(), done.gradientNorm(), stepper.steps(), pass, done.learningRate());
      broken = true;
      return;
    }
    if (tail != null && 2 * batch > batches) {
      tail.add(stepper.weights());
    }
    history.step(
        StepRecord.of(done, stepper.steps(), pass - 1 + (double) batch / batches),
        stepper::weights);
    interrupted = stop.isInterrupted();
  }

  /** Copies of all that the rest of the run depends on. */
  private Sections state() {
    Sections to = new Sections();
    stepper.save(to);
    step.save(to);
    plan.save(to);
    start.save(to);
    history.save(to);
    if (tail != null) {
      tail.save(to);
    }
    if (plateau != null) {
      plateau.save(to);
    }
    to.putIntegers("loop", pass, batch, batches, calm, walking ? 1 : 0);
    to.putNumbers("loop.objectives", first, objective, cycleStart);
    cycle.save(to);
    proof.save(to);
    return to;
  }

  private void restore(Sections from) {
    if (plan.startsAnew() && checkpoints.hasOtherPartitions()) {
      throw new IllegalArgumentException(
          "The checkpoint's steps are in coordinates of a sample that was drawn from another number"
              + " of partitions: go on with as many as then, or begin anew");
    }
    start = PassStart.restored(from, stepper);
    stepper.restore(from); // last: whoever asked it for weights now would settle those that lag
    history.restore(from);
    if (tail != null) {
      tail.restore(from);
    }
    if (plateau != null) {
      plateau.restore(from);
    }
    long[] place = from.integers("loop", 5);
    pass = (int) place[0];
    batch = (int) place[1];
    batches = (int) place[2];
    calm = (int) place[3];
    double[] objectives = from.numbers("loop.objectives", 3);
    first = objectives[0];
    objective = objectives[1];
    cycleStart = objectives[2];
    cycle = Cycle.restored(from, cycle.falls(), options.maxPasses());
    proof.restore(from);
    walking = place[4] == 1;
    step.beginAgain(step.theta(start.weights()));
    step.restore(from);
    checkpoints.beginAt(stepper.steps());
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
    double objective = step.beginPass(weights) + step.penalty().value(weights);
    Held held =
        run.validates() ? gradients.validate(weights, options.validationMetric()) : Held.NOTHING;
    if (Double.isFinite(objective)) {
      history.pass(pass, stepper, weights, objective, held, options.validationTol());
    }
    return objective;
  }

  /** The weights as they are recorded. */
  double[] weights() {
    double[] last = stepper.weights();
    return step.theta(tail == null ? last : tail.mean(last));
  }
}
