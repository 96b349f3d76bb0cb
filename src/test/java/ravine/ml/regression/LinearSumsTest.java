package ravine.ml.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.engine.PassRecord;
import ravine.engine.StepRecord;
import ravine.engine.StopReason;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.ml.MlRows;

/** Least squares from sums of products: in one job, and right where sums alone would not be. */
class LinearSumsTest extends SparkTestBase {

  /** Five plain columns; the last is the first but for {@code apart}. */
  private static List<Row> rows(int count, double apart) {
    Random random = new Random(21);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[5];
      for (int j = 0; j < 5; j++) {
        x[j] = 10.0 * j + random.nextGaussian();
      }
      x[4] = apart > 0.0 ? x[0] + apart * x[4] : x[4];
      double label = 3.0 + x[0] - 2.0 * x[1] + 0.5 * x[3] + 0.3 * random.nextGaussian();
      rows.add(MlRows.row(label, 0.5 + i % 3, i % 4 == 3, x));
    }
    return rows;
  }

  private static TrainingResult result(MiniBatchLinearRegression estimator) {
    return Objects.requireNonNull(estimator.lastTrainingResult());
  }

  private int jobsOf(Runnable fit) throws Exception {
    AtomicInteger jobs = new AtomicInteger();
    SparkListener counting =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            boolean guard = start.properties().getProperty("spark.ravine.guard") != null;
            jobs.addAndGet(guard ? 0 : 1);
          }
        };
    sc().listenerBus().waitUntilEmpty();
    sc().addSparkListener(counting);
    try {
      fit.run();
      sc().listenerBus().waitUntilEmpty();
    } finally {
      sc().removeSparkListener(counting);
    }
    return jobs.get();
  }

  private static void assertClose(LinearRegressionModel actual, LinearRegressionModel expected) {
    double[] coefficients = expected.coefficients().toArray();
    assertThat(actual.coefficients().toArray()).containsExactly(coefficients, within(1e-9));
    assertThat(actual.intercept()).isCloseTo(expected.intercept(), within(1e-8));
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "true, 5", "false, 1", "false, 5"})
  void fit_wellConditioned_takesOneJobAndStocksAnswer(boolean cached, int partitions)
      throws Exception {
    Dataset<Row> frame = MlRows.frame(spark(), rows(900, 0.0), partitions);
    if (cached) {
      frame.cache().count();
    }
    MiniBatchLinearRegression ours = new MiniBatchLinearRegression().setWeightCol("weight");
    List<LinearRegressionModel> models = new ArrayList<>();
    assertThat(jobsOf(() -> models.add(ours.fit(frame)))).isEqualTo(1);
    assertClose(
        models.get(0),
        new LinearRegression().setSolver("normal").setWeightCol("weight").fit(frame));
    TrainingResult result = result(ours);
    assertThat(result.way()).isEqualTo("normal equations");
    assertThat(result.engine()).isEqualTo("none");
    assertThat(result.stopReason()).isEqualTo(StopReason.CONVERGED);
    assertThat(result.passes()).hasSize(2);
    assertThat(result.passes().get(1).pass()).isEqualTo(1);
    assertThat(Objects.requireNonNull(result.certificate()).isProven()).isTrue();
    assertThat(result.certificate().bound()).isLessThanOrEqualTo(1e-6 * result.objective());
    frame.unpersist(true);
  }

  /** Sums lose half the digits here; what residuals over the rows say is exact. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void fit_nearlyEqualColumns_readsTheRowsAgain(boolean cached) {
    Dataset<Row> frame = MlRows.frame(spark(), rows(900, 1e-6), 2);
    if (cached) {
      frame.cache();
    }
    MiniBatchLinearRegression ours = new MiniBatchLinearRegression();
    LinearRegressionModel model = ours.fit(frame);
    assertThat(result(ours).way()).isEqualTo("newton");
    assertThat(result(ours).stopReason()).isEqualTo(StopReason.CONVERGED);
    assertThat(model.coefficients().apply(0) + model.coefficients().apply(4))
        .isCloseTo(1.0, within(0.1));
    assertThat(result(ours).passes().get(result(ours).passes().size() - 1).pass())
        .isLessThanOrEqualTo(3);
    frame.unpersist(true);
  }

  @ParameterizedTest
  @CsvSource({"0.0", "0.5", "1.0"})
  void fit_penalised_isTheOptimumOfPackedRows(double elasticNet) {
    List<Row> rows = rows(900, 0.5);
    Dataset<Row> frame = MlRows.frame(spark(), rows, 3).cache();
    MiniBatchLinearRegression ours = new MiniBatchLinearRegression();
    ours.setRegParam(0.1).setElasticNetParam(elasticNet);
    LinearRegression stock =
        new LinearRegression().setRegParam(0.1).setElasticNetParam(elasticNet).setTol(1e-14);
    // Its normal equations divide the label by another deviation, that of the population.
    stock.setSolver("l-bfgs");
    LinearRegressionModel expected = stock.setMaxIter(300).fit(frame);
    LinearRegressionModel model = ours.fit(frame);
    assertThat(result(ours).way()).isEqualTo("normal equations");
    for (int j = 0; j < 5; j++) {
      double value = expected.coefficients().apply(j);
      assertThat(model.coefficients().apply(j)).isCloseTo(value, within(1e-5));
      assertThat(model.coefficients().apply(j) == 0.0).isEqualTo(value == 0.0);
    }
    double[] history = expected.summary().objectiveHistory();
    assertThat(result(ours).objective())
        .isCloseTo(history[history.length - 1], within(1e-6 * history[history.length - 1]));
    frame.unpersist(true);
  }

  /** Early stopping needs their loss, and they take no part in the sums. */
  @Test
  void fit_validationRows_areNotSummed() {
    List<Row> rows = rows(900, 0.0);
    List<Row> training = rows.stream().filter(row -> !row.getBoolean(2)).toList();
    Dataset<Row> frame = MlRows.frame(spark(), rows, 2).cache();
    MiniBatchLinearRegression ours = new MiniBatchLinearRegression();
    ours.setValidationIndicatorCol("validation");
    LinearRegressionModel model = ours.fit(frame);
    assertThat(result(ours).way()).isEqualTo("newton");
    assertThat(result(ours).passes().get(1).validationLoss()).isPositive();
    assertClose(
        model, new LinearRegression().setSolver("normal").fit(MlRows.frame(spark(), training, 2)));
    frame.unpersist(true);
  }

  @Test
  void fit_listenerStopsBeforeTheStep_givesTheNullModelAndItsBound() {
    Dataset<Row> frame = MlRows.frame(spark(), rows(300, 0.0), 2);
    MiniBatchLinearRegression ours = new MiniBatchLinearRegression();
    ours.addListener(
        new TrainingListener() {
          @Override
          public boolean onPass(PassRecord pass) {
            return false;
          }

          @Override
          public boolean onStep(StepRecord step) {
            throw new IllegalStateException("there was a step");
          }
        });
    LinearRegressionModel model = ours.fit(frame);
    assertThat(model.coefficients().toArray()).containsOnly(0.0);
    TrainingResult result = result(ours);
    assertThat(result.stopReason()).isEqualTo(StopReason.STOPPED_BY_LISTENER);
    double bound = Objects.requireNonNull(result.certificate()).bound();
    double optimum = objective(frame);
    assertThat(bound).isCloseTo(result.objective() - optimum, within(1e-5));
  }

  private static double objective(Dataset<Row> frame) {
    MiniBatchLinearRegression ours = new MiniBatchLinearRegression();
    ours.fit(frame);
    return result(ours).objective();
  }

  @Test
  void fit_zeroPassesOrToleranceOrMiniBatches_asksTheRows() {
    Dataset<Row> frame = MlRows.frame(spark(), rows(300, 0.0), 2).cache();
    MiniBatchLinearRegression none = new MiniBatchLinearRegression().setMaxIter(0);
    assertThat(none.fit(frame).coefficients().toArray()).containsOnly(0.0);
    assertThat(result(none).way()).isNotEqualTo("normal equations");
    MiniBatchLinearRegression exact = new MiniBatchLinearRegression().setTol(0.0);
    exact.fit(frame);
    assertThat(result(exact).way()).isEqualTo("newton");
    MiniBatchLinearRegression adam = new MiniBatchLinearRegression();
    adam.setOptimizer("adam");
    adam.fit(frame);
    assertThat(result(adam).way()).isEqualTo("mini-batches");
    frame.unpersist(true);
  }
}
