package ravine.engine;

import org.jspecify.annotations.Nullable;
import ravine.curvature.Curvature;
import ravine.objective.Problem;
import ravine.schedule.Constant;

/**
 * Full-batch steps in the metric of the last steps: see {@link QuasiNewtonLoop}.
 *
 * @param why it was chosen
 */
record RecentMetric(String why) implements Way {

  /** Why it suits; null where it does not: the rule's velocity is what it gives curvature to. */
  static @Nullable String suits(Problem problem, TrainerOptions options) {
    return options.rule().remembers()
        ? problem.coordinates().dimension() + " weights are too many for the metric of a sample"
        : null;
  }

  @Override
  public String name() {
    return "lbfgs(10)";
  }

  @Override
  public Outcome run(Run run) {
    double bound = run.problem().loss().curvatureBound();
    StopReason reason = new QuasiNewtonLoop(run).run(bound, Curvature.slices(run.rows()));
    return Outcome.of(reason, run.stop(), new Constant(1.0));
  }
}
