package ravine.engine;

import ravine.exchange.GradientEngine;
import ravine.exchange.Gradients;
import ravine.objective.Problem;

/**
 * What a {@link Way} works with.
 *
 * @param data the packed rows
 * @param problem what is minimised
 * @param options how
 * @param engine that asks the partitions; open
 * @param gradients of the problem, through the engine
 * @param history to which every step and pass is told
 * @param stop when to end
 */
record Run(
    TrainingData data,
    Problem problem,
    TrainerOptions options,
    GradientEngine engine,
    Gradients gradients,
    History history,
    StopRule stop) {

  /** A run about to begin. */
  static Run of(TrainingData data, Problem problem, TrainerOptions options, GradientEngine engine) {
    boolean validates = data.stats().validationRows() > 0;
    History history =
        new History(options.listeners(), problem.reportUnit(), problem.initial(), validates);
    return new Run(
        data,
        problem,
        options,
        engine,
        new Gradients(engine, problem),
        history,
        new StopRule(options, history, validates));
  }

  /** Training rows. */
  long rows() {
    return data.stats().rows();
  }

  /** Whether there are validation rows. */
  boolean validates() {
    return data.stats().validationRows() > 0;
  }

  /** Loss and penalty over all rows: one pass. */
  double objective(double[] theta) {
    return gradients.loss(theta) + problem.penalty().value(theta);
  }

  /** What was found on a sample, unless the start given is a model that is better over all rows. */
  double[] better(double[] found) {
    return NewtonPlan.hasCoefficients(problem) && objective(problem.initial()) < objective(found)
        ? problem.initial()
        : found;
  }
}
