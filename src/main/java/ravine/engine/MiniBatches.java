package ravine.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
  private static final Logger LOG = LoggerFactory.getLogger(MiniBatches.class);

  /** A hundred passes of mini-batches take longer than any sample on the driver. */
  private static final double MUCH = Double.POSITIVE_INFINITY;

  /** The way for these rows, on whose sample work begins if it is of use. */
  static MiniBatches of(String why, TrainingData data, Problem problem, TrainerOptions options) {
    SampleMetric sample =
        beginOnSample(options)
                && problem.penalty().bounds() == null
                && !MiniBatchPlan.isWide(data, problem, options)
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
    tellWhatBoundsLeaveOut(run);
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

  private static void tellWhatBoundsLeaveOut(Run run) {
    if (run.problem().penalty().bounds() == null) {
      return;
    }
    List<String> without = new ArrayList<>();
    if (beginOnSample(run.options())
        && SampleMetric.size(run.data(), run.problem(), run.options(), MUCH) > 0) {
      without.add("a start at the optimum of a sample, in coordinates made of its Hessian");
    }
    if (MiniBatchPlan.isWide(run.data(), run.problem(), run.options())) {
      without.add("steps that cost what a mini-batch touches");
    }
    if (!without.isEmpty()) {
      LOG.info(
          "Weights have bounds, which only dense steps in standardised coordinates keep: without"
              + " {}",
          String.join(", and without ", without));
    }
  }
}
