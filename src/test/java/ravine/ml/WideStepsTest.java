package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** Steps confined to what a mini-batch touches lead an estimator to Spark's own optimum. */
class WideStepsTest extends SparkTestBase {
  private static final int FEATURES = 6000;

  private Dataset<Row> wide() {
    SplittableRandom random = new SplittableRandom(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      int[] indices = new int[10];
      double[] values = new double[10];
      double margin = 0.0;
      for (int s = 0; s < indices.length; s++) {
        double u = random.nextDouble();
        indices[s] = s * 600 + (int) (u * u * u * 600.0);
        values[s] = random.nextDouble(0.5, 1.5);
        margin += (indices[s] % 7 - 3) * values[s];
      }
      double label = margin + random.nextDouble(-4, 4) > 0 ? 1.0 : 0.0;
      rows.add(RowFactory.create(label, Vectors.sparse(FEATURES, indices, values)));
    }
    StructType schema =
        new StructType().add("label", "double").add("features", SQLDataTypes.VectorType());
    return spark().createDataFrame(rows, schema).repartition(2);
  }

  @ParameterizedTest
  @CsvSource({
    "nesterov(0.9), auto, 0.2, false, true",
    "momentum(0.9), auto, 0.2, false, true",
    "nesterov(0.9), auto, 0.002, true, true",
    "adam, lazy, 0.05, false, true",
    "adagrad, lazy, 0.5, false, false",
  })
  void fit_lazySteps_endNearSparksOptimum(
      String optimizer,
      String sparse,
      double stepSize,
      boolean standardization,
      boolean intercept) {
    Dataset<Row> rows = wide();
    double regParam = 0.01;
    double[] spark =
        new LogisticRegression()
            .setRegParam(regParam)
            .setStandardization(standardization)
            .setFitIntercept(intercept)
            .setTol(1e-12)
            .setMaxIter(500)
            .fit(rows)
            .summary()
            .objectiveHistory();
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    estimator.setRegParam(regParam);
    estimator.setStandardization(standardization);
    estimator.setFitIntercept(intercept);
    estimator.setMaxIter(60);
    estimator
        .setOptimizer(optimizer)
        .setSparse(sparse)
        .setStepSize(stepSize)
        .setSchedule("cosine(4500)")
        .setBatchSize(20)
        .fit(rows);
    TrainingResult result = estimator.lastTrainingResult();
    assertThat(result).isNotNull();
    assertThat(result.steps().get(10).velocityNorm()).as("a lazy step does not tell it").isNaN();
    double optimum = spark[spark.length - 1];
    assertThat(result.objective()).isBetween(optimum * (1 - 1e-9), optimum * 1.01);
  }
}
