package ravine.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
   * @param scored rows after {@link SavedModel#score}
   */
  static Map<String, Double> of(SavedModel model, Dataset<Row> scored, long rows) {
    List<String> needed = new ArrayList<>(List.of(model.labelColumn(), SavedModel.PREDICTION));
    model.weightColumn().ifPresent(needed::add);
    if (model.task().classifies()) {
      needed.add(SavedModel.RAW_PREDICTION);
    }
    if (model.task() == Task.LOGISTIC) {
      needed.add(SavedModel.PROBABILITY);
    }
    Dataset<Row> kept =
        scored
            .withColumn(
                model.labelColumn(), Columns.column(model.labelColumn()).cast(DataTypes.DoubleType))
            .select(Columns.columns(needed))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return model.task().classifies() ? classes(model, kept, rows) : quantities(model, kept);
    } finally {
      kept.unpersist();
    }
  }

  private static Map<String, Double> classes(SavedModel model, Dataset<Row> rows, long count) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    MulticlassClassificationEvaluator evaluator =
        new MulticlassClassificationEvaluator()
            .setLabelCol(model.labelColumn())
            .setPredictionCol(SavedModel.PREDICTION);
    model.weightColumn().ifPresent(evaluator::setWeightCol);
    boolean logistic = model.task() == Task.LOGISTIC;
    if (logistic) {
      evaluator.setMetricName(LOG_LOSS).setProbabilityCol(SavedModel.PROBABILITY);
    }
    MulticlassMetrics measured = evaluator.getMetrics(rows);
    metrics.put(ACCURACY, measured.accuracy());
    if (model.classes() == 2) {
      BinaryClassificationEvaluator ranking =
          new BinaryClassificationEvaluator()
              .setLabelCol(model.labelColumn())
              .setRawPredictionCol(SavedModel.RAW_PREDICTION)
              .setMetricName(AREA_UNDER_ROC);
      model.weightColumn().ifPresent(ranking::setWeightCol);
      if (count <= EXACT_ROWS) {
        ranking.setNumBins(0);
      }
      metrics.put(AREA_UNDER_ROC, ranking.evaluate(rows));
    }
    if (logistic) {
      metrics.put(LOG_LOSS, measured.logLoss(LOG_LOSS_EPSILON));
    }
    return metrics;
  }

  private static Map<String, Double> quantities(SavedModel model, Dataset<Row> rows) {
    RegressionEvaluator evaluator =
        new RegressionEvaluator()
            .setLabelCol(model.labelColumn())
            .setPredictionCol(SavedModel.PREDICTION);
    model.weightColumn().ifPresent(evaluator::setWeightCol);
    RegressionMetrics measured = evaluator.getMetrics(rows);
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put(RMSE, measured.rootMeanSquaredError());
    metrics.put(R2, measured.r2());
    metrics.put(MAE, measured.meanAbsoluteError());
    return metrics;
  }

  /** "accuracy 0.8502, areaUnderROC 0.9027". */
  static String text(Map<String, Double> metrics) {
    List<String> parts = new ArrayList<>();
    metrics.forEach((name, value) -> parts.add(String.format(Locale.ROOT, "%s %.6g", name, value)));
    return String.join(", ", parts);
  }
}
