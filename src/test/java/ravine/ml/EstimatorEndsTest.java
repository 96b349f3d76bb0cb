package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.engine.PassRecord;
import ravine.engine.StopReason;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;

/** Where fits of every estimator begin, and what ends them before their time. */
class EstimatorEndsTest extends SparkTestBase {

  private Dataset<Row> frame(Learner learner, int count) {
    return MlRows.frame(spark(), learner.rows(count));
  }

  @ParameterizedTest
  @CsvSource({
    "LOGISTIC, ''",
    "SOFTMAX, adam",
    "SVC, ''",
    "SQUARED, ''",
    "HUBER, adam",
  })
  void fit_maxIterZero_givesTheStart(Learner learner, String optimizer) {
    MiniBatchParams<?> estimator = learner.create();
    if (!optimizer.isEmpty()) {
      estimator.setOptimizer(optimizer);
    }
    Learner.set(estimator, "maxIter", 0);
    Model<?> model = Learner.fit(estimator, frame(learner, 40));
    assertThat(Learner.result(estimator).stopReason()).isEqualTo(StopReason.MAX_ITER);
    assertThat(Learner.result(estimator).steps()).isEmpty();
    double[] weights = Learner.weights(model);
    int coefficients = MlRows.FEATURES * (learner == Learner.SOFTMAX ? 3 : 1);
    assertThat(Arrays.copyOf(weights, coefficients)).containsOnly(0.0);
  }

  @ParameterizedTest
  @CsvSource({"LOGISTIC, ''", "SOFTMAX, adam", "SVC, ''", "SQUARED, ''", "HUBER, ''"})
  void fit_initialModelPath_startsThere(Learner learner, String optimizer, @TempDir Path directory)
      throws Exception {
    Dataset<Row> rows = frame(learner, 60);
    Model<?> first = Learner.fit(EstimatorChecklistTest.precise(learner), rows);
    String path = directory.resolve("start").toString();
    ((MLWritable) first).write().save(path);
    MiniBatchParams<?> estimator = EstimatorChecklistTest.precise(learner);
    if (!optimizer.isEmpty()) {
      estimator.setOptimizer(optimizer);
    }
    estimator.setInitialModelPath(path);
    Learner.set(estimator, "maxIter", 0);
    Model<?> again = Learner.fit(estimator, rows);
    EstimatorChecklistTest.assertClose(first, again, 1e-9);
  }

  @ParameterizedTest
  @CsvSource({"LOGISTIC, adam", "SOFTMAX, adam", "SVC, adam", "SQUARED, adam", "HUBER, adam"})
  void fit_validationColumn_stopsEarlyAndIsNotTrainedOn(Learner learner, String optimizer) {
    Dataset<Row> rows = frame(learner, 80);
    MiniBatchParams<?> estimator =
        learner
            .create()
            .setValidationIndicatorCol("validation")
            .setPatience(2)
            .setValidationTol(0.5);
    if (!optimizer.isEmpty()) {
      estimator.setOptimizer(optimizer);
    }
    Learner.set(estimator, "tol", 0.0);
    Model<?> model = Learner.fit(estimator, rows);
    TrainingResult result = Learner.result(estimator);
    assertThat(result.stopReason()).isEqualTo(StopReason.EARLY_STOPPED);
    assertThat(result.rows()).isEqualTo(60);
    assertThat(result.passes()).allSatisfy(pass -> assertThat(pass.validationLoss()).isFinite());
    double best =
        result.passes().stream().mapToDouble(PassRecord::validationLoss).min().orElseThrow();
    assertThat(result.passes().get(result.bestPass()).validationLoss()).isEqualTo(best);
    assertThat(Learner.history(model)).hasSameSizeAs(result.passes());
  }

  @ParameterizedTest
  @CsvSource({"LOGISTIC, adam", "SVC, adam", "SQUARED, sgd"})
  void fit_listener_stopsAfterTheStepItNames(Learner learner, String optimizer) {
    MiniBatchParams<?> estimator = learner.create();
    if (!optimizer.isEmpty()) {
      estimator.setOptimizer(optimizer).setBatchSize(10);
    }
    Learner.set(estimator, "tol", 0.0);
    Learner.listen(
        estimator,
        new TrainingListener() {
          @Override
          public boolean onStep(ravine.engine.StepRecord step) {
            return step.step() < 2;
          }
        });
    Model<?> model = Learner.fit(estimator, frame(learner, 40));
    TrainingResult result = Learner.result(estimator);
    assertThat(result.stopReason()).isEqualTo(StopReason.STOPPED_BY_LISTENER);
    assertThat(result.steps()).hasSize(2);
    assertThat(Learner.weights(model)).doesNotContain(Double.NaN);
  }

  /** The driver solves so few rows: pass 1 reads the start, pass 2 its answer; no step is left. */
  @ParameterizedTest
  @CsvSource({"LOGISTIC", "SQUARED", "HUBER"})
  void fit_listenerOfDefaultWay_stopsAfterThePassItNames(Learner learner) {
    MiniBatchParams<?> estimator = learner.create();
    Learner.set(estimator, "tol", 0.0);
    Learner.listen(
        estimator,
        new TrainingListener() {
          @Override
          public boolean onPass(PassRecord pass) {
            return pass.pass() < 1;
          }
        });
    Model<?> model = Learner.fit(estimator, frame(learner, 40));
    TrainingResult result = Learner.result(estimator);
    assertThat(result.stopReason()).isEqualTo(StopReason.STOPPED_BY_LISTENER);
    assertThat(result.passes().get(result.passes().size() - 1).pass()).isEqualTo(1);
    assertThat(Learner.weights(model)).doesNotContain(Double.NaN);
  }

  /** Rows that the driver solves take fewer passes than patience lasts: the best is returned. */
  @ParameterizedTest
  @CsvSource({"LOGISTIC", "SQUARED", "HUBER"})
  void fit_validationColumnOfDefaultWay_bestPassIsReturned(Learner learner) {
    MiniBatchParams<?> estimator =
        learner.create().setValidationIndicatorCol("validation").setPatience(1);
    Model<?> model = Learner.fit(estimator, frame(learner, 80));
    TrainingResult result = Learner.result(estimator);
    assertThat(result.rows()).isEqualTo(60);
    double best =
        result.passes().stream().mapToDouble(PassRecord::validationLoss).min().orElseThrow();
    assertThat(result.passes().get(result.bestPass()).validationLoss()).isEqualTo(best);
    assertThat(Learner.history(model)).hasSameSizeAs(result.passes());
  }

  @ParameterizedTest
  @CsvSource({
    "LOGISTIC, sgd",
    "LOGISTIC, momentum",
    "SOFTMAX, momentum",
    "SVC, sgd",
    "SQUARED, sgd",
    "SQUARED, momentum",
    "HUBER, momentum"
  })
  void fit_hugeStepSize_divergesAndKeepsTheLastGoodWeights(Learner learner, String optimizer) {
    MiniBatchParams<?> estimator = learner.create().setOptimizer(optimizer).setStepSize(1e9);
    Learner.set(estimator, "regParam", 0.01);
    Model<?> model = Learner.fit(estimator, frame(learner, 60));
    TrainingResult result = Learner.result(estimator);
    assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
    assertThat(result.advice()).contains("stepSize").endsWith(".");
    assertThat(Arrays.stream(Learner.weights(model)).allMatch(Double::isFinite)).isTrue();
    assertThat(Arrays.stream(Learner.history(model)).allMatch(Double::isFinite)).isTrue();
    assertThat(result.objective()).isLessThanOrEqualTo(result.objectiveHistory()[0]);
  }
}
