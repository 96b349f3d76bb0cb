package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/** The estimators on this Spark, with either serializer: fit, summary, persistence, tuning. */
class EstimatorsIT {
  private static final String JAVA = "org.apache.spark.serializer.JavaSerializer";
  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";

  private SparkSession spark;

  private void start(String serializer) {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("legs")
            .config("spark.serializer", serializer)
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
  }

  @AfterEach
  void stop() {
    if (spark != null) {
      spark.stop();
    }
  }

  private Dataset<Row> rows(int classes) {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      double a = random.nextGaussian();
      double b = 100.0 * random.nextGaussian();
      double score = a + 0.01 * b + 0.5 * random.nextGaussian();
      double label =
          classes == 0 ? score : Math.min(classes - 1, Math.max(0, Math.floor(score + 1)));
      rows.add(RowFactory.create(label, a, b, Vectors.dense(a, b)));
    }
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("label", DataTypes.DoubleType)
            .add("a", DataTypes.DoubleType)
            .add("b", DataTypes.DoubleType)
            .add("features", SQLDataTypes.VectorType()));
  }

  @ParameterizedTest
  @ValueSource(strings = {JAVA, KRYO})
  void logistic_binary_fitsAndItsModelIsLoadedBySpark(String serializer, @TempDir Path directory)
      throws Exception {
    start(serializer);
    Dataset<Row> rows = rows(2);
    for (String optimizer : new String[] {"nesterov(accelerated)", "adam"}) {
      LogisticRegressionModel model =
          new MiniBatchLogisticRegression().setOptimizer(optimizer).setRegParam(0.01).fit(rows);
      assertThat(model.binarySummary().areaUnderROC()).isGreaterThan(0.85);
      assertDescends(model.summary().objectiveHistory());
      String path = directory.resolve(optimizer).toString();
      model.write().overwrite().save(path);
      LogisticRegressionModel loaded = LogisticRegressionModel.load(path);
      assertThat(loaded.coefficients()).isEqualTo(model.coefficients());
      assertThat(loaded.transform(rows).select("prediction").collectAsList())
          .isEqualTo(model.transform(rows).select("prediction").collectAsList());
    }
  }

  @Test
  void logistic_multinomial_fits() {
    start(JAVA);
    LogisticRegressionModel model =
        new MiniBatchLogisticRegression().setElasticNetParam(0.5).setRegParam(0.01).fit(rows(3));
    assertThat(model.numClasses()).isEqualTo(3);
    assertThat(model.summary().accuracy()).isGreaterThan(0.6);
    assertDescends(model.summary().objectiveHistory());
  }

  /** Eight shards on two slots: tasks with several partitions. */
  @ParameterizedTest
  @ValueSource(strings = {JAVA, KRYO})
  void logistic_strict_hasTheSameBitsHoweverRowsCome(String serializer) {
    start(serializer);
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression()
            .setDeterministic("strict(8)")
            .setOptimizer("adam")
            .setBatchSize(20);
    estimator.setMaxIter(3);
    Dataset<Row> rows = rows(2);
    LogisticRegressionModel model = estimator.fit(rows.coalesce(1));
    assertThat(estimator.fit(rows.repartition(5)).coefficients()).isEqualTo(model.coefficients());
    assertThat(estimator.lastTrainingResult().engine()).isEqualTo("resident");
  }

  @Test
  void svc_fitsAndItsModelIsLoadedBySpark(@TempDir Path directory) throws Exception {
    start(KRYO);
    LinearSVCModel model = new MiniBatchLinearSVC().setRegParam(0.01).fit(rows(2));
    assertThat(model.summary().accuracy()).isGreaterThan(0.75);
    assertDescends(model.summary().objectiveHistory());
    String path = directory.resolve("svc").toString();
    model.write().save(path);
    assertThat(LinearSVCModel.load(path).coefficients()).isEqualTo(model.coefficients());
  }

  @ParameterizedTest
  @ValueSource(strings = {"squaredError", "huber"})
  void linear_fitsAndItsModelIsLoadedBySpark(String loss, @TempDir Path directory)
      throws Exception {
    start(KRYO);
    LinearRegressionModel model = new MiniBatchLinearRegression().setLoss(loss).fit(rows(0));
    assertThat(model.summary().rootMeanSquaredError()).isBetween(0.3, 0.7);
    assertThat(model.summary().r2()).isGreaterThan(0.7);
    assertDescends(model.summary().objectiveHistory());
    String path = directory.resolve("linear").toString();
    model.write().save(path);
    LinearRegressionModel loaded = LinearRegressionModel.load(path);
    assertThat(loaded.coefficients()).isEqualTo(model.coefficients());
    assertThat(loaded.scale()).isEqualTo(model.scale());
  }

  private static void assertDescends(double[] history) {
    assertThat(history).isNotEmpty();
    assertThat(Arrays.stream(history).allMatch(Double::isFinite)).isTrue();
    assertThat(history[history.length - 1]).isLessThanOrEqualTo(history[0] * 1.01);
  }

  @Test
  void pipeline_savedAndLoaded_scoresAlike(@TempDir Path directory) throws Exception {
    start(JAVA);
    Dataset<Row> rows = rows(2).drop("features");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler().setInputCols(new String[] {"a", "b"}).setOutputCol("x"),
                  new MiniBatchLogisticRegression().setFeaturesCol("x").setOptimizer("adam")
                });
    pipeline.write().save(directory.resolve("pipeline").toString());
    PipelineModel model = Pipeline.load(directory.resolve("pipeline").toString()).fit(rows);
    model.write().save(directory.resolve("model").toString());
    assertThat(
            PipelineModel.load(directory.resolve("model").toString())
                .transform(rows)
                .select("prediction")
                .collectAsList())
        .isEqualTo(model.transform(rows).select("prediction").collectAsList());
    MiniBatchLogisticRegression loaded =
        (MiniBatchLogisticRegression)
            Pipeline.load(directory.resolve("pipeline").toString()).getStages()[1];
    assertThat(loaded.getOptimizer()).isEqualTo("adam");
  }

  @Test
  void crossValidator_choosesTheSmallPenalty(@TempDir Path directory) throws Exception {
    start(JAVA);
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setElasticNetParam(1.0);
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(estimator.regParam(), new double[] {10.0, 0.01}).build();
    CrossValidatorModel model =
        new CrossValidator()
            .setEstimator(estimator)
            .setEvaluator(new BinaryClassificationEvaluator())
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .fit(rows(2));
    assertThat(model.avgMetrics()[1]).isGreaterThan(model.avgMetrics()[0]);
    model.write().save(directory.resolve("cv").toString());
    assertThat(CrossValidatorModel.load(directory.resolve("cv").toString()).bestModel())
        .isInstanceOf(LogisticRegressionModel.class);
  }
}
