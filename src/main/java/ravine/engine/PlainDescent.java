package ravine.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.curvature.AutoStep;
import ravine.curvature.Curvature;
import ravine.objective.Problem;
import ravine.schedule.Constant;
import ravine.step.StepPlan;

/**
 * Full-batch steps of the rule as it stands, at the rate that the largest curvature allows.
 *
 * @param why it and no metric
 */
record PlainDescent(String why) implements Way {
  private static final Logger LOG = LoggerFactory.getLogger(PlainDescent.class);

  @Override
  public String name() {
    return "full batches";
  }

  @Override
  public StopRule.Outcome run(Run run) {
    TrainerOptions options = run.options();
    Problem problem = run.problem();
    double curvature =
        options.maxPasses() == 0
            ? 1.0
            : Curvature.ofProblem(run.gradients(), problem, run.rows(), options.seed());
    double rate = AutoStep.rate(options.rule(), curvature, false, FullBatchLoop.LATE);
    LOG.info("Steps of {} (largest curvature {})", rate, curvature);
    double reference = run.objective(NewtonPlan.nullModel(problem));
    run.stop().judgeBy(reference);
    StepPlan plan = new StepPlan(options.rule(), new Constant(rate), problem.penalty(), 0.0, null);
    return new FullBatchLoop(run, plan, problem.initial(), reference).run();
  }
}
