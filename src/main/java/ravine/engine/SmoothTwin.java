package ravine.engine;

import ravine.exchange.GradientEngine;
import ravine.exchange.Gradients;
import ravine.exchange.StepJobs;
import ravine.exchange.Work;
import ravine.loss.Hinge;
import ravine.loss.SmoothHinge;
import ravine.objective.Problem;

/**
 * A kink has no Hessian; where the step is ours to choose, the hinge is trained as its smooth twin.
 */
final class SmoothTwin {
  private static final double WIDEST = 1e-2;

  private SmoothTwin() {}

  /** The problem, or its twin where the hinge takes full-batch steps. */
  static Problem of(Problem problem, TrainerOptions options) {
    if (!(problem.loss() instanceof Hinge) || options.reasonForMiniBatches() != null) {
      return problem;
    }
    return of(problem, Math.max(2e-4, Math.min(WIDEST, 3.0 * Math.sqrt(options.tol()))));
  }

  /** The twin to begin mini-batches from; the problem itself where its loss has no kink. */
  static Problem toBegin(Problem problem) {
    return problem.loss() instanceof Hinge ? of(problem, WIDEST) : problem;
  }

  private static Problem of(Problem problem, double width) {
    return new Problem(
        new SmoothHinge(width),
        problem.coordinates(),
        problem.penalty(),
        problem.initial(),
        problem.lossUnit(),
        problem.reportUnit());
  }

  /** The twin's result with one more record, of the objective that was asked for. */
  static TrainingResult measured(
      TrainingData data, Problem problem, TrainingResult result, long seed) {
    try (GradientEngine engine = new StepJobs(data.packedRows(), Work.of(problem, false), seed)) {
      double loss = new Gradients(engine, problem).loss(result.weights());
      return result.withObjective(
          (loss + problem.penalty().value(result.weights())) * problem.reportUnit());
    }
  }
}
