package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import ravine.SparkTestBase;
import ravine.engine.PassRecord;
import ravine.engine.StopReason;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;

/** What every estimator of Spark does, ours do too. */
class EstimatorChecklistTest extends SparkTestBase {
  private static final String[] OURS = {
    "optimizer",
    "stepSize",
    "schedule",
    "batchSize",
    "miniBatchFraction",
    "seed",
    "validationIndicatorCol",
    "validationMetric",
    "maxSteps",
    "maxSeconds",
    "patience",
    "validationTol",
    "gradientClip",
    "engine",
    "sparse",
    "localSteps",
    "localStepSize",
    "noiseReduction",
    "deterministic",
    "onFailure",
    "batchGrowth",
    "storage",
    "storageLevel",
    "initialModelPath",
    "checkpointDir",
    "checkpointInterval",
    "resume"
  };

  private Dataset<Row> frame(Learner learner, int count) {
    return MlRows.frame(spark(), learner.rows(count));
  }

  @ParameterizedTest
  @EnumSource(
      value = Learner.class,
      names = {"LOGISTIC", "SVC", "SQUARED"})
  void params_areExplainedAndHaveTheDocumentedDefaults(Learner learner) {
    MiniBatchParams<?> estimator = learner.create();
    for (String name : OURS) {
      Param<Object> param = estimator.getParam(name);
      assertThat(estimator.explainParams()).contains(name + ": ");
      assertThat(param.doc()).hasSizeGreaterThan(10);
    }
    assertThat(estimator.getOptimizer()).isEqualTo("nesterov(accelerated)");
    assertThat(estimator.getStepSize()).isZero();
    assertThat(estimator.getSchedule()).isEmpty();
    assertThat(estimator.getBatchSize()).isZero();
    assertThat(estimator.isDefined(estimator.miniBatchFraction())).isFalse();
    assertThat(estimator.getSeed()).isEqualTo(42L);
    assertThat(estimator.isDefined(estimator.validationIndicatorCol())).isFalse();
    assertThat(estimator.getPatience()).isEqualTo(5);
    assertThat(estimator.getValidationTol()).isEqualTo(1e-4);
    assertThat(estimator.getGradientClip()).isZero();
    assertThat(estimator.getEngine()).isEqualTo("auto");
    assertThat(estimator.getSparse()).isEqualTo("auto");
    assertThat(estimator.getLocalSteps()).isEqualTo(1);
    assertThat(estimator.getLocalStepSize()).isZero();
    assertThat(estimator.getNoiseReduction()).isEqualTo("none");
    assertThat(estimator.getBatchGrowth()).isEqualTo(1.0);
    assertThat(estimator.getStorage()).isEqualTo("double");
    assertThat(estimator.getStorageLevel()).isEqualTo("auto");
    assertThat(estimator.getInitialModelPath()).isEmpty();
    assertThat(estimator.getCheckpointDir()).isEmpty();
    assertThat(estimator.getCheckpointInterval()).isEqualTo("60s");
    assertThat(estimator.getResume()).isEqualTo("none");
  }

