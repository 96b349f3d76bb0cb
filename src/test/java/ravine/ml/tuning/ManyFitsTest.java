package ravine.ml.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import ravine.LogCapture;
import ravine.SparkTestBase;
import ravine.ml.MiniBatchParams;
import ravine.ml.MlRows;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/** A grid on one copy of the rows gives the models of fits of their own. */
class ManyFitsTest extends SparkTestBase {

  private Dataset<Row> classes(int classes) {
    return MlRows.frame(spark(), MlRows.classified(400, classes), 2);
  }

  private static double last(double[] history) {
    return history[history.length - 1];
  }

  @Test
  void fit_penalties_areThoseOfFitsOfTheirOwnToTheirCertificate() {
    Dataset<Row> rows = classes(2);
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression().setTol(1e-9);
    List<ParamMap> maps = new ArrayList<>();
    for (double regParam : new double[] {0.3, 1e-4, 0.01, 3.0, 0.1, 0.001}) {
      for (double l1 : new double[] {0.0, 0.6}) {
        maps.add(
            new ParamMap()
                .put(estimator.regParam(), regParam)
                .put(estimator.elasticNetParam(), l1));
      }
    }
    List<Model<?>> models = ManyFits.fit(estimator, rows, maps);
    assertThat(models).hasSize(maps.size());
    for (int i = 0; i < maps.size(); i++) {
      LogisticRegressionModel own = estimator.copy(maps.get(i)).fit(rows);
      LogisticRegressionModel found = (LogisticRegressionModel) models.get(i);
      double expected = last(own.summary().objectiveHistory());
      assertThat(last(found.summary().objectiveHistory()))
          .isCloseTo(expected, within(3e-9 * expected));
      assertThat(found.getRegParam()).isEqualTo(own.getRegParam());
      for (int j = 0; j < MlRows.FEATURES; j++) {
        double coefficient = own.coefficients().apply(j);
        assertThat(found.coefficients().apply(j))
            .isCloseTo(coefficient, within(2e-3 * Math.abs(coefficient)));
      }
      assertThat(found.hasParent()).isTrue();
      assertThat(found.binarySummary().areaUnderROC())
          .isCloseTo(own.binarySummary().areaUnderROC(), within(1e-3));
    }
  }

  /** Rows are packed once for each classWeight; whoever did not pack them corrects, too. */
  @Test
  void fit_classWeights_areThoseOfFitsOfTheirOwn() {
    Dataset<Row> rows = classes(2);
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setOptimizer("adam").setBatchSize(64).setMaxIter(3);
    List<ParamMap> maps = new ArrayList<>();
    for (String weights : new String[] {"", "1:4", "balanced"}) {
      for (boolean calibrated : new boolean[] {true, false}) {
        maps.add(
            new ParamMap()
                .put(estimator.classWeight(), weights)
                .put(estimator.getParam("calibrateIntercept"), calibrated));
      }
    }
    List<Model<?>> models = ManyFits.fit(estimator, rows, maps);
    for (int i = 0; i < maps.size(); i++) {
      LogisticRegressionModel own = estimator.copy(maps.get(i)).fit(rows);
      LogisticRegressionModel found = (LogisticRegressionModel) models.get(i);
      assertThat(found.coefficients()).isEqualTo(own.coefficients());
      assertThat(found.intercept()).isEqualTo(own.intercept());
      assertThat(found.getThreshold()).isEqualTo(own.getThreshold());
    }
    assertThat(((LogisticRegressionModel) models.get(2)).getThreshold()).isEqualTo(0.2);
  }

  @Test
  void fit_miniBatches_haveTheBitsOfFitsOfTheirOwn() {
    Dataset<Row> rows = classes(3);
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setBatchSize(32).setMaxIter(3);
    List<ParamMap> maps = new ArrayList<>();
    for (String optimizer : new String[] {"adam", "nesterov(0.9)", "rmsprop"}) {
      for (double step : new double[] {0.0, 0.01}) {
        maps.add(
            new ParamMap().put(estimator.optimizer(), optimizer).put(estimator.stepSize(), step));
      }
    }
    maps.add(new ParamMap().put(estimator.seed(), 7L)); // which is packed anew
    List<Model<?>> models = ManyFits.fit(estimator, rows, maps);
    for (int i = 0; i < maps.size(); i++) {
      LogisticRegressionModel own = estimator.copy(maps.get(i)).fit(rows);
      LogisticRegressionModel found = (LogisticRegressionModel) models.get(i);
      assertThat(found.coefficientMatrix()).isEqualTo(own.coefficientMatrix());
      assertThat(found.interceptVector()).isEqualTo(own.interceptVector());
    }
  }

