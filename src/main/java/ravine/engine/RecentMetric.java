package ravine.engine;

import ravine.curvature.LimitedMemoryMetric;
import ravine.exchange.KeptGradients;
import ravine.rule.Lbfgs;
import ravine.schedule.Constant;

/**
 * Full-batch steps in the metric of the last steps: see {@link QuasiNewtonLoop}.
 *
 * @param why it was chosen
 * @param memory steps that are remembered, at least 1
 */
record RecentMetric(String why, int memory) implements Way {

  /** With the memory that is asked for, or that suits the number of weights. */
  static RecentMetric of(Lbfgs asked, int dimension, boolean proximal, String why) {
    int memory =
        asked.memory() > 0 ? (int) asked.memory() : LimitedMemoryMetric.memory(dimension, proximal);
    return new RecentMetric(why, memory);
  }

  @Override
  public String name() {
    return "lbfgs(" + memory + ")";
  }

  @Override
  public StopRule.Outcome run(Run run) {
    QuasiNewtonLoop loop =
        new QuasiNewtonLoop(
            new KeptGradients(run.engine(), run.problem()),
            run.problem(),
            run.options(),
            memory,
            run.history(),
            run.validates() ? SmoothTwin.validation(run) : null);
    StopReason reason = loop.run();
    return new StopRule.Outcome(
        reason,
        loop.cause(),
        new Constant(1.0),
        loop.certificate().times(run.problem().reportUnit()));
  }
}
