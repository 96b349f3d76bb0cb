package ravine.ml.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.engine.TrainingData;
import ravine.many.MultiTrainer;
import ravine.ml.MiniBatchParams;
import ravine.ml.weighting.FitWeighting;
import ravine.rows.RowView;
import ravine.validation.ValidationMetric;

/**
 * A grid of params judged by rows held out, all of it in one training on one copy of the rows; what
 * both {@link RavineCrossValidator} and {@link RavineTrainValidationSplit} do.
 *
 * @param metrics by map of params, then by fold; in the evaluator's units
 * @param best place of the map that was chosen, from 0
 * @param model its model, of all rows
 */
public record Search(double[][] metrics, int best, Model<?> model) {
  private static final Logger LOG = LoggerFactory.getLogger(Search.class);

  /**
   * How a metric of ours stands for an evaluator of Spark's.
   *
   * @param metric ours
   * @param toTheirs from ours to theirs
   */
  record Judge(ValidationMetric metric, Function<Double, Double> toTheirs) {
    /** A candidate's metrics, by fold. */
    double[] of(ManyFits.Fitted one) {
      return one.folds().stream()
          .map(MultiTrainer.Trained::held)
          .mapToDouble(held -> toTheirs.apply(held.metric()))
          .toArray();
    }
  }

  /** What stands for an evaluator; null where nothing does. */
  static @Nullable Judge judge(Evaluator evaluator) {
    if (evaluator instanceof BinaryClassificationEvaluator binary) {
      return new Judge(ValidationMetric.of(binary.getMetricName()), value -> value);
    }
    if (evaluator instanceof RegressionEvaluator numbers) {
      return switch (numbers.getMetricName()) {
        case "rmse" -> new Judge(ValidationMetric.RMSE, value -> value);
        case "mse" -> new Judge(ValidationMetric.RMSE, value -> value * value);
        default -> null;
      };
    }
    return evaluator instanceof MulticlassClassificationEvaluator classes
            && classes.getMetricName().equals("logLoss")
        ? new Judge(ValidationMetric.LOG_LOSS, value -> value)
        : null;
  }

  /** Why a grid cannot be trained together, in a clause; null if it can. */
  static @Nullable String obstacle(Estimator<?> estimator, ParamMap[] maps, Evaluator evaluator) {
    if (!(estimator instanceof MiniBatchParams<?> ours)) {
      return "the estimator is a " + estimator.getClass().getSimpleName();
    }
    if (judge(evaluator) == null) {
      return "the rows held out cannot be judged by that metric while models train";
    }
    String stated = obstacle(ours, evaluator);
    for (int m = 0; m < maps.length && stated == null; m++) {
      stated = obstacle((MiniBatchParams<?>) ours.copy(maps[m]), evaluator);
    }
    return stated;
  }

  /** Why a model cannot be judged where it is trained. */
  private static @Nullable String obstacle(MiniBatchParams<?> one, Evaluator evaluator) {
    for (String column : List.of("labelCol", "weightCol")) {
      if (!column(one, column).equals(column(evaluator, column))) {
        return "the evaluator's " + column + " is not the estimator's";
      }
    }
    String alone = Grid.statedObstacle(one);
    if (alone != null) {
      return alone;
    }
    if (weighsClasses(one)) {
      return "classWeight is set, and rows held out are judged without it";
    }
    return one.isDefined(one.validationIndicatorCol())
        ? "the estimator has validation rows of its own"
        : null;
  }

  private static Object column(Params owner, String name) {
    Param<Object> param = owner.getParam(name);
    return owner.isDefined(param) ? owner.getOrDefault(param) : "";
  }

  /** Does nothing where there is no obstacle. */
  static void requireNone(@Nullable String obstacle) {
    if (obstacle != null) {
      throw new IllegalStateException("Models cannot train together, because " + obstacle + ".");
    }
  }

  /** Metrics that training computes are of rows with the weights that they train with. */
  private static boolean weighsClasses(Params estimator) {
    return !FitWeighting.of(estimator).stated().isNone();
  }

  /** Says that Spark's own loop is taken. */
  static void sayStock(String obstacle) {
    LOG.warn("Models are trained one after the other, because {}.", obstacle);
  }

