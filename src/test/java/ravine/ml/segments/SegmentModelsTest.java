package ravine.ml.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.engine.TrainingResult;
import ravine.ml.Learner;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

class SegmentModelsTest extends SparkTestBase {

  @ParameterizedTest
  @EnumSource(Learner.class)
  void fitByKey_everyLearner_givesTheModelsOfTheirOwnFits(Learner learner) {
    Dataset<Row> rows = SegmentRows.frame(spark(), SegmentRows.dealt(learner, 3, 120));
    SegmentedFitting<?, ?> estimator = SegmentRows.exact(learner);
    Learner.set(estimator, "weightCol", "weight");
    try (SegmentModels<?> models = estimator.fitByKey(rows, "key")) {
      assertThat(models.stopReasons()).isEqualTo(Map.of("CONVERGED", 3L));
      assertLikeOwnFits(estimator, models, rows, List.of("s0", "s1", "s2"));
    }
  }

  /** A bound above what a task trains: the fits are the ordinary ones, to the bit. */
  @ParameterizedTest
  @EnumSource(Learner.class)
  void fitByKey_tooLarge_isTrainedByFit(Learner learner) {
    List<Row> mixed = SegmentRows.dealt(learner, 2, 90);
    mixed.removeIf(row -> row.getString(0).equals("s1") && mixed.indexOf(row) > 100);
    Dataset<Row> rows = SegmentRows.frame(spark(), mixed);
    SegmentedFitting<?, ?> estimator = SegmentRows.exact(learner);
    try (SegmentModels<?> models = estimator.fitByKey(rows, List.of("key"), 60)) {
      assertThat(models.stopReasons()).isEqualTo(Map.of("CONVERGED", 2L));
      assertThat(models.frame().count()).isEqualTo(2);
      assertLikeOwnFits(estimator, models, rows, List.of("s0", "s1"));
      assertThat(Learner.weights(models.model("s0")))
          .isEqualTo(Learner.weights(Learner.fit(estimator, SegmentRows.of(rows, "s0"))));
      assertThat(row(models, "s0").<Long>getAs("rows")).isEqualTo(90);
    }
  }

  private static void assertLikeOwnFits(
      SegmentedFitting<?, ?> estimator,
      SegmentModels<?> models,
      Dataset<Row> rows,
      List<String> keys) {
    for (String key : keys) {
      Dataset<Row> own = SegmentRows.of(rows, key);
      Model<?> expected = Learner.fit(estimator, own);
      TrainingResult result = Learner.result(estimator);
      Row found = row(models, key);
      assertThat(found.<Long>getAs("rows")).isEqualTo(own.count());
      assertThat(found.<Double>getAs("objective"))
          .isCloseTo(result.objective(), within(SegmentRows.tol(estimator) * result.objective()));
      assertThat(found.<Double>getAs("gapBound"))
          .isLessThanOrEqualTo(SegmentRows.tol(estimator) * result.objective());
      assertThat(found.<String>getAs("message")).isNull();
      double[] weights = Learner.weights(expected);
      double[] ours = Learner.weights(models.model(key));
      for (int j = 0; j < weights.length; j++) {
        double unit = SegmentRows.tol(estimator) < 1e-8 ? 1e-4 : 1e-2;
        assertThat(ours[j])
            .isCloseTo(weights[j], within(unit * Math.max(1.0, Math.abs(weights[j]))));
      }
    }
  }

  private static Row row(SegmentModels<?> models, String key) {
    return SegmentRows.of(models.frame(), key).head();
  }

