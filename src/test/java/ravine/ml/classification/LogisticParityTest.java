package ravine.ml.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;

/**
 * At convergence the coefficients are those of the Spark class extended: the objective is the same.
 */
class LogisticParityTest extends SparkTestBase {

  @ParameterizedTest
  @CsvSource({
    // regParam, elasticNet, standardization, intercept, weighted, classes
    "0.0, 0.0, true, true, false, 2",
    "0.1, 0.0, true, true, true, 2",
    "0.1, 0.0, false, true, false, 2",
    "0.1, 0.0, false, false, true, 2",
    "0.1, 0.0, true, false, false, 2",
    "0.02, 1.0, true, true, false, 2",
    "0.02, 0.5, false, true, true, 2",
    "0.02, 1.0, false, false, false, 2",
    "0.05, 0.0, true, true, true, 4",
    "0.05, 0.0, false, false, false, 4",
    "0.01, 0.5, true, true, false, 4",
  })
  void train_atConvergence_agreesWithSpark(
      double regParam,
      double elasticNet,
      boolean standardization,
      boolean intercept,
      boolean weighted,
      int classes) {
    Dataset<Row> rows = rows(400, classes).cache();
    LogisticRegression spark = new LogisticRegression().setTol(1e-14).setMaxIter(2000);
    configure(spark, regParam, elasticNet, standardization, intercept, weighted);
    MiniBatchLogisticRegression ours =
        new MiniBatchLogisticRegression().setTol(1e-15).setMaxIter(300);
    configure(ours, regParam, elasticNet, standardization, intercept, weighted);
    LogisticRegressionModel expected = spark.fit(rows);
    LogisticRegressionModel actual = ours.fit(rows);
    double largest = 0.0;
    for (double value : expected.coefficientMatrix().toArray()) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int k = 0; k < expected.coefficientMatrix().numRows(); k++) {
      for (int j = 0; j < expected.coefficientMatrix().numCols(); j++) {
        assertThat(actual.coefficientMatrix().apply(k, j))
            .as("class %d feature %d", k, j)
            .isCloseTo(
                expected.coefficientMatrix().apply(k, j),
                org.assertj.core.data.Offset.offset(1e-4 * largest));
      }
      assertThat(actual.interceptVector().apply(k))
          .as("intercept %d", k)
          .isCloseTo(
              expected.interceptVector().apply(k),
              org.assertj.core.data.Offset.offset(
                  1e-4 * Math.max(largest, Math.abs(expected.interceptVector().apply(k)))));
    }
    double[] history = actual.summary().objectiveHistory();
    double[] sparks = expected.summary().objectiveHistory();
    assertThat(history[history.length - 1])
        .isCloseTo(
            sparks[sparks.length - 1], org.assertj.core.data.Percentage.withPercentage(1e-6));
    rows.unpersist();
  }

  private static void configure(
      LogisticRegression estimator,
      double regParam,
      double elasticNet,
      boolean standardization,
      boolean intercept,
      boolean weighted) {
    estimator
        .setRegParam(regParam)
        .setElasticNetParam(elasticNet)
        .setStandardization(standardization)
        .setFitIntercept(intercept);
    if (weighted) {
      estimator.setWeightCol("weight");
    }
  }

  private Dataset<Row> rows(int count, int classes) {
    Random random = new Random(7);
    double[] scales = {1.0, 100.0, 0.01, 3.0, 1.0};
    double[] shifts = {0.0, 500.0, 1.0, 0.0, 0.0};
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[5];
      double[] score = new double[classes];
      for (int j = 0; j < 5; j++) {
        double z = j == 4 ? (random.nextDouble() < 0.7 ? 0.0 : 1.0) : random.nextGaussian();
        x[j] = shifts[j] + scales[j] * z;
        for (int k = 0; k < classes; k++) {
          score[k] += Math.sin(1 + j + 3 * k) * z;
        }
      }
      int label = 0;
      for (int k = 0; k < classes; k++) {
        score[k] += -2.0 * Math.log(-Math.log(random.nextDouble()));
        label = score[k] > score[label] ? k : label;
      }
      rows.add(RowFactory.create((double) label, 0.5 + random.nextInt(4) * 0.5, Vectors.dense(x)));
    }
    return spark()
        .createDataFrame(
            rows,
            new StructType(
                new StructField[] {
                  new StructField("label", DataTypes.DoubleType, false, Metadata.empty()),
                  new StructField("weight", DataTypes.DoubleType, false, Metadata.empty()),
                  new StructField(
                      "features",
                      org.apache.spark.ml.linalg.SQLDataTypes.VectorType(),
                      false,
                      Metadata.empty())
                }));
  }
}