  /**
   * Trains and judges.
   *
   * @param folding the rows, and what tells their folds
   * @param views of the rows that train, one for each fold
   * @param oneStandardError whether the strongest penalty is taken whose mean is within one
   *     standard error of the best
   */
  static Search run(
      MiniBatchParams<?> estimator,
      List<ParamMap> maps,
      Evaluator evaluator,
      Folding folding,
      List<RowView> views,
      boolean oneStandardError) {
    Judge judge = judge(evaluator);
    if (judge == null) {
      throw new IllegalArgumentException("the evaluator has no metric that training computes");
    }
    ((PipelineStage) estimator).transformSchema(folding.rows().schema());
    Dataset<?> cast = ManyFits.labelled(estimator, folding.rows());
    List<RowView> told = views.stream().map(folding::view).toList();
    List<Grid.Candidate> all = Grid.candidates(estimator, maps);
    GridCheckpoints kept = GridCheckpoints.open(all, maps, views.size(), cast.sparkSession());
    double[][] metrics = new double[maps.size()][];
    List<ManyFits.Fitted> fitted = new ArrayList<>();
    for (List<Grid.Candidate> group : Grid.byPacking(all)) {
      try (TrainingData data = group.get(0).fit().packForMany(cast, folding.beside(), false)) {
        kept.begin();
        Sight sight = Sight.same(group, data, cast);
        ManyFits.Folds folds = ManyFits.Folds.of(data, told, judge.metric);
        for (ManyFits.Fitted one : ManyFits.train(group, sight, folds)) {
          metrics[one.candidate().index()] = judge.of(one);
          fitted.add(one);
        }
      }
    }
    fitted.sort(Comparator.comparingInt(one -> one.candidate().index()));
    metrics = measured(metrics, judge.metric);
    boolean larger = evaluator.isLargerBetter();
    int best = best(metrics, larger);
    if (oneStandardError) {
      best = strongestWithinOneError(all, metrics, best, larger);
    }
    LOG.info(
        String.format(
            Locale.ROOT,
            "Of %d candidates number %d is best: %s",
            maps.size(),
            best + 1,
            maps.get(best)));
    return new Search(metrics, best, ManyFits.model(fitted.get(best), folding.withoutOwn(cast)));
  }

  /**
   * Without the folds that say nothing: for no candidate have their rows that metric.
   *
   * @param metrics by candidate, then by fold
   * @throws IllegalArgumentException if no fold is left
   */
  static double[][] measured(double[][] metrics, ValidationMetric metric) {
    int folds = metrics[0].length;
    int[] known =
        IntStream.range(0, folds)
            .filter(f -> Arrays.stream(metrics).anyMatch(own -> !Double.isNaN(own[f])))
            .toArray();
    if (known.length == folds) {
      return metrics;
    }
    String why = "of their rows held out none counts, or all are of one class";
    if (known.length == 0) {
      throw new IllegalArgumentException(
          "No fold has " + metric + ", because " + why + ": take fewer folds.");
    }
    LOG.warn(
        "{} of {} folds are left out of means, because they have no {}: {}.",
        folds - known.length,
        folds,
        metric,
        why);
    return Arrays.stream(metrics)
        .map(own -> Arrays.stream(known).mapToDouble(f -> own[f]).toArray())
        .toArray(double[][]::new);
  }

  /** Means by candidate. */
  double[] means() {
    return Arrays.stream(metrics).mapToDouble(Search::mean).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** The first of the best means; NaN is never best, unless all are. */
  static int best(double[][] metrics, boolean larger) {
    int best = 0;
    for (int i = 1; i < metrics.length; i++) {
      double one = mean(metrics[i]);
      double other = mean(metrics[best]);
      if (Double.isNaN(other) || (larger ? one > other : one < other)) {
        best = i;
      }
    }
    return best;
  }

  /** The standard error of a mean over folds. */
  static double standardError(double[] values) {
    double mean = mean(values);
    double squares = 0.0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    int n = values.length;
    return n < 2 ? 0.0 : Math.sqrt(squares / (n - 1.0) / n);
  }

  /** Of the candidates that are not worse than the best by more than its error (Breiman 1984). */
  static int strongestWithinOneError(
      List<Grid.Candidate> all, double[][] metrics, int best, boolean larger) {
    double error = standardError(metrics[best]);
    double limit = mean(metrics[best]) + (larger ? -error : error);
    int strongest = best;
    for (int i = 0; i < metrics.length; i++) {
      double one = mean(metrics[i]);
      boolean within = larger ? one >= limit : one <= limit;
      if (within && all.get(i).number("regParam") > all.get(strongest).number("regParam")) {
        strongest = i;
      }
    }
    return strongest;
  }
}
