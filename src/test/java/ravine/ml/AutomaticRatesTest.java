package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.ml.regression.MiniBatchLinearRegression;

/** Rules that scale by themselves, at the rate they are given where the user gives none. */
class AutomaticRatesTest extends SparkTestBase {
  private static final String[] ADAPTIVE = {
    "adam", "adamw", "amsgrad", "nadam", "adagrad", "adadelta", "rmsprop", "adamax"
  };
  private static final int FEATURES = 6;

  /** Each feature is nearly the one before (0.999), which no scaling of coordinates can undo. */
  private static List<Row> correlated(int count) {
    Random random = new Random(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[FEATURES];
      double label = random.nextGaussian();
      for (int j = 0; j < FEATURES; j++) {
        double fresh = random.nextGaussian();
        x[j] = j == 0 ? fresh : 0.999 * x[j - 1] + Math.sqrt(1.0 - 0.999 * 0.999) * fresh;
        label += (j % 2 == 0 ? 5.0 : -4.0) * x[j];
      }
      rows.add(MlRows.row(label, x));
    }
    return rows;
  }

  private static MiniBatchLinearRegression estimator(String rule, int passes) {
    MiniBatchLinearRegression estimator = new MiniBatchLinearRegression();
    estimator.setOptimizer(rule);
    return estimator.setMaxIter(passes);
  }

  private static TrainingResult fit(MiniBatchLinearRegression estimator, Dataset<Row> rows) {
    estimator.fit(rows);
    TrainingResult result = estimator.lastTrainingResult();
    assertThat(result).isNotNull();
    return result;
  }

  @Test
  void fit_adaptiveRulesOnCollinearFeatures_arriveWithin1e3() {
    Dataset<Row> rows = MlRows.frame(spark(), correlated(6_000)).cache();
    double optimum = fit(estimator("momentum", 200).setRegParam(1e-4), rows).objective();
    for (String rule : ADAPTIVE) {
      TrainingResult result = fit(estimator(rule, 30).setRegParam(1e-4), rows);
      assertThat(result.objective() / optimum - 1.0).as(rule).isLessThan(1e-3);
      if (result.stopReason() == StopReason.CONVERGED) {
        assertThat(result.objective() / optimum - 1.0).as(rule).isLessThan(1e-6);
      }
    }
    rows.unpersist();
  }

  /**
   * An L1 part is separable in the features alone, where no scaling undoes that they are nearly
   * equal, or dependent: seven of eight rules stayed at ten times the optimum on such columns.
   */
  @ParameterizedTest
  @CsvSource({"1e-2, 1", "1e-1, 1", "1e-1, 0.5", "1, 1"})
  void fit_adaptiveRulesWithL1OnDependentFeatures_arriveWithExactZeros(
      double regParam, double elasticNetParam) {
    List<Row> dependent = new ArrayList<>();
    for (Row row : correlated(4_000)) {
      double[] x = Arrays.copyOf(row.<Vector>getAs(3).toArray(), FEATURES + 2);
      x[FEATURES] = x[0] - x[1];
      x[FEATURES + 1] = x[2] * x[2];
      dependent.add(MlRows.row(row.getDouble(0), x));
    }
    Dataset<Row> rows = MlRows.frame(spark(), dependent).cache();
    MiniBatchLinearRegression exact = estimator("momentum", 200).setTol(1e-9);
    exact.setRegParam(regParam).setElasticNetParam(elasticNetParam);
    double optimum = fit(exact, rows).objective();
    for (String rule : ADAPTIVE) {
      MiniBatchLinearRegression estimator = estimator(rule, 60);
      estimator.setRegParam(regParam).setElasticNetParam(elasticNetParam);
      LinearRegressionModel model = estimator.fit(rows);
      TrainingResult result = estimator.lastTrainingResult();
      assertThat(result).isNotNull();
      assertThat(result.objective() / optimum - 1.0).as(rule).isLessThan(1e-3);
      assertThat(model.coefficients().toArray()).as(rule).contains(0.0);
    }
    rows.unpersist();
  }

  /** Two steps a pass of a rate made for 256 of them came to 0.48. */
  @Test
  void fit_adaptiveRulesOnFiftyRows_arrive() {
    Random random = new Random(9);
    List<Row> few = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      double x = random.nextGaussian();
      few.add(MlRows.row(2.0 * x + 0.01 * random.nextGaussian(), x));
    }
    Dataset<Row> rows = MlRows.frame(spark(), few);
    for (String rule : ADAPTIVE) {
      MiniBatchLinearRegression estimator = new MiniBatchLinearRegression();
      estimator.setOptimizer(rule);
      assertThat(estimator.fit(rows).coefficients().apply(0)).as(rule).isCloseTo(2.0, within(0.01));
    }
  }
}
