package ravine.ml.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.Classifier;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.LogCapture;
import ravine.SparkTestBase;
import ravine.ml.MlRows;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** K models on one copy of the rows, against Spark's loop of fits of their own. */
class RavineOneVsRestTest extends SparkTestBase {
  private static final int CLASSES = 4;

  private Dataset<Row> rows() {
    return MlRows.frame(spark(), MlRows.classified(500, CLASSES), 2);
  }

  private static MiniBatchLogisticRegression adam() {
    return new MiniBatchLogisticRegression()
        .setOptimizer("adam")
        .setStepSize(0.02)
        .setBatchSize(32)
        .setMaxIter(3);
  }

  private static OneVsRestModel stock(Classifier<?, ?, ?> classifier, Dataset<Row> rows) {
    return new OneVsRest().setClassifier(classifier).setWeightCol("weight").fit(rows);
  }

  private static OneVsRestModel ours(Classifier<?, ?, ?> classifier, Dataset<Row> rows) {
    return new RavineOneVsRest().setClassifier(classifier).setWeightCol("weight").fit(rows);
  }

  private static LogisticRegressionModel logistic(OneVsRestModel model, int theClass) {
    return (LogisticRegressionModel) model.models()[theClass];
  }

  private static double last(double[] history) {
    return history[history.length - 1];
  }

  @Test
  void fit_miniBatches_haveTheBitsOfFitsOfTheirOwnAndOnePacking() {
    Dataset<Row> rows = rows();
    OneVsRestModel expected = stock(adam(), rows);
    try (LogCapture log = new LogCapture("ravine.rows", Level.INFO)) {
      OneVsRestModel model = ours(adam(), rows);
      assertThat(log.messages()).filteredOn(line -> line.startsWith("Packed")).hasSize(1);
      assertThat(model.models()).hasSize(CLASSES);
      for (int k = 0; k < CLASSES; k++) {
        assertThat(logistic(model, k).coefficients())
            .isEqualTo(logistic(expected, k).coefficients());
        assertThat(logistic(model, k).intercept()).isEqualTo(logistic(expected, k).intercept());
      }
      assertThat(model.labelMetadata()).isEqualTo(expected.labelMetadata());
      assertThat(model.transform(rows).select("prediction").collectAsList())
          .isEqualTo(expected.transform(rows).select("prediction").collectAsList());
    }
  }

