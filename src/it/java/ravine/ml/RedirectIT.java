package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.ml.redirect.LinearRegression;
import ravine.ml.redirect.LinearSVC;
import ravine.ml.redirect.LogisticRegression;
import ravine.ml.redirect.Redirected;

/**
 * Spark's estimators by their names on this Spark: trained by us, by Spark, and saved as Spark's.
 */
class RedirectIT {
  @TempDir private Path folder;
  private SparkSession spark;
  private Dataset<Row> rows;

  @BeforeEach
  void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("legs")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    Random random = new Random(6);
    List<Row> drawn = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      double a = random.nextGaussian();
      double b = 10.0 * random.nextGaussian();
      double label = a + 0.1 * b + random.nextGaussian() > 0.0 ? 1.0 : 0.0;
      drawn.add(RowFactory.create(label, Vectors.dense(a, b)));
    }
    StructType schema =
        new StructType()
            .add("label", DataTypes.DoubleType, false)
            .add("features", SQLDataTypes.VectorType(), false);
    rows = spark.createDataFrame(drawn, schema);
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  @Test
  void fit_ofEach_isOursAndWithTheParamLeftToSparkIsSparks() {
    LinearRegression linear = new LinearRegression();
    linear.setSolver("l-bfgs");
    for (Estimator<?> estimator : List.of(new LogisticRegression(), new LinearSVC(), linear)) {
      estimator.set(estimator.<Object>getParam("regParam"), 0.1);
      estimator.fit(rows);
      assertThat(((Redirected) estimator).lastTrainingResult()).isNotNull();
      estimator.set(estimator.<Object>getParam("aggregationDepth"), 3);
      estimator.fit(rows);
      assertThat(((Redirected) estimator).lastTrainingResult()).isNull();
    }
  }

  @Test
  void fit_agreesWithSpark_andItsSummary() {
    LogisticRegressionModel theirs =
        new org.apache.spark.ml.classification.LogisticRegression().setTol(1e-12).fit(rows);
    LogisticRegressionModel ours = new LogisticRegression().fit(rows);
    assertThat(ours.intercept()).isCloseTo(theirs.intercept(), within(1e-3));
    assertThat(ours.binarySummary().areaUnderROC())
        .isCloseTo(theirs.binarySummary().areaUnderROC(), within(1e-3));
    LinearRegressionModel line = new LinearRegression().fit(rows);
    assertThat(line.summary().pValues())
        .isEqualTo(
            new org.apache.spark.ml.regression.LinearRegression().fit(rows).summary().pValues());
  }

  @Test
  void save_ofAnEstimator_isSparks() throws Exception {
    String path = folder.resolve("estimator").toString();
    new LogisticRegression().copy(ParamMap.empty()).write().save(path);
    assertThat(org.apache.spark.ml.classification.LogisticRegression.load(path).getClass())
        .isEqualTo(org.apache.spark.ml.classification.LogisticRegression.class);
    assertThat(LogisticRegression.load(path)).isInstanceOf(Redirected.class);
  }
}