  @ParameterizedTest
  @EnumSource(
      value = Learner.class,
      names = {"LOGISTIC", "SVC", "SQUARED"})
  void setters_giveBackTheEstimatorItself(Learner learner) {
    MiniBatchParams<?> estimator = learner.create();
    assertThat(
            estimator
                .setOptimizer("adam")
                .setStepSize(0.1)
                .setSchedule("inverse_sqrt")
                .setBatchSize(8)
                .setSeed(1L)
                .setValidationIndicatorCol("validation")
                .setPatience(2)
                .setValidationTol(0.0)
                .setGradientClip(1.0)
                .setEngine("jobs")
                .setSparse("lazy")
                .setLocalSteps(4)
                .setLocalStepSize(0.01)
                .setNoiseReduction("average")
                .setBatchGrowth(2.0)
                .setStorage("float")
                .setStorageLevel("DISK_ONLY")
                .setInitialModelPath("/model")
                .setCheckpointDir("/checkpoints")
                .setCheckpointInterval(100)
                .setCheckpointInterval("60s")
                .setResume("auto"))
        .isSameAs(estimator);
    assertThat(learner.create().setMiniBatchFraction(0.5).getMiniBatchFraction()).isEqualTo(0.5);
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void fit_defaults_givesSparksModelWithSummary(Learner learner) {
    Dataset<Row> rows = frame(learner, 60);
    MiniBatchParams<?> estimator = learner.create();
    Model<?> model = Learner.fit(estimator, rows);
    assertThat(model.getClass().getName()).startsWith("org.apache.spark.ml.");
    assertThat(model.uid()).isEqualTo(estimator.uid());
    assertThat(model.parent()).isSameAs(estimator);
    Dataset<Row> scored = model.transform(rows);
    assertThat(scored.columns()).contains("prediction");
    assertThat(scored.count()).isEqualTo(60);
    double[] history = Learner.history(model);
    assertThat(history[history.length - 1])
        .isFinite()
        .isLessThan(history[0] * (learner == Learner.SVC ? 1.01 : 1.0000001));
    TrainingResult result = Learner.result(estimator);
    assertThat(result.stopReason()).isEqualTo(StopReason.CONVERGED);
    assertThat(result.objectiveHistory()).isEqualTo(history);
    assertThat(result.objective())
        .isEqualTo(
            Arrays.stream(history).skip(1).min().orElseThrow(),
            within(1e-2 * Math.abs(history[0])));
    assertThat(result.rows()).isEqualTo(60);
  }

  /** Spark's weighted deviation differs from that of repeated rows: so neither is used here. */
  @ParameterizedTest
  @EnumSource(
      value = Learner.class,
      names = {"LOGISTIC", "SOFTMAX", "SQUARED", "HUBER"})
  void fit_weightOfTwo_equalsTheRowTwice(Learner learner) {
    List<Row> weighted = new ArrayList<>();
    List<Row> repeated = new ArrayList<>();
    for (Row row : learner.rows(80)) {
      boolean twice = weighted.size() % 3 == 0;
      Row plain = RowFactory.create(row.get(0), 1.0, false, row.get(3));
      weighted.add(RowFactory.create(row.get(0), twice ? 2.0 : 1.0, false, row.get(3)));
      repeated.add(plain);
      if (twice) {
        repeated.add(plain);
      }
    }
    MiniBatchParams<?> once = precise(learner);
    Learner.set(once, "weightCol", "weight");
    Learner.set(once, "standardization", false);
    MiniBatchParams<?> again = precise(learner);
    Learner.set(again, "standardization", false);
    if (learner == Learner.SQUARED) {
      // The penalty is stated in units of the label's deviation.
      Learner.set(once, "regParam", 0.0);
      Learner.set(again, "regParam", 0.0);
    }
    assertClose(
        Learner.fit(once, MlRows.frame(spark(), weighted)),
        Learner.fit(again, MlRows.frame(spark(), repeated)),
        1e-4);
  }

  static MiniBatchParams<?> precise(Learner learner) {
    MiniBatchParams<?> estimator = learner.create();
    Learner.set(estimator, "regParam", 0.01);
    Learner.set(estimator, "tol", 1e-13);
    Learner.set(estimator, "maxIter", 1000);
    return estimator;
  }

  static void assertClose(Model<?> left, Model<?> right, double relative) {
    double[] expected = Learner.weights(left);
    double[] actual = Learner.weights(right);
    assertThat(actual).hasSameSizeAs(expected);
    for (int j = 0; j < expected.length; j++) {
      assertThat(actual[j])
          .as("weight %d", j)
          .isCloseTo(expected[j], within(2e-6 + relative * Math.abs(expected[j])));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Learner.class,
      names = {"LOGISTIC", "SVC", "SQUARED"})
  void saveAndLoad_keepsEveryParam(Learner learner, @TempDir Path directory) throws Exception {
    MiniBatchParams<?> estimator = learner.create();
    estimator.setOptimizer("adam(beta2=0.99)").setStepSize(0.25).setBatchSize(7).setSeed(5L);
    Learner.set(estimator, "regParam", 0.125);
    Learner.set(estimator, "labelCol", "target");
    String path = directory.resolve("estimator").toString();
    ((MLWritable) estimator).write().overwrite().save(path);
    MiniBatchParams<?> loaded =
        (MiniBatchParams<?>)
            estimator.getClass().getMethod("load", String.class).invoke(null, path);
    assertThat(loaded).hasSameClassAs(estimator);
    assertThat(loaded.uid()).isEqualTo(estimator.uid());
    assertThat(loaded.explainParams()).isEqualTo(estimator.explainParams());
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void modelSaveAndLoad_bySparksOwnClass_scoresAlike(Learner learner, @TempDir Path directory)
      throws Exception {
    Dataset<Row> rows = frame(learner, 40);
    Model<?> model = Learner.fit(learner.create(), rows);
    String path = directory.resolve("model").toString();
    ((MLWritable) model).write().save(path);
    Transformer loaded =
        (Transformer) model.getClass().getMethod("load", String.class).invoke(null, path);
    assertThat(loaded.transform(rows).select("prediction").collectAsList())
        .isEqualTo(model.transform(rows).select("prediction").collectAsList());
  }

  @ParameterizedTest
  @EnumSource(
      value = Learner.class,
      names = {"LOGISTIC", "SVC", "SQUARED"})
  void pipeline_savedAndLoaded_fitsAndScoresAlike(Learner learner, @TempDir Path directory)
      throws Exception {
    Dataset<Row> rows = frame(learner, 40);
    MiniBatchParams<?> estimator = learner.create();
    Learner.set(estimator, "featuresCol", "scaled");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StandardScaler().setInputCol("features").setOutputCol("scaled"),
                  (PipelineStage) estimator
                });
    pipeline.write().overwrite().save(directory.resolve("pipeline").toString());
    PipelineModel model = Pipeline.load(directory.resolve("pipeline").toString()).fit(rows);
    model.write().overwrite().save(directory.resolve("model").toString());
    assertThat(
            PipelineModel.load(directory.resolve("model").toString())
                .transform(rows)
                .select("prediction")
                .collectAsList())
        .isEqualTo(pipeline.fit(rows).transform(rows).select("prediction").collectAsList());
  }

  @ParameterizedTest
  @EnumSource(
      value = Learner.class,
      names = {"LOGISTIC", "SVC", "SQUARED"})
  void copy_keepsParamsAndListeners_andIsIndependent(Learner learner) {
    MiniBatchParams<?> estimator = learner.create().setOptimizer("adam");
    AtomicInteger passes = new AtomicInteger();
    Learner.listen(
        estimator,
        new TrainingListener() {
          @Override
          public boolean onPass(PassRecord pass) {
            passes.incrementAndGet();
            return false;
          }
        });
    ParamMap extra = new ParamMap().put(estimator.stepSize().w(0.5));
    MiniBatchParams<?> copy = (MiniBatchParams<?>) estimator.copy(extra);
    assertThat(copy.uid()).isEqualTo(estimator.uid());
    assertThat(copy.getOptimizer()).isEqualTo("adam");
    assertThat(copy.getStepSize()).isEqualTo(0.5);
    assertThat(estimator.getStepSize()).isZero();
    Learner.set(copy, "maxIter", 3);
    assertThat(estimator.getOrDefault(estimator.getParam("maxIter"))).isEqualTo(100);
    Learner.fit(copy, frame(learner, 20));
    assertThat(passes).hasPositiveValue();
    assertThat(Learner.result(copy).stopReason()).isEqualTo(StopReason.STOPPED_BY_LISTENER);
    assertThat(Learner.result(estimator)).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = Learner.class,
      names = {"LOGISTIC", "SVC", "SQUARED"})
  void javaSerialization_keepsParams(Learner learner) throws Exception {
    MiniBatchParams<?> estimator = learner.create().setOptimizer("adam");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(estimator);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      MiniBatchParams<?> copy = (MiniBatchParams<?>) in.readObject();
      assertThat(copy.getOptimizer()).isEqualTo("adam");
      Learner.set(copy, "maxIter", 2);
      assertThat(Learner.weights(Learner.fit(copy, frame(learner, 20)))).isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void fit_sparseVectors_givesTheModelOfDenseOnes(Learner learner) {
    List<Row> dense = new ArrayList<>();
    List<Row> sparse = new ArrayList<>();
    for (Row row : learner.rows(90)) {
      Vector features = row.getAs(3);
      int i = dense.size();
      double[] wide = new double[30];
      for (int j = 0; j < 5; j++) {
        wide[(5 * i + j) % 30] = features.apply(j) / 100.0;
      }
      dense.add(RowFactory.create(row.get(0), 1.0, false, Vectors.dense(wide)));
      sparse.add(RowFactory.create(row.get(0), 1.0, false, Vectors.dense(wide).toSparse()));
    }
    assertClose(
        Learner.fit(precise(learner), MlRows.frame(spark(), dense)),
        Learner.fit(precise(learner), MlRows.frame(spark(), sparse)),
        1e-9);
  }

  @ParameterizedTest
  @CsvSource({"LOGISTIC, ''", "HUBER, ''", "SOFTMAX, adam", "SVC, momentum", "SQUARED, adam"})
  void fit_repeated_givesTheSameBits_andAnotherSeedOtherBatches(Learner learner, String optimizer) {
    Dataset<Row> rows = frame(learner, 100).repartition(3);
    MiniBatchParams<?> estimator = learner.create();
    Learner.set(estimator, "maxIter", 3);
    if (!optimizer.isEmpty()) {
      estimator.setOptimizer(optimizer).setBatchSize(10);
    }
    double[] first = Learner.weights(Learner.fit(estimator, rows));
    double[] second = Learner.weights(Learner.fit(estimator, rows));
    assertThat(second).containsExactly(first);
    if (!optimizer.isEmpty()) {
      estimator.setSeed(43L);
      assertThat(Learner.weights(Learner.fit(estimator, rows))).isNotEqualTo(first);
    }
  }

  @ParameterizedTest
  @CsvSource({"LOGISTIC, 2", "SOFTMAX, 3", "SVC, 2", "SQUARED, 2", "HUBER, 3"})
  void fit_oneRowPerClass_inMorePartitionsThanRows_isFinite(Learner learner, int classes) {
    List<Row> rows = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      rows.add(MlRows.row(k, k, 2.0 - k, 1.0));
    }
    MiniBatchParams<?> estimator = learner.create();
    Learner.set(estimator, "regParam", 0.1);
    double[] weights = Learner.weights(Learner.fit(estimator, MlRows.frame(spark(), rows, 7)));
    assertThat(Arrays.stream(weights).allMatch(Double::isFinite)).isTrue();
    estimator.setOptimizer("adam").setBatchSize(1);
    weights = Learner.weights(Learner.fit(estimator, MlRows.frame(spark(), rows, 7)));
    assertThat(Arrays.stream(weights).allMatch(Double::isFinite)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void fit_emptyPartitions_givesTheModelOfFullOnes(Learner learner) {
    List<Row> rows = learner.rows(60);
    assertClose(
        Learner.fit(precise(learner), MlRows.frame(spark(), rows)),
        Learner.fit(
            precise(learner),
            MlRows.frame(spark(), rows, 4)
                .repartition(1)
                .union(MlRows.frame(spark(), List.of(), 3))),
        1e-4);
  }
}
