package ravine.ml.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.LogCapture;
import ravine.SparkTestBase;
import ravine.ml.MlRows;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/** Folds that a column tells: against Spark's own cross-validation by the same column. */
class FoldingTest extends SparkTestBase {
  private static final int FOLDS = 3;
  private static final long SEED = 5L;

  private final MiniBatchLogisticRegression estimator =
      new MiniBatchLogisticRegression().setTol(1e-10);
  private final ParamMap[] grid =
      new ParamGridBuilder().addGrid(estimator.regParam(), new double[] {1.0, 1e-3, 30.0}).build();

  /** Ten rows of each id, and a fold by it. */
  private Dataset<Row> rows() {
    return MlRows.frame(spark(), MlRows.classified(600, 2), 2)
        .withColumn("id", functions.expr("concat('user ', hash(features) % 60)"))
        .withColumn("part", functions.expr("cast(pmod(hash(features), 3) as int)"));
  }

  private RavineCrossValidator ours() {
    return (RavineCrossValidator) set(new RavineCrossValidator());
  }

  private CrossValidator set(CrossValidator tuner) {
    return tuner
        .setEstimator(estimator)
        .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("logLoss"))
        .setEstimatorParamMaps(grid)
        .setNumFolds(FOLDS)
        .setSeed(SEED);
  }

  /** The folds are the very same, so the metrics are, too. */
  @Test
  void crossValidator_foldCol_hasTheMetricsOfSparksLoopOnOneCopyOfTheRows() {
    double[] expected = set(new CrossValidator()).setFoldCol("part").fit(rows()).avgMetrics();
    try (LogCapture log = new LogCapture("ravine.ml.tuning")) {
      CrossValidatorModel model = ours().setFoldCol("part").fit(rows());
      assertThat(log.messages()).isEmpty();
      assertThat(model.avgMetrics()).usingComparatorWithPrecision(1e-5).containsExactly(expected);
    }
  }

  /** Whole numbers of Python are bigint. */
  @Test
  void crossValidator_foldColOfOtherWholeNumbers_isThatOfInts() {
    double[] expected = ours().setFoldCol("part").fit(rows()).avgMetrics();
    MulticlassClassificationEvaluator accuracy =
        new MulticlassClassificationEvaluator().setMetricName("accuracy");
    double[] stock = ours().setFoldCol("part").setEvaluator(accuracy).fit(rows()).avgMetrics();
    for (DataType type : List.of(DataTypes.LongType, DataTypes.ShortType, DataTypes.ByteType)) {
      Dataset<Row> rows = rows().withColumn("part", functions.col("part").cast(type));
      RavineCrossValidator tuner = ours().setFoldCol("part");
      assertThat(tuner.transformSchema(rows.schema()).apply("part").dataType()).isEqualTo(type);
      assertThat(tuner.fit(rows).avgMetrics()).isEqualTo(expected);
      assertThat(tuner.setEvaluator(accuracy).fit(rows).avgMetrics()).isEqualTo(stock);
    }
    Dataset<Row> beyond = rows().withColumn("part", functions.expr("part * 4294967296L"));
    assertThatThrownBy(() -> ours().setFoldCol("part").fit(beyond))
        .hasMessageContaining("Fold number must be in range [0, 3), but got 4294967296");
    assertThatThrownBy(() -> ours().setFoldCol("part").setEvaluator(accuracy).fit(beyond))
        .rootCause()
        .hasMessage("Fold number must be in range [0, 3), but got 2147483647.");
  }

  @Test
  void crossValidator_foldColOfBadRows_isRefusedInSparksOwnWords() {
    RavineCrossValidator tuner = ours().setFoldCol("part");
    Dataset<Row> rows = rows();
    assertThatThrownBy(
            () -> tuner.fit(rows.withColumn("part", functions.expr("if(part = 2, 3, part)"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Fold number must be in range [0, 3), but got 3");
    assertThatThrownBy(
            () -> tuner.fit(rows.withColumn("part", functions.expr("if(part = 2, -1, part)"))))
        .hasMessageContaining("Fold number must be in range [0, 3), but got -1");
    assertThatThrownBy(() -> tuner.fit(rows.withColumn("part", functions.expr("nullif(part, 2)"))))
        .hasMessageContaining("the fold in column part is null");
    assertThatThrownBy(
            () -> tuner.fit(rows.withColumn("part", functions.expr("if(part = 2, 1, part)"))))
        .hasMessage("The validation data at fold 2 is empty.");
    assertThatThrownBy(
            () -> tuner.fit(rows.withColumn("part", functions.expr("cast(part as string)"))))
        .hasMessageContaining("must be integer type");
    assertThatThrownBy(() -> tuner.setIdCol("id").fit(rows))
        .hasMessage("foldCol and idCol both tell which fold a row is in: set one of them.");
  }

  /** Spark's own loop over the fold that an id has. */
  private double[] byHash(String id) {
    Dataset<Row> told =
        rows()
            .withColumn("told", functions.expr("cast(pmod(xxhash64(5L, " + id + "), 3L) as int)"));
    return set(new CrossValidator()).setFoldCol("told").fit(told).avgMetrics();
  }

  @Test
  void crossValidator_idCol_keepsIdsTogetherWhereverTheirRowsStand() {
    double[] expected = byHash("id");
    for (int partitions : new int[] {1, 5}) {
      CrossValidatorModel model =
          ours().setIdCol("id").fit(rows().repartition(partitions, functions.col("features")));
      assertThat(model.avgMetrics()).usingComparatorWithPrecision(1e-5).containsExactly(expected);
    }
    assertThat(ours().fit(rows()).avgMetrics()[0]).isNotCloseTo(expected[0], within(1e-5));
  }

  /** Spark's loop knows no ids, and keeps them together all the same. */
  @Test
  void crossValidator_idColAndAnotherMetric_isSparksLoopOverTheSameFolds() {
    RavineCrossValidator tuner = ours().setIdCol("id");
    MulticlassClassificationEvaluator accuracy =
        new MulticlassClassificationEvaluator().setMetricName("accuracy");
    Dataset<Row> told =
        rows().withColumn("told", functions.expr("cast(pmod(xxhash64(5L, id), 3L) as int)"));
    double[] expected =
        set(new CrossValidator()).setEvaluator(accuracy).setFoldCol("told").fit(told).avgMetrics();
    CrossValidatorModel model = tuner.setEvaluator(accuracy).fit(rows());
    assertThat(model.avgMetrics()).isEqualTo(expected);
    assertThat(model.isSet(model.foldCol())).isFalse();
  }

  @Test
  void idCol_thatCannotBeOne_isRefused() {
    assertThatThrownBy(() -> ours().setIdCol("user").fit(rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "idCol user is not among the columns label, weight, validation, features, id, part.");
    Dataset<Row> rows = rows().withColumn("ids", functions.expr("array(id)"));
    assertThatThrownBy(() -> ours().setIdCol("ids").fit(rows))
        .hasMessage("idCol must be a column of one value a row, but ids is array<string>.");
  }

  @Test
  void idCol_ofTooFewValues_isRefusedWithTheReason() {
    Dataset<Row> rows = rows().withColumn("id", functions.lit("all")); // of the last fold
    String reason =
        "all rows of an id are in one fold, and there are too few ids; take fewer folds, or an"
            + " idCol of more values.";
    assertThatThrownBy(() -> ours().setIdCol("id").fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The validation data at fold 0 is empty: " + reason);
    assertThatThrownBy(
            () ->
                RegularizationPath.fit(
                    estimator,
                    rows.withColumn("id", functions.lit("same")), // of fold 0
                    new double[] {1.0},
                    new BinaryClassificationEvaluator(),
                    2,
                    SEED,
                    "id"))
        .hasMessage("Without fold 0 there is no row to train on: " + reason);
    RavineTrainValidationSplit split =
        new RavineTrainValidationSplit()
            .setEstimator(estimator)
            .setEvaluator(new BinaryClassificationEvaluator())
            .setEstimatorParamMaps(grid)
            .setIdCol("id");
    String ofSplit =
        "all rows of an id are held out or none is, and there are too few ids; take another share,"
            + " or an idCol of more values.";
    assertThatThrownBy(() -> split.setTrainRatio(0.9).fit(rows))
        .hasMessage("No row is held out: " + ofSplit);
    assertThatThrownBy(() -> split.setTrainRatio(0.01).fit(rows))
        .hasMessage("Without the rows held out there is no row to train on: " + ofSplit);
  }

  @Test
  void trainValidationSplit_idCol_holdsWholeIdsOut() {
    RavineTrainValidationSplit split =
        new RavineTrainValidationSplit()
            .setEstimator(estimator)
            .setEvaluator(new BinaryClassificationEvaluator())
            .setEstimatorParamMaps(grid)
            .setTrainRatio(0.6)
            .setSeed(SEED)
            .setIdCol("id");
    double[] first = split.fit(rows().repartition(1)).validationMetrics();
    double[] second =
        split.fit(rows().repartition(4, functions.col("features"))).validationMetrics();
    assertThat(second).usingComparatorWithPrecision(1e-4).containsExactly(first);
    Dataset<Row> told =
        rows().withColumn("held", functions.expr("pmod(xxhash64(5L, id), 100L) >= 60"));
    Dataset<Row> held = told.where("held");
    for (int i = 0; i < grid.length; i++) {
      assertThat(first[i])
          .isCloseTo(
              new BinaryClassificationEvaluator()
                  .setNumBins(0)
                  .evaluate(estimator.copy(grid[i]).fit(told.where("not held")).transform(held)),
              within(2e-3));
    }
    split.setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"));
    assertThatThrownBy(() -> split.fit(rows()))
        .hasMessageContaining("Models cannot train together, because the rows held out");
  }

  @Test
  void regularizationPath_idCol_isStableUnderRepartition() {
    MiniBatchLinearRegression linear = new MiniBatchLinearRegression().setTol(1e-10);
    Dataset<Row> rows =
        MlRows.frame(spark(), MlRows.measured(400), 2)
            .withColumn("id", functions.expr("hash(features) % 40"));
    double[] strengths = {1.0, 0.01};
    RegressionEvaluator rmse = new RegressionEvaluator();
    RegularizationPath first = RegularizationPath.fit(linear, rows, strengths, rmse, 4, SEED, "id");
    RegularizationPath second =
        RegularizationPath.fit(
            linear, rows.repartition(3, functions.col("features")), strengths, rmse, 4, SEED, "id");
    RegularizationPath places = RegularizationPath.fit(linear, rows, strengths, rmse, 4, SEED);
    for (int i = 0; i < strengths.length; i++) {
      assertThat(second.points().get(i).metric())
          .isCloseTo(first.points().get(i).metric(), within(1e-6));
      assertThat(places.points().get(i).metric())
          .isNotCloseTo(first.points().get(i).metric(), within(1e-4));
    }
  }

  @Test
  void savedTuners_haveTheirIdCol(@TempDir Path folder) throws Exception {
    String path = folder.resolve("folds").toString();
    ours().setIdCol("id").write().save(path);
    assertThat(RavineCrossValidator.load(path).getIdCol()).isEqualTo("id");
    assertThat(RavineCrossValidator.load(path).getOneStandardError()).isFalse();
    assertThat(CrossValidator.load(path).getNumFolds()).isEqualTo(FOLDS);
    String split = folder.resolve("split").toString();
    new RavineTrainValidationSplit()
        .setEstimator(estimator)
        .setEvaluator(new BinaryClassificationEvaluator())
        .setEstimatorParamMaps(grid)
        .setIdCol("id")
        .write()
        .save(split);
    assertThat(RavineTrainValidationSplit.load(split).getIdCol()).isEqualTo("id");
    assertThat(TrainValidationSplit.load(split).getTrainRatio()).isEqualTo(0.75);
    assertThat(ours().setIdCol("id").copy(new ParamMap()).getIdCol()).isEqualTo("id");
  }
}
