package ravine.engine;

import org.jspecify.annotations.Nullable;
import ravine.checkpoint.Sections;
import ravine.exchange.GradientEngine;
import ravine.exchange.Gradients;
import ravine.objective.Problem;
import ravine.resume.Checkpoints;
import ravine.validation.ValidationMetric;

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
 * @param checkpoints that are made on the way, and what the run goes on from
 */
record Run(
    TrainingData data,
    Problem problem,
    TrainerOptions options,
    GradientEngine engine,
    Gradients gradients,
    History history,
    StopRule stop,
    Checkpoints checkpoints) {

  /** A run about to begin, without checkpoints. */
  static Run of(TrainingData data, Problem problem, TrainerOptions options, GradientEngine engine) {
    return of(data, problem, options, engine, Checkpoints.none());
  }

  /** A run about to begin, or to go on. */
  static Run of(
      TrainingData data,
      Problem problem,
      TrainerOptions options,
      GradientEngine engine,
      Checkpoints checkpoints) {
    boolean validates = data.stats().validationRows() > 0;
    ValidationMetric metric = validates ? options.validationMetric() : null;
    History history =
        new History(
            options.listeners(), problem.reportUnit(), problem.initial(), metric, engine::spent);
    return new Run(
        data,
        problem,
        options,
        engine,
        new Gradients(engine, problem),
        history,
        new StopRule(options, history, validates),
        checkpoints);
  }

  /** The checkpoint that a run of mini-batches goes on from; null where it begins. */
  @Nullable Sections resumed() {
    return checkpoints.last();
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
