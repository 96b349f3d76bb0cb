import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** Logistic regression with defaults, then with Adam; the model is Spark's own. */
public final class Example01LogisticRegression {
  private Example01LogisticRegression() {}

  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().master("local[2]").appName("example").getOrCreate();
    run(spark, System.out);
    spark.stop();
  }

  static void run(SparkSession spark, PrintStream out) {
    // A thousand rows whose features differ in scale by a factor of 1000: no need to scale them.
    Random random = new Random(1);
    List<Row> list = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      double age = 40 + 10 * random.nextGaussian();
      double income = 50_000 + 10_000 * random.nextGaussian();
      double score = 0.1 * (age - 40) + 2e-4 * (income - 50_000) + random.nextGaussian();
      list.add(RowFactory.create(score > 0 ? 1.0 : 0.0, Vectors.dense(age, income)));
    }
    Dataset<Row> rows =
        spark.createDataFrame(
            list,
            new StructType()
                .add("label", DataTypes.DoubleType)
                .add("features", SQLDataTypes.VectorType()));

    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    LogisticRegressionModel model = estimator.fit(rows);
    out.printf("defaults %s intercept %.3f%n", model.coefficients(), model.intercept());
    out.printf("         %s%n", estimator.lastTrainingResult().advice());

    LogisticRegressionModel adam =
        new MiniBatchLogisticRegression()
            .setOptimizer("adam(beta2=0.99)")
            .setBatchSize(50)
            .setMaxIter(20)
            .fit(rows);
    out.printf("adam     AUC %.4f%n", adam.binarySummary().areaUnderROC());
  }
}

// mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.args= \
//     -Dexec.mainClass=Example01LogisticRegression
