package ravine.ml.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.LogCapture;
import ravine.SparkTestBase;
import ravine.engine.TrainingData;
import ravine.ml.MiniBatchFit;
import ravine.ml.MlRows;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;
import ravine.rows.Block;
import ravine.rows.PackedPartition;

/** Cross-validation and the split against Spark's evaluators on the very rows held out. */
class TunersTest extends SparkTestBase {
  private static final long SEED = 5L;

  private Dataset<Row> rows() {
    return MlRows.frame(spark(), MlRows.classified(600, 2), 2);
  }

  private static ParamMap[] grid(MiniBatchLogisticRegression estimator) {
    return new ParamGridBuilder()
        .addGrid(estimator.regParam(), new double[] {1.0, 1e-3, 30.0})
        .build();
  }

  /** The rows of a fold, or all others, as the packed rows have them. */
  private Dataset<Row> fold(
      MiniBatchLogisticRegression estimator, int folds, int held, boolean in) {
    try (TrainingData data = new MiniBatchFit(estimator).packForMany(rows())) {
      List<double[]> all =
          data.packedRows().packed().map(part -> ofFold(part, folds, held, in)).collect().stream()
              .flatMap(List::stream)
              .toList();
      List<Row> made = new ArrayList<>();
      for (double[] row : all) {
        double[] features = java.util.Arrays.copyOfRange(row, 1, row.length);
        made.add(MlRows.row(row[0], Vectors.dense(features).toArray()));
      }
      return MlRows.frame(spark(), made, 2);
    }
  }

  private static List<double[]> ofFold(PackedPartition partition, int folds, int held, boolean in) {
    List<double[]> rows = new ArrayList<>();
    int b = 0;
    for (Block block : partition.training) {
      for (int i = 0; i < block.rows; i++) {
        if ((partition.folds(SEED, folds)[b][i] == held) == in) {
          double[] row = new double[1 + block.features];
          row[0] = block.label(i);
          block.copyRow(i, 1, row);
          rows.add(row);
        }
      }
      b++;
    }
    return rows;
  }

  /** An evaluator knows nothing of class weights; training weighs the rows it measures. */
  @Test
  void fit_classWeights_areJudgedBySparksEvaluator() {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    ParamMap[] maps = {
      new ParamMap().put(estimator.classWeight(), ""),
      new ParamMap().put(estimator.classWeight(), "1:9")
    };
    CrossValidator ours = new RavineCrossValidator();
    List<double[]> metrics = new ArrayList<>();
    try (LogCapture log = new LogCapture("ravine.ml.tuning")) {
      for (CrossValidator tuner : List.of(new CrossValidator(), ours)) {
        tuner
            .setEstimator(estimator)
            .setEvaluator(new BinaryClassificationEvaluator().setMetricName("areaUnderPR"))
            .setEstimatorParamMaps(maps)
            .setNumFolds(2)
            .setSeed(SEED);
        metrics.add(tuner.fit(rows()).avgMetrics());
      }
      assertThat(log.messages()).singleElement().asString().contains("classWeight is set");
    }
    // Spark's evaluator adds up in an order that is not always the same.
    assertThat(metrics.get(1)).containsExactly(metrics.get(0), within(1e-12));
  }

  @Test
  void crossValidator_logLoss_isThatOfSparksEvaluatorOnTheRowsHeldOut() {
    requireMetricsOf(new MulticlassClassificationEvaluator().setMetricName("logLoss"), 1e-5);
  }

  /** Scores are counted in bins a hundredth wide. */
  @Test
  void crossValidator_area_isNearlyThatOfSparksEvaluatorOnTheRowsHeldOut() {
    requireMetricsOf(new BinaryClassificationEvaluator().setNumBins(0), 1e-3);
  }

