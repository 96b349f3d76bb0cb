package ravine.ml.tuning;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.SparkSession;
import ravine.ml.MlRows;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** A program that trains a grid with folds and writes what came of it; it may be killed. */
final class GridLossMain {
  private GridLossMain() {}

  /** Arguments: the directory of checkpoints, the file for the result. */
  public static void main(String[] args) throws Exception {
    try (SparkSession spark =
        SparkSession.builder().master("local[2]").appName("grid").getOrCreate()) {
      Files.writeString(Path.of(args[1]), train(spark, args[0]));
    }
  }

  /** Every metric and the chosen model, by their digits. */
  static String train(SparkSession spark, String directory) {
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression()
            .setEngine("jobs")
            .setMaxIter(20)
            .setTol(0.0)
            .setCheckpointDir(directory)
            .setCheckpointInterval(5)
            .setResume("auto");
    ParamMap[] maps = new ParamMap[4];
    for (int i = 0; i < maps.length; i++) {
      maps[i] = new ParamMap().put(estimator.regParam(), 0.3 / (1 + i));
      if (i % 2 == 1) {
        maps[i]
            .put(estimator.getParam("optimizer"), "adam")
            .put(estimator.getParam("batchSize"), 50);
      }
    }
    Search found =
        new RavineCrossValidator()
            .setEstimator(estimator)
            .setEvaluator(new BinaryClassificationEvaluator())
            .setEstimatorParamMaps(maps)
            .setNumFolds(2)
            .search(MlRows.frame(spark, MlRows.classified(400, 2), 2));
    LogisticRegressionModel model = (LogisticRegressionModel) found.model();
    return Arrays.deepToString(found.metrics())
        + found.best()
        + Arrays.toString(model.coefficients().toArray())
        + model.intercept();
  }
}
