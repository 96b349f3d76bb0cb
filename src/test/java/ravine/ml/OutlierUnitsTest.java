package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** One row in enormous units, beside which all others are alike to rounding. */
class OutlierUnitsTest extends SparkTestBase {
  private static final int ROWS = 300;

  private Dataset<Row> rows(long seed, double outlier) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double[] x = random.doubles(MlRows.FEATURES, -2.0, 2.0).toArray();
      double label = x[0] - x[1] + random.nextGaussian() > 0.0 ? 1.0 : 0.0;
      if (i == 0) {
        Arrays.fill(x, outlier);
      }
      rows.add(MlRows.row(label, x));
    }
    return MlRows.frame(spark(), rows, 2);
  }

  private TrainingResult fit(Dataset<Row> rows) {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    estimator.fit(rows);
    return Objects.requireNonNull(estimator.lastTrainingResult());
  }

  /** The optimum is that of the other rows; a Newton step sees nothing of them in doubles. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void fit_rowTenBillionTimesAsLarge_isNotCalledConverged(long seed) {
    TrainingResult found = fit(rows(seed, 1e10));
    double optimum = fit(rows(seed, 10.0)).objective();
    if (found.objective() > 1.02 * optimum) {
      assertThat(found.stopReason()).isNotEqualTo(StopReason.CONVERGED);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {10.0, 1e3, 1e5})
  void fit_rowsOfLargeButOrdinaryUnits_converge(double outlier) {
    assertThat(fit(rows(1, outlier)).stopReason()).isEqualTo(StopReason.CONVERGED);
  }

  /** One row in units that many times those of the others, normal ones. */
  private Dataset<Row> scaled(long seed, int classes, double units) {
    Random random = new Random(seed);
    int features = 3 + random.nextInt(15);
    int count = 100 + random.nextInt(900);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[features];
      double margin = 0.0;
      for (int j = 0; j < features; j++) {
        x[j] = random.nextGaussian();
        margin += x[j] * (j % 5 - 2) * 0.5;
      }
      double label = random.nextDouble() < 1.0 / (1.0 + Math.exp(-margin)) ? 1.0 : 0.0;
      label = classes == 3 && random.nextInt(3) == 0 ? 2.0 : label;
      if (i == 7) {
        for (int j = 0; j < features; j++) {
          x[j] *= units;
        }
        label = (seed / 31) % classes;
      }
      rows.add(MlRows.row(label, x));
    }
    return MlRows.frame(spark(), rows, 2);
  }

  private TrainingResult fit(Dataset<Row> rows, double tol) {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    estimator.setTol(tol).setMaxIter(300).fit(rows);
    return Objects.requireNonNull(estimator.lastTrainingResult());
  }

  /** It saturates, and with it all that a Newton decrement sees of what it holds back. */
  @ParameterizedTest
  @CsvSource({"62, 2, 1e8", "62, 2, 1e9", "93, 2, 1e9", "96, 3, 1e8", "65, 3, 1e9"})
  void fit_rowThatHoldsOthersBack_doesNotConvergeBeforeItLetsGo(
      long seed, int classes, double units) {
    Dataset<Row> rows = scaled(seed, classes, units);
    TrainingResult found = fit(rows, 1e-6);
    double optimum = Math.min(fit(rows, 1e-13).objective(), found.objective());
    assertThat(found.stopReason()).isEqualTo(StopReason.CONVERGED);
    assertThat(found.objective()).isLessThanOrEqualTo(optimum * (1.0 + 2e-6));
  }
}
