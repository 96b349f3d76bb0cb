package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.ml.regression.MiniBatchLinearRegression;

/**
 * The Huber loss learns a scale, and its curvature is one over it: the model must be the same in
 * every unit of the label. At an automatic rate mini-batches once came to coefficients of 0 where
 * labels were in the thousands, and called it converged where they were in the millions.
 */
class HuberUnitsTest extends SparkTestBase {
  private static final int FEATURES = 5;
  private static final int ROWS = 1_000;

  /** True coefficients 1 to 5, noise of deviation 1, a tenth of it outliers; divided exactly. */
  private static List<Row> rows(double unit) {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double[] x = new double[FEATURES];
      double label = random.nextGaussian() * (i % 10 == 0 ? 20.0 : 1.0);
      for (int j = 0; j < FEATURES; j++) {
        x[j] = random.nextGaussian();
        label += (j + 1) * x[j];
      }
      rows.add(MlRows.row(unit * label, x));
    }
    return rows;
  }

  private LinearRegressionModel model(String optimizer, double unit) {
    return new MiniBatchLinearRegression()
        .setLoss("huber")
        .setMaxIter(40)
        .setTol(0.0)
        .setOptimizer(optimizer)
        .setBatchSize(200)
        .fit(MlRows.frame(spark(), rows(unit)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum", "nesterov", "adam"})
  void train_labelInAnyUnit_isTheSameModel(String optimizer) {
    Vector expected = model(optimizer, 1.0).coefficients();
    for (int j = 0; j < FEATURES; j++) {
      assertThat(expected.apply(j)).as(optimizer).isCloseTo(j + 1.0, within(0.15));
    }
    for (double unit : new double[] {1e-5, 1e3, 1e7}) {
      LinearRegressionModel other = model(optimizer, unit);
      for (int j = 0; j < FEATURES; j++) {
        assertThat(other.coefficients().apply(j) / unit)
            .as("%s, coefficient %d, unit %s", optimizer, j, unit)
            .isCloseTo(expected.apply(j), within(1e-6 * expected.apply(j)));
      }
    }
  }
}