  /** A second fit reads all models back from the directories of the first. */
  @Test
  void fit_checkpointDir_keepsAndReadsEachModel(@TempDir Path folder) {
    Dataset<Row> rows = rows();
    MiniBatchLogisticRegression kept =
        adam().setCheckpointDir(folder.resolve("rest").toUri().toString()).setResume("auto");
    OneVsRestModel first = ours(kept, rows);
    OneVsRestModel again;
    try (LogCapture log = new LogCapture("ravine.resume", Level.INFO)) {
      again = ours(kept, rows);
      assertThat(log.messages())
          .filteredOn(line -> line.startsWith("Training goes on from") && line.contains("/model-"))
          .hasSize(CLASSES);
    }
    OneVsRestModel without = ours(adam(), rows);
    for (int k = 0; k < CLASSES; k++) {
      assertThat(folder.resolve("rest/model-" + (k + 1))).isNotEmptyDirectory();
      assertThat(logistic(first, k).coefficients()).isEqualTo(logistic(without, k).coefficients());
      assertThat(logistic(again, k).coefficients()).isEqualTo(logistic(without, k).coefficients());
    }
    assertThatThrownBy(() -> ours(kept.setResume("none"), rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rest");
  }

  @Test
  void fit_newtonSteps_areThoseOfFitsOfTheirOwnToTheirCertificate() {
    Dataset<Row> rows = rows();
    MiniBatchLogisticRegression classifier =
        new MiniBatchLogisticRegression().setRegParam(0.003).setTol(1e-9);
    OneVsRestModel expected = stock(classifier, rows);
    OneVsRestModel model = ours(classifier, rows);
    for (int k = 0; k < CLASSES; k++) {
      LogisticRegressionModel own = logistic(expected, k);
      double objective = last(own.summary().objectiveHistory());
      assertThat(last(logistic(model, k).summary().objectiveHistory()))
          .isCloseTo(objective, within(3e-9 * objective));
      for (int j = 0; j < MlRows.FEATURES; j++) {
        double coefficient = own.coefficients().apply(j);
        assertThat(logistic(model, k).coefficients().apply(j))
            .isCloseTo(coefficient, within(2e-3 * Math.abs(coefficient) + 1e-9));
      }
      assertThat(logistic(model, k).binarySummary().areaUnderROC())
          .isCloseTo(own.binarySummary().areaUnderROC(), within(1e-3));
    }
  }

  @Test
  void fit_linearSvc_areThoseOfFitsOfTheirOwn() {
    MiniBatchLinearSVC svc = new MiniBatchLinearSVC().setRegParam(0.01).setTol(1e-8);
    OneVsRestModel expected = stock(svc, rows());
    OneVsRestModel model = ours(svc, rows());
    for (int k = 0; k < CLASSES; k++) {
      LinearSVCModel own = (LinearSVCModel) expected.models()[k];
      LinearSVCModel found = (LinearSVCModel) model.models()[k];
      double objective = last(own.summary().objectiveHistory());
      assertThat(last(found.summary().objectiveHistory()))
          .isCloseTo(objective, within(1e-6 * objective));
    }
  }

  /** The weights are of the two classes of each model, balanced ones of its own counts. */
  @Test
  void fit_classWeights_areThoseOfEachModelsOwnClasses() {
    for (String weights : List.of("1:5", "balanced")) {
      MiniBatchLogisticRegression classifier =
          new MiniBatchLogisticRegression().setRegParam(0.01).setTol(1e-10).setClassWeight(weights);
      OneVsRestModel expected = stock(classifier, rows());
      OneVsRestModel model = ours(classifier, rows());
      for (int k = 0; k < CLASSES; k++) {
        LogisticRegressionModel own = logistic(expected, k);
        assertThat(logistic(model, k).getThreshold()).isCloseTo(own.getThreshold(), within(1e-12));
        assertThat(logistic(model, k).intercept())
            .isCloseTo(own.intercept(), within(1e-3 * Math.abs(own.intercept())));
        double objective = last(own.summary().objectiveHistory());
        assertThat(last(logistic(model, k).summary().objectiveHistory()))
            .isCloseTo(objective, within(1e-9 * objective));
      }
    }
  }

  /** Which Spark's loop cannot have, because it leaves all other columns out. */
  @Test
  void fit_validationRows_stopEachModelAsInAFitOfItsOwn() {
    MiniBatchLogisticRegression classifier = adam().setValidationIndicatorCol("validation");
    OneVsRestModel model = ours(classifier, rows());
    for (int k = 0; k < CLASSES; k++) {
      Dataset<Row> own =
          rows().withColumn("label", functions.col("label").equalTo((double) k).cast("double"));
      LogisticRegressionModel expected = classifier.setWeightCol("weight").fit(own);
      assertThat(logistic(model, k).coefficients()).isEqualTo(expected.coefficients());
    }
  }

  @Test
  void fit_classThatNoRowIsOf_hasAModelWhereMetadataTellsOfIt() {
    Dataset<Row> rows = rows().where("label < 2");
    OneVsRestModel two = ours(adam(), rows);
    assertThat(two.models()).hasSize(2);
    org.apache.spark.sql.types.Metadata three =
        org.apache.spark.ml.attribute.NominalAttribute.defaultAttr()
            .withName("label")
            .withNumValues(3)
            .toMetadata();
    Dataset<Row> declared = rows.withColumn("label", functions.col("label").as("label", three));
    MiniBatchLogisticRegression classifier =
        new MiniBatchLogisticRegression().setRegParam(0.1).setMaxIter(20);
    OneVsRestModel model = ours(classifier, declared);
    OneVsRestModel expected = stock(classifier, declared);
    assertThat(model.models()).hasSize(3);
    assertThat(logistic(model, 2).intercept())
        .isCloseTo(logistic(expected, 2).intercept(), within(1e-6));
    assertThat(model.labelMetadata()).isEqualTo(expected.labelMetadata());
  }

  @Test
  void fit_labelThatIsNoClass_isRefused() {
    Dataset<Row> rows = rows();
    assertThatThrownBy(
            () -> ours(adam(), rows.withColumn("label", functions.col("label").plus(0.5))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be class indices 0, 1, 2, …, but range from 0.5 to 3.5");
    assertThatThrownBy(
            () -> ours(adam(), rows.withColumn("label", functions.expr("nullif(label, 3.0)"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the label is NaN or null");
    assertThatThrownBy(() -> new RavineOneVsRest().fit(rows))
        .hasMessage("RavineOneVsRest needs a classifier: set one");
  }

  @Test
  void fit_otherClassifierOrOneThatTrainsAlone_isSparksOwnLoop() {
    Dataset<Row> rows = rows();
    LogisticRegression theirs = new LogisticRegression().setMaxIter(5);
    MiniBatchLogisticRegression local = adam().setOptimizer("sgd").setLocalSteps(2);
    try (LogCapture log = new LogCapture("ravine.ml.tuning")) {
      for (Classifier<?, ?, ?> classifier : List.<Classifier<?, ?, ?>>of(theirs, local)) {
        OneVsRestModel model = ours(classifier, rows);
        OneVsRestModel expected = stock(classifier, rows);
        for (int k = 0; k < CLASSES; k++) {
          // Spark's sums are not added up in the same order every time.
          assertThat(logistic(model, k).coefficients().toArray())
              .usingComparatorWithPrecision(1e-6)
              .containsExactly(logistic(expected, k).coefficients().toArray());
        }
        assertThat(model.hasParent()).isTrue();
      }
      assertThat(log.messages())
          .containsExactly(
              "Models are trained one after the other, because the classifier is a"
                  + " LogisticRegression.",
              "Models are trained one after the other, because a model with localSteps=2 trains"
                  + " alone.");
    }
  }

  @Test
  void saved_loadsHereAndInSparksOwnClass(@TempDir Path folder) throws Exception {
    RavineOneVsRest tuner =
        new RavineOneVsRest()
            .setClassifier(adam())
            .setWeightCol("weight")
            .setPredictionCol("guess")
            .setParallelism(2);
    String path = folder.resolve("estimator").toString();
    tuner.save(path);
    RavineOneVsRest loaded = RavineOneVsRest.load(path);
    assertThat(loaded.uid()).isEqualTo(tuner.uid());
    assertThat(loaded.getClassifier()).isInstanceOf(MiniBatchLogisticRegression.class);
    assertThat(loaded.getWeightCol()).isEqualTo("weight");
    assertThat(OneVsRest.load(path).getPredictionCol()).isEqualTo("guess");
    assertThat(OneVsRest.load(path).getParallelism()).isEqualTo(2);
    OneVsRestModel model = loaded.fit(rows());
    String at = folder.resolve("model").toString();
    model.save(at);
    OneVsRestModel again = OneVsRestModel.load(at);
    assertThat(again.getClassifier().getClass()).isEqualTo(LogisticRegression.class);
    assertThat(again.transform(rows()).select("guess").collectAsList())
        .isEqualTo(model.transform(rows()).select("guess").collectAsList());
  }

  @Test
  void copy_inAPipeline_hasTheMapsParams() {
    RavineOneVsRest one = new RavineOneVsRest().setClassifier(adam());
    ParamMap map = new ParamMap().put(one.predictionCol(), "guess");
    assertThat(one.copy(map).getPredictionCol()).isEqualTo("guess");
    assertThat(one.getPredictionCol()).isEqualTo("prediction");
    List<String> columns =
        new ArrayList<>(
            List.of(
                new Pipeline()
                    .setStages(new PipelineStage[] {one})
                    .fit(rows())
                    .transform(rows())
                    .columns()));
    assertThat(columns).contains("prediction", "rawPrediction");
  }
}
