package ravine.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.mllib.evaluation.MulticlassMetrics;
import org.apache.spark.mllib.evaluation.RegressionMetrics;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import ravine.input.Columns;
import ravine.input.Task;

/** Scores of a model, computed by Spark's own evaluators. */
final class Metrics {
  static final String ACCURACY = "accuracy";
  static final String AREA_UNDER_ROC = "areaUnderROC";
  static final String LOG_LOSS = "logLoss";
  static final String RMSE = "rmse";
  static final String R2 = "r2";
  static final String MAE = "mae";

  /** Up to here the area under the curve is exact; beyond, over a thousand thresholds. */
  private static final long EXACT_ROWS = 1_000_000;

  private static final double LOG_LOSS_EPSILON = 1e-15;

  private Metrics() {}

  /**
   * Metrics by name: accuracy, areaUnderROC (two classes) and logLoss (logistic), or rmse, r2, mae.
   *
   * <p>What is not defined, as the area under the curve where one class is missing, is NaN. Rows
   * count alike where the data lacks the weight column of the model.
   *
   * @param scored rows after {@link SavedModel#score}
   */
  static Map<String, Double> of(SavedModel model, Dataset<Row> scored, long rows) {
    List<String> needed = new ArrayList<>(List.of(model.labelColumn(), model.predictionColumn()));
    Optional<String> weight =
        model.weightColumn().filter(name -> Arrays.asList(scored.columns()).contains(name));
    weight.ifPresent(needed::add);
    if (model.task().classifies()) {
      needed.add(model.rawPredictionColumn());
    }
    if (model.task() == Task.LOGISTIC) {
      needed.add(model.probabilityColumn());
    }
    Dataset<Row> kept =
        scored
            .withColumn(
                model.labelColumn(), Columns.column(model.labelColumn()).cast(DataTypes.DoubleType))
            .select(Columns.columns(needed))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return model.task().classifies()
          ? classes(model, kept, weight, rows)
          : quantities(model, kept, weight);
    } finally {
      kept.unpersist();
    }
  }

  private static Map<String, Double> classes(
      SavedModel model, Dataset<Row> rows, Optional<String> weight, long count) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    MulticlassClassificationEvaluator evaluator =
        new MulticlassClassificationEvaluator()
            .setLabelCol(model.labelColumn())
            .setPredictionCol(model.predictionColumn());
    weight.ifPresent(evaluator::setWeightCol);
    boolean logistic = model.task() == Task.LOGISTIC;
    if (logistic) {
      evaluator.setMetricName(LOG_LOSS).setProbabilityCol(model.probabilityColumn());
    }
    MulticlassMetrics measured = evaluator.getMetrics(rows);
    metrics.put(ACCURACY, measured.accuracy());
    if (model.classes() == 2) {
      BinaryClassificationEvaluator ranking =
          new BinaryClassificationEvaluator()
              .setLabelCol(model.labelColumn())
              .setRawPredictionCol(model.rawPredictionColumn())
              .setMetricName(AREA_UNDER_ROC);
      weight.ifPresent(ranking::setWeightCol);
      if (count <= EXACT_ROWS) {
        ranking.setNumBins(0);
      }
      boolean bothClasses = measured.labels().length > 1;
      metrics.put(AREA_UNDER_ROC, bothClasses ? ranking.evaluate(rows) : Double.NaN);
    }
    if (logistic) {
      metrics.put(LOG_LOSS, measured.logLoss(LOG_LOSS_EPSILON));
    }
    return metrics;
  }

  private static Map<String, Double> quantities(
      SavedModel model, Dataset<Row> rows, Optional<String> weight) {
    RegressionEvaluator evaluator =
        new RegressionEvaluator()
            .setLabelCol(model.labelColumn())
            .setPredictionCol(model.predictionColumn());
    weight.ifPresent(evaluator::setWeightCol);
    RegressionMetrics measured = evaluator.getMetrics(rows);
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put(RMSE, measured.rootMeanSquaredError());
    metrics.put(R2, measured.r2());
    metrics.put(MAE, measured.meanAbsoluteError());
    return metrics;
  }

  /** "accuracy 0.8502, areaUnderROC undefined". */
  static String text(Map<String, Double> metrics) {
    List<String> parts = new ArrayList<>();
    metrics.forEach(
        (name, value) ->
            parts.add(
                Double.isNaN(value)
                    ? name + " undefined"
                    : String.format(Locale.ROOT, "%s %.6g", name, value)));
    return String.join(", ", parts);
  }
}