  private void requireMetricsOf(Evaluator evaluator, double precision) {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression().setTol(1e-9);
    ParamMap[] grid = grid(estimator);
    CrossValidatorModel model =
        new RavineCrossValidator()
            .setEstimator(estimator)
            .setEvaluator(evaluator)
            .setEstimatorParamMaps(grid)
            .setNumFolds(3)
            .setSeed(SEED)
            .fit(rows());
    double[] expected = new double[grid.length];
    for (int f = 0; f < 3; f++) {
      Dataset<Row> train = fold(estimator, 3, f, false);
      Dataset<Row> held = fold(estimator, 3, f, true);
      assertThat(train.count() + held.count()).isEqualTo(600L);
      for (int i = 0; i < grid.length; i++) {
        expected[i] += evaluator.evaluate(estimator.copy(grid[i]).fit(train).transform(held)) / 3.0;
      }
    }
    assertThat(model.avgMetrics())
        .usingComparatorWithPrecision(precision)
        .containsExactly(expected);
    LogisticRegressionModel found = (LogisticRegressionModel) model.bestModel();
    LogisticRegressionModel own = estimator.setRegParam(found.getRegParam()).fit(rows());
    for (int j = 0; j < MlRows.FEATURES; j++) {
      double coefficient = own.coefficients().apply(j);
      assertThat(found.coefficients().apply(j))
          .isCloseTo(coefficient, within(2e-3 * Math.abs(coefficient)));
    }
    assertThat(model.transform(rows()).columns()).contains("prediction");
  }

  @Test
  void search_metricsOfFolds_areThoseTheMeansAreOf() {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    RavineCrossValidator validator =
        new RavineCrossValidator()
            .setEstimator(estimator)
            .setEvaluator(new BinaryClassificationEvaluator())
            .setEstimatorParamMaps(grid(estimator))
            .setNumFolds(4);
    Search found = validator.search(rows());
    assertThat(found.metrics()).hasDimensions(3, 4);
    assertThat(found.means()).isEqualTo(validator.fit(rows()).avgMetrics());
    assertThat(((LogisticRegressionModel) found.model()).getRegParam())
        .isEqualTo(grid(estimator)[found.best()].apply(estimator.regParam()));
  }

  @Test
  void search_evaluatorOfOtherColumns_isRefused() {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    RavineCrossValidator validator =
        new RavineCrossValidator()
            .setEstimator(estimator)
            .setEvaluator(new BinaryClassificationEvaluator().setWeightCol("weight"))
            .setEstimatorParamMaps(grid(estimator));
    assertThatThrownBy(() -> validator.search(rows()))
        .hasMessage(
            "Models cannot train together, because the evaluator's weightCol is not the"
                + " estimator's.");
    validator.setEvaluator(new BinaryClassificationEvaluator().setLabelCol("other"));
    assertThat(validator.obstacle()).isEqualTo("the evaluator's labelCol is not the estimator's");
    RavineTrainValidationSplit split = new RavineTrainValidationSplit();
    split.setEstimator(estimator).setEvaluator(validator.getEvaluator());
    assertThat(split.obstacle()).isEqualTo(validator.obstacle());
  }