  @Test
  void fit_otherEstimators_areThoseOfFitsOfTheirOwn() {
    MiniBatchLinearSVC svc = new MiniBatchLinearSVC().setTol(1e-7);
    Dataset<Row> rows = classes(2);
    for (ParamMap map : penalties(svc)) {
      LinearSVCModel own = svc.copy(map).fit(rows);
      LinearSVCModel found = (LinearSVCModel) one(svc, rows, map);
      assertThat(found.coefficients().toArray())
          .usingComparatorWithPrecision(2e-2)
          .containsExactly(own.coefficients().toArray());
    }
    MiniBatchLinearRegression linear = new MiniBatchLinearRegression().setTol(1e-9);
    Dataset<Row> numbers = MlRows.frame(spark(), MlRows.measured(400), 2);
    for (String loss : new String[] {"squaredError", "huber"}) {
      linear.setLoss(loss);
      for (ParamMap map : penalties(linear)) {
        LinearRegressionModel own = linear.copy(map).fit(numbers);
        LinearRegressionModel found = (LinearRegressionModel) one(linear, numbers, map);
        double expected = last(own.summary().objectiveHistory());
        assertThat(last(found.summary().objectiveHistory()))
            .isCloseTo(expected, within(3e-9 * Math.abs(expected)));
      }
    }
  }

  private static List<ParamMap> penalties(MiniBatchParams<?> estimator) {
    return Arrays.stream(new double[] {0.01, 1.0})
        .mapToObj(value -> new ParamMap().put(estimator.getParam("regParam"), value))
        .toList();
  }

  /** A map among others. */
  private static Model<?> one(MiniBatchParams<?> estimator, Dataset<Row> rows, ParamMap map) {
    List<ParamMap> maps = new ArrayList<>(penalties(estimator));
    maps.add(map);
    return ManyFits.fit(estimator, rows, maps).get(2);
  }

  /** A model a label column, and one with its own penalty, on rows that are packed once. */
  @Test
  void fit_labelMatrix_sharesOnePackingAndHasTheBitsOfFitsOfTheirOwn() {
    Dataset<Row> rows = labelMatrix();
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression()
            .setOptimizer("adam")
            .setStepSize(0.02)
            .setBatchSize(32)
            .setMaxIter(3)
            .setLabelCol("likes");
    List<ParamMap> maps = new ArrayList<>();
    for (String column : new String[] {"buys", "likes", "returns"}) {
      for (double regParam : new double[] {0.0, 0.1}) {
        maps.add(
            new ParamMap().put(estimator.labelCol(), column).put(estimator.regParam(), regParam));
      }
    }
    List<Model<?>> models;
    try (LogCapture log = new LogCapture("ravine.rows", Level.INFO)) {
      models = ManyFits.fit(estimator, rows, maps);
      assertThat(log.messages()).filteredOn(line -> line.startsWith("Packed")).hasSize(1);
    }
    for (int i = 0; i < maps.size(); i++) {
      LogisticRegressionModel own = estimator.copy(maps.get(i)).fit(rows);
      LogisticRegressionModel found = (LogisticRegressionModel) models.get(i);
      assertThat(found.coefficientMatrix()).isEqualTo(own.coefficientMatrix());
      assertThat(found.interceptVector()).isEqualTo(own.interceptVector());
      assertThat(found.getLabelCol()).isEqualTo(own.getLabelCol());
      assertThat(found.summary().accuracy()).isEqualTo(own.summary().accuracy());
    }
  }

  /** Also where classes are weighed, each column's by its own counts, and of three classes. */
  @Test
  void fit_labelMatrixOfNewtonSteps_areThoseOfFitsOfTheirOwn() {
    Dataset<Row> rows = labelMatrix();
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setRegParam(0.01).setTol(1e-9);
    for (String weights : new String[] {"", "balanced"}) {
      estimator.setClassWeight(weights);
      List<ParamMap> maps = new ArrayList<>();
      for (String column : new String[] {"label", "likes", "buys"}) {
        maps.add(new ParamMap().put(estimator.labelCol(), column));
      }
      List<Model<?>> models = ManyFits.fit(estimator, rows, maps);
      for (int i = 0; i < maps.size(); i++) {
        LogisticRegressionModel own = estimator.copy(maps.get(i)).fit(rows);
        LogisticRegressionModel found = (LogisticRegressionModel) models.get(i);
        assertThat(found.numClasses()).isEqualTo(own.numClasses());
        double expected = last(own.summary().objectiveHistory());
        assertThat(last(found.summary().objectiveHistory()))
            .isCloseTo(expected, within(3e-9 * expected));
        if (i > 0 && !weights.isEmpty()) {
          assertThat(found.getThreshold()).isCloseTo(own.getThreshold(), within(1e-12));
        }
      }
    }
  }

  @Test
  void fit_labelMatrixOfNumbers_areThoseOfFitsOfTheirOwn() {
    Dataset<Row> rows =
        MlRows.frame(spark(), MlRows.measured(400), 2)
            .withColumn("other", functions.expr("100.0 - 7.25 * label + weight"));
    MiniBatchLinearRegression linear =
        new MiniBatchLinearRegression().setRegParam(0.1).setElasticNetParam(0.5).setTol(1e-9);
    List<ParamMap> maps = new ArrayList<>();
    for (String column : new String[] {"label", "other"}) {
      maps.add(new ParamMap().put(linear.labelCol(), column));
    }
    List<Model<?>> models = ManyFits.fit(linear, rows, maps);
    for (int i = 0; i < maps.size(); i++) {
      LinearRegressionModel own = linear.copy(maps.get(i)).fit(rows);
      LinearRegressionModel found = (LinearRegressionModel) models.get(i);
      double expected = last(own.summary().objectiveHistory());
      assertThat(last(found.summary().objectiveHistory()))
          .isCloseTo(expected, within(3e-9 * Math.abs(expected)));
    }
  }

