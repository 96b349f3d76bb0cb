package ravine.ml.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import ravine.LogCapture;
import ravine.SparkTestBase;
import ravine.ml.MlRows;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.validation.ValidationMetric;

/** Folds whose rows are of one class, or have not all classes. */
class PoorFoldsTest extends SparkTestBase {
  private final MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();

  /** Two informative features, and a fold by an expression over {@code label} and {@code i}. */
  private Dataset<Row> rows(String fold) {
    return MlRows.frame(spark(), MlRows.classified(300, 2), 2)
        .selectExpr("*", "monotonically_increasing_id() % 150 AS i")
        .selectExpr("*", "cast(" + fold + " AS int) AS fold");
  }

  private RavineCrossValidator validator(Evaluator evaluator, int folds) {
    ParamMap[] maps = {
      new ParamMap().put(estimator.regParam(), 1e-3),
      new ParamMap().put(estimator.regParam(), 100.0)
    };
    RavineCrossValidator validator = new RavineCrossValidator();
    validator
        .setEstimator(estimator)
        .setEvaluator(evaluator)
        .setEstimatorParamMaps(maps)
        .setNumFolds(folds)
        .setFoldCol("fold");
    return validator;
  }

  /** A third fold of one class alone has no area: the means are those of the other two. */
  @Test
  void crossValidator_foldOfOneClass_isLeftOutOfTheMeans() {
    Dataset<Row> rows = rows("CASE WHEN label = 0 AND i % 5 = 0 THEN 2 ELSE i % 2 END");
    try (LogCapture log = new LogCapture("ravine.ml.tuning")) {
      CrossValidatorModel found = validator(new BinaryClassificationEvaluator(), 3).fit(rows);
      assertThat(log.messages()).anyMatch(said -> said.contains("1 of 3 folds are left out"));
      assertThat(Arrays.stream(found.avgMetrics()).allMatch(Double::isFinite)).isTrue();
      assertThat(found.avgMetrics()[0]).isGreaterThan(0.6);
    }
    CrossValidatorModel losses =
        validator(new MulticlassClassificationEvaluator().setMetricName("logLoss"), 3).fit(rows);
    assertThat(losses.avgMetrics()[0]).isLessThan(losses.avgMetrics()[1]);
  }

  @Test
  void crossValidator_noFoldHasBothClasses_isRefused() {
    Dataset<Row> rows = rows("label * 2 + i % 2");
    assertThatThrownBy(() -> validator(new BinaryClassificationEvaluator(), 4).fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "No fold has areaUnderROC, because of their rows held out none counts, or all are of"
                + " one class: take fewer folds.");
  }

  @Test
  void crossValidator_classInOneFoldAlone_isRefusedByTheFoldsName() {
    Dataset<Row> rows = rows("label");
    assertThatThrownBy(() -> validator(new BinaryClassificationEvaluator(), 2).fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Without fold 0 there is no fit: Every label in column label is 1.0");
  }

  @Test
  void measured_oneCandidateOfTwoIsUnknown_staysUnknown() {
    double[][] metrics = {{0.5, Double.NaN, Double.NaN}, {0.7, 0.9, Double.NaN}};
    double[][] measured = Search.measured(metrics, ValidationMetric.LOSS);
    assertThat(measured[1]).containsExactly(new double[] {0.7, 0.9}, within(0.0));
    assertThat(measured[0]).containsExactly(0.5, Double.NaN);
    assertThat(Search.best(measured, true)).isEqualTo(1);
  }
}
