package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.classification.Classifier;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.engine.StopReason;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/** Ours inside Spark's meta-algorithms, and what Spark's models tell of their training. */
class MetaAlgorithmsTest extends SparkTestBase {

  @Test
  void crossValidator_runsOnOurEstimator() {
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setOptimizer("sgd").setBatchSize(20).setMaxIter(2);
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(estimator.regParam(), new double[] {0.01, 100.0}).build();
    CrossValidatorModel model =
        new CrossValidator()
            .setEstimator(estimator)
            .setEvaluator(new BinaryClassificationEvaluator())
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setSeed(1L)
            .fit(MlRows.frame(spark(), MlRows.classified(120, 2)));
    assertThat(model.avgMetrics()).hasSize(2).doesNotContain(Double.NaN);
    assertThat(model.bestModel()).isInstanceOf(LogisticRegressionModel.class);
  }

  @Test
  void oneVsRest_overBothClassifiers_tellsThreeClassesApart() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(150, 3)).cache();
    for (Classifier<?, ?, ?> classifier :
        List.of(new MiniBatchLinearSVC(), new MiniBatchLogisticRegression())) {
      Dataset<Row> scored = new OneVsRest().setClassifier(classifier).fit(rows).transform(rows);
      double accuracy =
          new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored);
      assertThat(accuracy).isGreaterThan(0.5);
    }
    rows.unpersist();
  }

  /** A class without rows leaves a subproblem of one class, which Spark's learners also accept. */
  @Test
  void oneVsRest_classWithoutRows_isAccepted() {
    List<Row> rows = new ArrayList<>();
    for (Row row : MlRows.classified(60, 2)) {
      rows.add(
          MlRows.row(
              2.0 * row.getDouble(0), row.<org.apache.spark.ml.linalg.Vector>getAs(3).toArray()));
    }
    for (Classifier<?, ?, ?> classifier :
        List.of(new MiniBatchLinearSVC(), new MiniBatchLogisticRegression())) {
      Dataset<Row> scored =
          new OneVsRest()
              .setClassifier(classifier)
              .fit(MlRows.frame(spark(), rows))
              .transform(MlRows.frame(spark(), rows));
      assertThat(scored.where("prediction = 1.0").count()).isZero();
    }
  }

  @Test
  void summary_binary_hasTheCurve() {
    LogisticRegressionModel model =
        new MiniBatchLogisticRegression().fit(MlRows.frame(spark(), MlRows.classified(80, 2)));
    assertThat(model.binarySummary().areaUnderROC()).isBetween(0.5, 1.0);
    assertThat(model.summary().totalIterations()).isPositive();
    assertThat(model.summary().accuracy()).isBetween(0.5, 1.0);
  }

  @Test
  void summary_withoutOutputColumns_works() {
    LogisticRegressionModel model =
        new MiniBatchLogisticRegression()
            .setProbabilityCol("")
            .setPredictionCol("")
            .fit(MlRows.frame(spark(), MlRows.classified(40, 2)));
    assertThat(model.binarySummary().areaUnderROC()).isBetween(0.5, 1.0);
  }

  @Test
  void summary_svc_hasAccuracy() {
    LinearSVCModel model =
        new MiniBatchLinearSVC().fit(MlRows.frame(spark(), MlRows.classified(80, 2)));
    assertThat(model.summary().accuracy()).isBetween(0.5, 1.0);
    assertThat(model.summary().areaUnderROC()).isBetween(0.5, 1.0);
  }

  @Test
  void summary_linear_hasErrors() {
    LinearRegressionModel model =
        new MiniBatchLinearRegression()
            .setWeightCol("weight")
            .fit(MlRows.frame(spark(), MlRows.measured(80)));
    assertThat(model.summary().r2()).isBetween(0.0, 1.0);
    assertThat(model.summary().rootMeanSquaredError()).isPositive();
    assertThat(model.summary().totalIterations()).isPositive();
  }

  /** It is a summary of training: rows that only validate are left out. */
  @Test
  void summary_withValidationColumn_isOfTheTrainingRows() {
    LogisticRegressionModel model =
        new MiniBatchLogisticRegression()
            .setValidationIndicatorCol("validation")
            .fit(MlRows.frame(spark(), MlRows.classified(80, 2)));
    assertThat(model.summary().predictions().count()).isEqualTo(60);
  }

  @Test
  void setInitialModel_startsThere_andConvergesAtOnce() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(80, 2));
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression().setRegParam(0.1);
    LogisticRegressionModel first = estimator.fit(rows);
    LogisticRegressionModel second =
        estimator.copy(ParamMap.empty()).setInitialModel(first).setMaxIter(0).fit(rows);
    for (int j = 0; j < MlRows.FEATURES; j++) {
      assertThat(second.coefficients().apply(j))
          .isCloseTo(first.coefficients().apply(j), within(1e-12));
    }
    MiniBatchLogisticRegression again = new MiniBatchLogisticRegression().setRegParam(0.1);
    again.setInitialModel(first).fit(rows);
    assertThat(again.lastTrainingResult().stopReason()).isEqualTo(StopReason.CONVERGED);
    assertThat(again.lastTrainingResult().passes()).hasSizeLessThanOrEqualTo(4);
  }
}