  @Test
  void fit_labelMatrixWithANull_isOneSentence() {
    Dataset<Row> rows = labelMatrix().withColumn("likes", functions.expr("nullif(likes, 1.0)"));
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    List<ParamMap> maps =
        List.of(
            new ParamMap().put(estimator.labelCol(), "buys"),
            new ParamMap().put(estimator.labelCol(), "likes"));
    assertThatThrownBy(() -> ManyFits.fit(estimator, rows, maps))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Bad row: the label in column likes is NaN or null in row \\d+ of partition \\d+\\.");
  }

  /** Models that train alone see the labels of one column, and pack rows for that. */
  @Test
  void fit_labelMatrixOfLocalSteps_isThatOfFitsOfTheirOwn() {
    Dataset<Row> rows = labelMatrix();
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression()
            .setBatchSize(40)
            .setMaxIter(2)
            .setOptimizer("sgd")
            .setLocalSteps(2);
    List<ParamMap> maps =
        List.of(
            new ParamMap().put(estimator.labelCol(), "buys"),
            new ParamMap().put(estimator.labelCol(), "likes"));
    List<Model<?>> models = ManyFits.fit(estimator, rows, maps);
    for (int i = 0; i < maps.size(); i++) {
      assertThat(((LogisticRegressionModel) models.get(i)).coefficients())
          .isEqualTo(estimator.copy(maps.get(i)).fit(rows).coefficients());
    }
  }

  /** Lazy steps ask the rows by no view: each label is trained alone on rows packed for it. */
  @Test
  void fit_labelMatrixOfWideSparseRows_isThatOfFitsOfTheirOwn() {
    List<Row> made = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int[] indices = {i * 7 % 900, 1000 + i * 13 % 2900, 4000 + i * 29 % 1900};
      Vector features = Vectors.sparse(6000, indices, new double[] {1.0, 0.5, 2.0});
      made.add(RowFactory.create(i % 2.0, i % 3 == 0 ? 1.0 : 0.0, features));
    }
    StructType schema =
        new StructType()
            .add("label", "double")
            .add("other", "double")
            .add("features", SQLDataTypes.VectorType());
    Dataset<Row> rows = spark().createDataFrame(made, schema).coalesce(2);
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression()
            .setOptimizer("nesterov(0.9)")
            .setStepSize(0.1)
            .setBatchSize(50)
            .setMaxIter(2);
    List<ParamMap> maps =
        List.of(new ParamMap(), new ParamMap().put(estimator.labelCol(), "other"));
    try (LogCapture log = new LogCapture("ravine.ml.tuning")) {
      List<Model<?>> models = ManyFits.fit(estimator, rows, maps);
      assertThat(log.messages())
          .singleElement()
          .asString()
          .startsWith("Rows are packed anew for each label column");
      for (int i = 0; i < maps.size(); i++) {
        assertThat(((LogisticRegressionModel) models.get(i)).coefficients())
            .isEqualTo(estimator.copy(maps.get(i)).fit(rows).coefficients());
      }
      OneVsRestModel rest = new RavineOneVsRest().setClassifier(estimator).fit(rows);
      assertThat(log.messages())
          .last()
          .asString()
          .contains("because models take lazy steps on wide and sparse rows");
      assertThat(((LogisticRegressionModel) rest.models()[1]).coefficients())
          .isEqualTo(((LogisticRegressionModel) models.get(0)).coefficients());
    }
  }

  private Dataset<Row> labelMatrix() {
    return classes(3)
        .withColumn("likes", functions.expr("if(label = 1.0, 1.0, 0.0)"))
        .withColumn("buys", functions.expr("if(label = 2.0 or weight > 1.5, 1, 0)"))
        .withColumn("returns", functions.expr("if(weight > 1.0, 1L, 0L)"));
  }

  /** What trains alone is trained alone, on the same rows. */
  @Test
  void fit_oneWithLocalStepsAmongOthers_isThereToo() {
    Dataset<Row> rows = classes(2);
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setBatchSize(40).setMaxIter(3).setOptimizer("sgd");
    List<ParamMap> maps =
        List.of(
            new ParamMap(),
            new ParamMap().put(estimator.localSteps(), 2),
            new ParamMap().put(estimator.maxSeconds(), 60.0));
    List<Model<?>> models = ManyFits.fit(estimator, rows, maps);
    for (int i = 0; i < maps.size(); i++) {
      assertThat(((LogisticRegressionModel) models.get(i)).coefficients())
          .isEqualTo(estimator.copy(maps.get(i)).fit(rows).coefficients());
    }
  }
}
