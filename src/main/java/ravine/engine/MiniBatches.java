package ravine.engine;

/**
 * The rule walks through mini-batches in standardised coordinates.
 *
 * @param why what asks for that
 */
record MiniBatches(String why) implements Way {

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
        new MiniBatchLoop(run, plan.step(), plan.batches(), adapt, plan.curvature());
    StopReason reason = loop.run();
    if (!options.keepBest() && reason != StopReason.DIVERGED) {
      run.history().preferLast(loop.weights());
    }
    return Outcome.of(reason, run.stop(), plan.schedule());
  }
}
