package ravine.engine;

import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.curvature.OwnCoordinates;
import ravine.objective.Problem;

/**
 * The rule walks through mini-batches. One that normalises, at an automatic rate, begins at the
 * optimum of a sample and in {@linkplain OwnCoordinates coordinates} made of its Hessian, if there
 * are few enough weights for that; others, and those of weights with bounds, which are no box in
 * such coordinates, begin where they are told, in standardised ones.
 *
 * @param why what asks for that
 * @param sample on which the driver is at work; null where nothing begins there
 */
record MiniBatches(String why, @Nullable SampleMetric sample) implements Way {

  /** A hundred passes of mini-batches take longer than any sample on the driver. */
  static final double MUCH = Double.POSITIVE_INFINITY;

  /** The way for these rows, on whose sample work begins if it is of use. */
  static MiniBatches of(String why, TrainingData data, Problem problem, TrainerOptions options) {
    SampleMetric sample =
        beginOnSample(options) && problem.penalty().bounds() == null
            ? SampleMetric.begin(data, SmoothTwin.toBegin(problem), options, MUCH)
            : null;
    return new MiniBatches(why, sample);
  }

  /** Whether mini-batches with these options begin on a sample, if weights are few enough. */
  static boolean beginOnSample(TrainerOptions options) {
    return options.stepSize() == 0.0
        && options.schedule() == null
        && options.rule().normalises()
        && options.gradientClip() == 0.0
        && options.localSteps() == 1
        && options.noiseReduction() == NoiseReduction.NONE
        && options.maxPasses() > 0;
  }

  @Override
  public String name() {
    return "mini-batches";
  }

  @Override
  public StopRule.Outcome run(Run run) {
    TrainerOptions options = run.options();
    MiniBatchPlan plan = MiniBatchPlan.of(run, sample == null ? null : sample.solved());
    MiniBatchLoop loop = new MiniBatchLoop(run, plan);
    StopReason reason = loop.run();
    if (!options.keepBest() && reason != StopReason.DIVERGED) {
      run.history().preferLast(loop.weights());
    }
    Certificate found = loop.worthOfBest();
    if (found == null) {
      return StopRule.Outcome.of(reason, run.stop(), plan.schedule());
    }
    boolean isWorse = reason == StopReason.CONVERGED && run.validates() && !loop.isWithin(found);
    StopReason told = isWorse ? StopReason.EARLY_STOPPED : reason;
    Certificate worth = found.times(run.problem().reportUnit());
    String cause = run.stop().cause();
    if (told != StopReason.CONVERGED) {
      cause = cause.isEmpty() ? worth.sentence() : cause + " " + worth.sentence();
    }
    return new StopRule.Outcome(told, cause, plan.schedule(), worth);
  }
}
