package ravine.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import ravine.checkpoint.Sections;
import ravine.exchange.GradientEngine;
import ravine.exchange.Gradients;
import ravine.objective.Problem;
import ravine.plugin.FitStarted;
import ravine.plugin.Telling;
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
  /** A run about to begin, without checkpoints, of which Spark is told nothing. */
  static Run of(TrainingData data, Problem problem, TrainerOptions options, GradientEngine engine) {
    return of(data, problem, options, engine, Checkpoints.none(), Telling.nobody());
  }

  /** A run about to begin, or to go on. */
  static Run of(
      TrainingData data,
      Problem problem,
      TrainerOptions options,
      GradientEngine engine,
      Checkpoints checkpoints,
      Telling telling) {
    boolean validates = data.stats().validationRows() > 0;
    ValidationMetric metric = validates ? options.validationMetric() : null;
    History history =
        new History(
            options.listeners(),
            problem.reportUnit(),
            problem.initial(),
            metric,
            engine::spent,
            telling);
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

  /** What Spark is told of the beginning, but for the way. */
  static FitStarted told(
      TrainingData data, Problem problem, TrainerOptions options, GradientEngine engine) {
    FitStarted fit = new FitStarted();
    fit.loss = problem.loss().name();
    fit.rule = options.optimizer().toString();
    fit.engine = engine.name();
    fit.rows = data.stats().rows();
    fit.validationRows = data.stats().validationRows();
    fit.features = data.features();
    fit.weights = problem.coordinates().dimension();
    fit.maxPasses = options.maxPasses();
    fit.tol = options.tol();
    params(options, fit.params);
    return fit;
  }

  private static void params(TrainerOptions options, Map<String, String> told) {
    told.put(
        "stepSize", options.stepSize() == 0.0 ? "automatic" : Double.toString(options.stepSize()));
    told.put(
        "batchSize", options.batchSize() == 0 ? "automatic" : Long.toString(options.batchSize()));
    if (options.maxSteps() < Long.MAX_VALUE) {
      told.put("most steps", Long.toString(options.maxSteps()));
    }
    if (options.gradientClip() != 0.0) {
      told.put("gradientClip", Double.toString(options.gradientClip()));
    }
    if (options.localSteps() != 1) {
      told.put("localSteps", Integer.toString(options.localSteps()));
    }
    if (options.noiseReduction() != NoiseReduction.NONE) {
      told.put("noiseReduction", options.noiseReduction().toString());
    }
    if (options.batchGrowth() != 1.0) {
      told.put("batchGrowth", Double.toString(options.batchGrowth()));
    }
    told.put("patience", Integer.toString(options.patience()));
    told.put("seed", Long.toString(options.seed()));
  }
}
