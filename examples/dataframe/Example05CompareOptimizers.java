import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** The same mini-batches, another rule: the objective after each of the first passes. */
public final class Example05CompareOptimizers {
  private Example05CompareOptimizers() {}

  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().master("local[2]").appName("example").getOrCreate();
    run(spark, System.out);
    spark.stop();
  }

  static void run(SparkSession spark, PrintStream out) {
    // Two features that are almost the same: a ravine even after scaling.
    Random random = new Random(5);
    List<Row> list = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double common = random.nextGaussian();
      double a = common + 0.1 * random.nextGaussian();
      double b = common + 0.1 * random.nextGaussian();
      double label = 10 * (a - b) + random.nextGaussian() > 0 ? 1.0 : 0.0;
      list.add(RowFactory.create(label, Vectors.dense(a, b)));
    }
    Dataset<Row> rows =
        spark
            .createDataFrame(
                list,
                new StructType()
                    .add("label", DataTypes.DoubleType)
                    .add("features", SQLDataTypes.VectorType()))
            .cache();

    for (String rule : new String[] {"sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"}) {
      MiniBatchLogisticRegression estimator =
          new MiniBatchLogisticRegression()
              .setOptimizer(rule)
              .setStepSize(0.05)
              .setBatchSize(50)
              .setMaxIter(5)
              .setTol(0);
      estimator.fit(rows);
      TrainingResult result = estimator.lastTrainingResult();
      out.printf("%-9s", rule);
      for (double objective : result.objectiveHistory()) {
        out.printf(" %.4f", objective);
      }
      out.println();
    }
    rows.unpersist();
  }
}

// mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.args= \
//     -Dexec.mainClass=Example05CompareOptimizers
