package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
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

  private TrainingResult fit(Dataset<Row> rows, String rule, int passes) {
    MiniBatchLinearRegression estimator = new MiniBatchLinearRegression();
    estimator.setOptimizer(rule);
    estimator.setMaxIter(passes).setRegParam(1e-4).fit(rows);
    TrainingResult result = estimator.lastTrainingResult();
    assertThat(result).isNotNull();
    return result;
  }

  @Test
  void fit_adaptiveRulesOnCollinearFeatures_arriveWithin1e3() {
    Dataset<Row> rows = MlRows.frame(spark(), correlated(6_000)).cache();
    double optimum = fit(rows, "momentum", 200).objective();
    for (String rule : ADAPTIVE) {
      TrainingResult result = fit(rows, rule, 30);
      assertThat(result.objective() / optimum - 1.0).as(rule).isLessThan(1e-3);
      if (result.stopReason() == StopReason.CONVERGED) {
        assertThat(result.objective() / optimum - 1.0).as(rule).isLessThan(1e-6);
      }
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