  @Test
  void fitByKey_segmentsThatCannotBeTrained_sayWhyAndTheOthersGoOn() {
    List<Row> rows = SegmentRows.dealt(Learner.LOGISTIC, 1, 60);
    for (int i = 0; i < 8; i++) {
      rows.add(SegmentRows.row("one class", 1.0, i, 1, 2, 3, 4, 5));
      rows.add(SegmentRows.row("no number", i == 5 ? Double.NaN : i % 2, i, 1, 2, 3, 4, 5));
      rows.add(SegmentRows.row("null label", i == 5 ? null : (Double) (i % 2.0), i, 1, 2, 3, 4, 5));
      rows.add(SegmentRows.row("constant", (double) (i % 2), 1, 1, 2, 3, 4, 5));
      rows.add(i == 3 ? SegmentRows.row("width", 1.0, i) : SegmentRows.row("width", 0.0, i, 2));
      rows.add(RowFactory.create("weightless", i % 2.0, 0.0, false, Vectors.dense(i, 2)));
      rows.add(
          RowFactory.create("no vector", i % 2.0, 1.0, false, i == 7 ? null : Vectors.dense(i)));
      for (int n = 0; n < 8; n++) { // so that in one of these it is the first that is read
        Vector vector = i == n ? null : Vectors.dense(i, n);
        rows.add(RowFactory.create("none " + n, i % 2.0, 1.0, false, vector));
      }
      rows.add(SegmentRows.row(null, (double) (i / 3 % 2), i, 1, 2, 3, 4, 5));
    }
    rows.add(SegmentRows.row("single", 0.0, 1, 2, 3, 4, 5, 6));
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setRegParam(0.01).setWeightCol("weight");
    try (SegmentModels<LogisticRegressionModel> models =
        estimator.fitByKey(SegmentRows.frame(spark(), rows), "key")) {
      assertThat(models.stopReasons()).isEqualTo(Map.of("CONVERGED", 3L, "FAILED", 15L));
      assertThat(message(models, "one class")).startsWith("Every label in column label is 1.0");
      assertThat(message(models, "single")).startsWith("Every label in column label is 0.0");
      assertThat(message(models, "no number")).isEqualTo("Bad row: the label is NaN or null.");
      assertThat(message(models, "null label")).isEqualTo("Bad row: the label is NaN or null.");
      assertThat(message(models, "width")).contains("features (other rows have");
      assertThat(message(models, "weightless")).startsWith("There is no training row");
      assertThat(message(models, "no vector"))
          .isEqualTo("Bad row: the vector of features is null or empty.");
      for (int n = 0; n < 8; n++) {
        assertThat(message(models, "none " + n))
            .isEqualTo("Bad row: the vector of features is null or empty.");
      }
      assertThat(row(models, "no number").<Long>getAs("rows")).isEqualTo(8);
      assertThat(row(models, "no number").<Vector>getAs("coefficients")).isNull();
      assertThat(row(models, "constant").<Vector>getAs("coefficients").toArray()).containsOnly(0.0);
      assertThat(row(models, null).<Long>getAs("rows")).isEqualTo(8);
      assertThat(models.model((Object) null).numFeatures()).isEqualTo(6);
      assertThatThrownBy(() -> models.model("single"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("There is no model of segment key=single: Every label");
      assertThatThrownBy(() -> models.model("s1"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("There is no segment key=s1.");
    }
  }

  private static String message(SegmentModels<?> models, String key) {
    return row(models, key).getAs("message");
  }

  @ParameterizedTest
  @ValueSource(strings = {"partitioning", "strict"})
  void fitByKey_rowsInAnotherOrderAndPartitions_givesTheSameBits(String deterministic) {
    List<Row> rows = SegmentRows.dealt(Learner.LOGISTIC, 20, 40);
    List<Row> mixed = new ArrayList<>(rows);
    Collections.shuffle(mixed, new Random(3));
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setRegParam(0.01).setDeterministic(deterministic);
    try (SegmentModels<?> one = estimator.fitByKey(SegmentRows.frame(spark(), rows), "key");
        SegmentModels<?> other =
            estimator.fitByKey(SegmentRows.frame(spark(), mixed).repartition(7), "key")) {
      assertThat(other.frame().orderBy("key").collectAsList())
          .isEqualTo(one.frame().orderBy("key").collectAsList());
    }
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void transform_everyLearner_isWhatTheModelsPredict(Learner learner, @TempDir Path directory) {
    Dataset<Row> rows = SegmentRows.frame(spark(), SegmentRows.dealt(learner, 2, 50));
    SegmentedFitting<?, ?> estimator = SegmentRows.exact(learner);
    String path = directory.resolve("models").toString();
    try (SegmentModels<?> made = estimator.fitByKey(rows, "key")) {
      made.save(path);
      SegmentModels<?> models = SegmentModels.load(spark(), path);
      assertThat(models.frame().orderBy("key").collectAsList())
          .isEqualTo(made.frame().orderBy("key").collectAsList());
      assertThat(models.keys()).containsExactly("key");
      Dataset<Row> stranger = rows.limit(1).withColumn("key", functions.lit("stranger"));
      Dataset<Row> predicted = models.transform(rows.union(stranger));
      for (String key : List.of("s0", "s1")) {
        Dataset<Row> own = ((Transformer) models.model(key)).transform(SegmentRows.of(rows, key));
        List<Row> expected = own.orderBy("features").collectAsList();
        List<Row> found = SegmentRows.of(predicted, key).orderBy("features").collectAsList();
        assertThat(found.get(0).schema().fieldNames()).isEqualTo(own.columns());
        for (int i = 0; i < expected.size(); i++) {
          assertAlike(found.get(i), expected.get(i));
        }
      }
      Row unknown = SegmentRows.of(predicted, "stranger").head();
      assertThat(unknown.isNullAt(unknown.fieldIndex("prediction"))).isTrue();
      assertThatThrownBy(() -> models.transform(predicted))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("already.");
      assertThatThrownBy(() -> models.transform(rows.drop("key")))
          .hasMessage("There is no column key.");
      assertThatThrownBy(() -> made.save(path))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "There is something in " + path + " already: name another path, or remove it.");
    }
  }

  private static void assertAlike(Row found, Row expected) {
    for (int f = 0; f < expected.size(); f++) {
      if (expected.get(f) instanceof Vector vector) {
        assertThat(((Vector) found.get(f)).toArray())
            .usingComparatorWithPrecision(1e-12)
            .containsExactly(vector.toArray());
      } else if (expected.schema().fields()[f].name().equals("prediction")) {
        assertThat(found.getDouble(f)).isCloseTo(expected.getDouble(f), within(1e-10));
      } else {
        assertThat(found.get(f)).isEqualTo(expected.get(f));
      }
    }
  }

  @Test
  void load_nothingThere_saysSo(@TempDir Path directory) {
    assertThatThrownBy(() -> SegmentModels.load(spark(), directory.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There are no models of segments in " + directory + ".");
  }

  @Test
  void transform_thresholds_areThoseOfTheEstimator() {
    Dataset<Row> rows = SegmentRows.frame(spark(), SegmentRows.dealt(Learner.SOFTMAX, 2, 60));
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression().setRegParam(0.05);
    estimator.setThresholds(new double[] {0.9, 0.1, 0.5});
    try (SegmentModels<?> models = estimator.fitByKey(rows, "key")) {
      Dataset<Row> own = SegmentRows.of(rows, "s1");
      assertThat(models.transform(own).orderBy("features").select("prediction").collectAsList())
          .isEqualTo(
              ((Transformer) models.model("s1"))
                  .transform(own)
                  .orderBy("features")
                  .select("prediction")
                  .collectAsList());
    }
  }

  @Test
  void fitByKey_severalKeysOfSeveralTypes_groupsAsSparkDoes() {
    Dataset<Row> rows =
        SegmentRows.frame(spark(), SegmentRows.dealt(Learner.SQUARED, 2, 80))
            .withColumn("day", functions.expr("date'2024-02-29'"))
            .withColumn("bytes", functions.expr("encode(key, 'UTF-8')"))
            .withColumn("number", functions.expr("if(label > 10, -0.0D, 0.0D)"));
    MiniBatchLinearRegression estimator = new MiniBatchLinearRegression();
    try (SegmentModels<LinearRegressionModel> models =
        estimator.fitByKey(rows, "day", "bytes", "number")) {
      assertThat(models.frame().count()).isEqualTo(2);
      assertThat(models.keys()).containsExactly("day", "bytes", "number");
      Row first = models.frame().orderBy("bytes").head();
      assertThat(models.model(first.get(0), first.get(1), 0.0).numFeatures()).isEqualTo(6);
      assertThat(models.transform(rows).where("prediction is null").count()).isZero();
      assertThatThrownBy(() -> models.model("s0"))
          .hasMessage("there are 3 key columns, but 1 values were given");
    }
  }

  /** Rules that walk through mini-batches do so in a task too. */
  @Test
  void fitByKey_adam_comesToTheObjectiveOfItsOwnFit() {
    Dataset<Row> rows = SegmentRows.frame(spark(), SegmentRows.dealt(Learner.LOGISTIC, 2, 200));
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression()
            .setOptimizer("adam")
            .setRegParam(0.05)
            .setMaxIter(300)
            .setTol(1e-4);
    try (SegmentModels<?> models = estimator.fitByKey(rows, "key")) {
      for (String key : List.of("s0", "s1")) {
        estimator.fit(SegmentRows.of(rows, key));
        double own = estimator.lastTrainingResult().objective();
        assertThat(row(models, key).<Double>getAs("objective")).isCloseTo(own, within(1e-3 * own));
      }
    }
  }

  @Test
  void fitByKey_validationRows_areNotTrainedOn() {
    Dataset<Row> rows = SegmentRows.frame(spark(), SegmentRows.dealt(Learner.LOGISTIC, 3, 100));
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setRegParam(0.05).setValidationIndicatorCol("validation");
    try (SegmentModels<?> models = estimator.fitByKey(rows, "key")) {
      Dataset<Row> own = SegmentRows.of(rows, "s1");
      estimator.fit(own);
      assertThat(row(models, "s1").<Long>getAs("rows"))
          .isEqualTo(own.where("not validation").count());
      double objective = estimator.lastTrainingResult().objective();
      assertThat(row(models, "s1").<Double>getAs("objective"))
          .isCloseTo(objective, within(1e-2 * objective));
    }
  }

  @Test
  void fitByKey_whatMakesNoSense_isRefusedInASentence() {
    Dataset<Row> rows = SegmentRows.frame(spark(), SegmentRows.dealt(Learner.LOGISTIC, 2, 20));
    MiniBatchLogisticRegression plain = new MiniBatchLogisticRegression();
    assertThatThrownBy(() -> plain.fitByKey(rows))
        .hasMessage("fitByKey needs the name of at least one key column.");
    assertThatThrownBy(() -> plain.fitByKey(rows, "kee"))
        .hasMessage(
            "There is no key column kee; there are key, label, weight, validation, features");
    assertThatThrownBy(() -> plain.fitByKey(rows.withColumnRenamed("key", "Rows"), "Rows"))
        .hasMessage("The key column Rows has the name of a column of the result: rename it.");
    assertThatThrownBy(
            () -> plain.fitByKey(rows.withColumn("m", functions.expr("map(key, 1)")), "m"))
        .hasMessage("The key column m is a map<string,int>: cast it to string.");
    assertThatThrownBy(() -> plain.fitByKey(rows, List.of("key"), -1))
        .hasMessage("maxSegmentRows must be at least 0, but was -1");
    assertThatThrownBy(
            () -> new MiniBatchLogisticRegression().setCheckpointDir("x").fitByKey(rows, "key"))
        .hasMessage(
            "checkpointDir has no meaning in fitByKey (tasks make no checkpoints): clear it.");
    assertThatThrownBy(
            () ->
                new MiniBatchLogisticRegression()
                    .setInitialModel(plain.fit(rows))
                    .fitByKey(rows, "key"))
        .hasMessage(
            "a start model has no meaning in fitByKey (every segment begins without one): clear it.");
    assertThatThrownBy(
            () -> new MiniBatchLogisticRegression().setOptimizer("adamm").fitByKey(rows, "key"))
        .hasMessageContaining("adamm");
    assertThatThrownBy(
            () ->
                new MiniBatchLinearRegression()
                    .setLoss("huber")
                    .setRegParam(0.1)
                    .setElasticNetParam(0.5)
                    .fitByKey(rows, "key"))
        .hasMessageStartingWith("loss=huber takes only an L2 penalty");
  }
}
