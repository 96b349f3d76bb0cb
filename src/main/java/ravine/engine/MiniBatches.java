package ravine.engine;

import org.jspecify.annotations.Nullable;

/**
 * The rule walks through mini-batches in standardised coordinates.
 *
 * @param why what asks for that
 */
record MiniBatches(String why) implements Way {

  /** What in the options asks for mini-batches, or rules out steps that need whole batches. */
  static @Nullable String suits(TrainerOptions options) {
    if (options.stepSize() != 0.0) {
      return "stepSize is " + options.stepSize();
    }
    if (options.schedule() != null) {
      return "there is a schedule";
    }
    if (options.batchSize() != 0) {
      return "batchSize is " + options.batchSize();
    }
    if (options.gradientClip() != 0.0) {
      return "gradientClip is " + options.gradientClip();
    }
    if (options.localSteps() != 1) {
      return "localSteps is " + options.localSteps();
    }
    if (options.noiseReduction() != NoiseReduction.NONE) {
      return "noiseReduction is " + options.noiseReduction();
    }
    if (options.batchGrowth() != 1.0) {
      return "batchGrowth is " + options.batchGrowth();
    }
    return options.rule().takesMetric()
        ? null
        : options.rule() + " scales its steps by itself and takes no metric";
  }

  @Override
  public String name() {
    return "mini-batches";
  }

  @Override
  public Outcome run(Run run) {
    TrainerOptions options = run.options();
    MiniBatchPlan plan = MiniBatchPlan.of(run);
    boolean adapt = plan.isAutomatic() && options.schedule() == null;
    MiniBatchLoop loop =
        new MiniBatchLoop(run, plan.stride(), plan.batches(), adapt, plan.curvature());
    StopReason reason = loop.run();
    if (!options.keepBest() && reason != StopReason.DIVERGED) {
      run.history().preferLast(loop.weights());
    }
    return Outcome.of(reason, run.stop(), plan.schedule());
  }
}
