package ravine.ml;

import org.apache.spark.ml.Model;
import org.apache.spark.sql.Dataset;
import ravine.checkpoint.Sections;
import ravine.engine.NoiseReduction;
import ravine.engine.Portion;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.ml.weighting.ClassWeightParams;
import ravine.objective.Problem;
import ravine.resume.Fingerprint;
import ravine.rows.ColumnStats.LabelStats;

/**
 * What {@code partialFit} gives: one pass of mini-batches over rows that come after others.
 *
 * @param model with the weights after the pass
 * @param state from which the next portion goes on
 * @param objective mean loss plus penalty over these rows before anything was learnt from them; NaN
 *     where there were none
 * @param rows training rows of positive weight
 */
public record PartialFit<M extends Model<?>>(
    M model, TrainingState state, double objective, long rows) {

  /** A model of the weights θ of a problem; for estimators. */
  @FunctionalInterface
  public interface ModelOf<M extends Model<?>> {
    /** Makes it. */
    M make(Problem problem, double[] theta);
  }

  /**
   * Trains; for estimators.
   *
   * @throws IllegalArgumentException if the state is of another training, labels are other classes,
   *     a param says how whole trainings go, or neither the state nor the rows have anything
   * @throws IllegalStateException if a loss or a gradient is not finite
   */
  public static <M extends Model<?>> PartialFit<M> of(
      MiniBatchParams<?> estimator, Dataset<?> rows, TrainingState state, ModelOf<M> models) {
    MiniBatchFit fit = new MiniBatchFit(estimator);
    try (TrainingData data = fit.packPortion(rows, state.features())) {
      TrainerOptions options = fit.options(data.stats().rows());
      requirePortions(options, estimator);
      TrainingData first = state.first(data);
      Problem problem =
          estimator.objective(fit, first, state.label(fit.label(rows)), estimator.startModel());
      Fingerprint known =
          TrainingState.fingerprint(options.rule(), problem)
              .put(ClassWeightParams.CLASS_WEIGHT, fit.weighting().stated().toString(), "none");
      String difference = state.difference(known);
      if (difference != null) {
        throw new IllegalArgumentException(
            "The state is of another training: "
                + difference
                + ". Set it as it was, or begin with a fresh state.");
      }
      long many = data.stats().rows();
      if (many == 0) {
        double[] theta = Portion.weights(state.sections());
        return new PartialFit<>(models.make(problem, theta), state, Double.NaN, 0);
      }
      requireLabels(problem, data.stats().label(), fit.label(rows).name());
      // Whatever the options, a portion is walked through by mini-batches.
      fit.checkMemory(data, problem, options.toBuilder().batchSize(many).build());
      Sections next = state.next(first.stats(), problem, known, many);
      Portion done = Portion.train(data, problem, options, next);
      return new PartialFit<>(
          models.make(problem, done.weights()), new TrainingState(next), done.objective(), many);
    }
  }

  private static void requirePortions(TrainerOptions options, MiniBatchParams<?> estimator) {
    String whole =
        options.lbfgs() != null
            ? "optimizer=" + options.lbfgs()
            : options.noiseReduction() == NoiseReduction.AVERAGE
                ? "noiseReduction=average"
                : options.batchGrowth() != 1.0
                    ? "batchGrowth=" + options.batchGrowth()
                    : options.checkpoints() != null
                        ? "checkpointDir"
                        : estimator.isDefined(estimator.validationIndicatorCol())
                            ? "validationIndicatorCol"
                            : "";
    if (!whole.isEmpty()) {
      throw new IllegalArgumentException(
          whole
              + " is about trainings of many passes, but partialFit makes one pass over each"
              + " portion: leave it at its default.");
    }
  }

  private static void requireLabels(Problem problem, LabelStats labels, String column) {
    int classes = problem.loss().classes();
    if (classes > 0 && (labels.classes() == 0 || labels.classes() > classes)) {
      throw new IllegalArgumentException(
          "The labels in column "
              + column
              + " must be class indices 0 to "
              + (classes - 1)
              + ", as in the portions before, but range from "
              + labels.min()
              + " to "
              + labels.max()
              + ": begin with TrainingState.ofClasses(number of classes).");
    }
  }
}