  @Test
  void crossValidator_twice_isTheSame() {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    RavineCrossValidator validator =
        new RavineCrossValidator()
            .setEstimator(estimator)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("logLoss"))
            .setEstimatorParamMaps(grid(estimator))
            .setNumFolds(4);
    CrossValidatorModel first = validator.fit(rows());
    CrossValidatorModel second = validator.fit(rows());
    assertThat(first.avgMetrics()).isEqualTo(second.avgMetrics());
    assertThat(((LogisticRegressionModel) first.bestModel()).getRegParam()).isEqualTo(1e-3);
  }

  @Test
  void crossValidator_otherMetricOrEstimator_isSparksOwnLoop() {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression().setMaxIter(5);
    MulticlassClassificationEvaluator accuracy =
        new MulticlassClassificationEvaluator().setMetricName("accuracy");
    CrossValidatorModel ours =
        new RavineCrossValidator()
            .setEstimator(estimator)
            .setEvaluator(accuracy)
            .setEstimatorParamMaps(grid(estimator))
            .setNumFolds(2)
            .setSeed(SEED)
            .fit(rows());
    CrossValidatorModel stock =
        new CrossValidator()
            .setEstimator(estimator)
            .setEvaluator(accuracy)
            .setEstimatorParamMaps(grid(estimator))
            .setNumFolds(2)
            .setSeed(SEED)
            .fit(rows());
    assertThat(ours.avgMetrics()).isEqualTo(stock.avgMetrics());
  }

  @Test
  void crossValidator_modelsThatTrainAlone_areSparksOwnLoop() {
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setBatchSize(50).setMaxIter(2).setLocalSteps(2);
    assertThat(Search.obstacle(estimator, grid(estimator), new BinaryClassificationEvaluator()))
        .isEqualTo("a model with localSteps=2 trains alone");
    CrossValidatorModel model =
        new RavineCrossValidator()
            .setEstimator(estimator)
            .setEvaluator(new BinaryClassificationEvaluator())
            .setEstimatorParamMaps(grid(estimator))
            .setNumFolds(2)
            .fit(rows());
    assertThat(model.avgMetrics()).hasSize(3).doesNotContain(Double.NaN);
  }

  @Test
  void trainValidationSplit_numbers_findsTheWeakPenalty() {
    MiniBatchLinearRegression estimator = new MiniBatchLinearRegression();
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(estimator.regParam(), new double[] {100.0, 1e-4}).build();
    TrainValidationSplitModel model =
        new RavineTrainValidationSplit()
            .setEstimator(estimator)
            .setEvaluator(new RegressionEvaluator().setMetricName("mse"))
            .setEstimatorParamMaps(grid)
            .setTrainRatio(0.7)
            .fit(MlRows.frame(spark(), MlRows.measured(400), 2));
    assertThat(model.validationMetrics()).hasSize(2);
    assertThat(model.validationMetrics()[1]).isLessThan(0.8 * model.validationMetrics()[0]);
    assertThat(model.bestModel().extractParamMap().toString()).contains("regParam: 1.0E-4");
  }

  @Test
  void oneStandardError_takesTheStrongestPenaltyWithin() {
    double[][] metrics = {{0.50, 0.52}, {0.40, 0.60}, {0.49, 0.50}, {0.9, 0.9}};
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    List<ParamMap> maps = new ArrayList<>();
    for (double regParam : new double[] {0.3, 0.2, 0.1, 5.0}) {
      maps.add(new ParamMap().put(estimator.regParam(), regParam));
    }
    List<Grid.Candidate> all = Grid.candidates(estimator, maps);
    int best = Search.best(metrics, false);
    assertThat(best).isEqualTo(2);
    assertThat(Search.standardError(metrics[2])).isCloseTo(0.005, within(1e-12));
    assertThat(Search.strongestWithinOneError(all, metrics, best, false)).isEqualTo(1);
  }

  @Test
  void savedTuner_loadsWithItsRuleAndInSparksOwnClass(@TempDir Path folder) throws Exception {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    String path = folder.resolve("tuner").toString();
    new RavineCrossValidator()
        .setEstimator(estimator)
        .setEvaluator(new BinaryClassificationEvaluator())
        .setEstimatorParamMaps(grid(estimator))
        .setNumFolds(7)
        .setOneStandardError(true)
        .write()
        .save(path);
    RavineCrossValidator loaded = RavineCrossValidator.load(path);
    assertThat(loaded.getOneStandardError()).isTrue();
    assertThat(loaded.getNumFolds()).isEqualTo(7);
    assertThat(loaded.getEstimator()).isInstanceOf(MiniBatchLogisticRegression.class);
    assertThat(loaded.getEstimatorParamMaps()).hasSize(3);
    assertThat(CrossValidator.load(path).getNumFolds()).isEqualTo(7);
    assertThat(loaded.copy(ParamMap.empty()).getOneStandardError()).isTrue();
  }
}
