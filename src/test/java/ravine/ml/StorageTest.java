package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ravine.SparkTestBase;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** The param {@code storage}: float in half the memory, nearly the same model. */
class StorageTest extends SparkTestBase {

  private static double objective(Learner learner, String storage, Dataset<Row> rows) {
    MiniBatchParams<?> estimator = learner.create();
    estimator.setStorage(storage);
    Learner.set(estimator, "regParam", 1e-3);
    Learner.set(estimator, "tol", 1e-9);
    Learner.fit(estimator, rows);
    return Learner.result(estimator).objective();
  }

  @ParameterizedTest
  @EnumSource(
      value = Learner.class,
      names = {"LOGISTIC", "SOFTMAX", "SQUARED", "HUBER"})
  void fit_float_reachesTheObjectiveOfDouble(Learner learner) {
    Dataset<Row> rows = MlRows.frame(spark(), learner.rows(400), 2);
    double full = objective(learner, "double", rows);
    assertThat(objective(learner, "float", rows)).isCloseTo(full, within(1e-6 * full));
  }

  /** Fails where the param is not passed on: one third is no float. */
  @Test
  void fit_float_roundsTheFeatures() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.measured(200));
    assertThat(objective(Learner.SQUARED, "FLOAT", rows))
        .isNotEqualTo(objective(Learner.SQUARED, "double", rows));
  }

  @Test
  void save_float_isLoadedAgain(@TempDir Path directory) throws Exception {
    String path = directory.resolve("estimator").toString();
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    estimator.setStorage("float");
    ((MLWritable) estimator).write().save(path);
    assertThat(MiniBatchLogisticRegression.load(path).getStorage()).isEqualTo("float");
    assertThat(estimator.copy(org.apache.spark.ml.param.ParamMap.empty()).getStorage())
        .isEqualTo("float");
  }
}
