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
import ravine.engine.PassRecord;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** Many noisy features and few rows: training stops when the rows set aside get no better. */
public final class Example04EarlyStoppingAndListener {
  private Example04EarlyStoppingAndListener() {}

  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().master("local[2]").appName("example").getOrCreate();
    run(spark, System.out);
    spark.stop();
  }

  static void run(SparkSession spark, PrintStream out) {
    Random random = new Random(4);
    List<Row> list = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      double[] x = random.doubles(60, -1, 1).toArray();
      double label = x[0] + x[1] + 0.5 * random.nextGaussian() > 0 ? 1.0 : 0.0;
      list.add(RowFactory.create(label, i % 4 == 0, Vectors.dense(x)));
    }
    Dataset<Row> rows =
        spark.createDataFrame(
            list,
            new StructType()
                .add("label", DataTypes.DoubleType)
                .add("setAside", DataTypes.BooleanType)
                .add("features", SQLDataTypes.VectorType()));

    TrainingListener printer =
        new TrainingListener() {
          @Override
          public boolean onPass(PassRecord pass) {
            out.printf(
                "pass %2d  training %.4f  validation %.4f%n",
                pass.pass(), pass.objective(), pass.validationLoss());
            // Return false to stop.
            return true;
          }
        };
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression()
            .setOptimizer("adam")
            .setStepSize(0.2)
            .setBatchSize(20)
            .setValidationIndicatorCol("setAside")
            .setPatience(3)
            .addListener(printer);
    estimator.fit(rows);
    TrainingResult result = estimator.lastTrainingResult();
    out.printf("%s: %s%n", result.stopReason(), result.advice());
    out.printf("weights of pass %d are returned%n", result.passes().get(result.bestPass()).pass());
  }
}

// mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.args= \
//     -Dexec.mainClass=Example04EarlyStoppingAndListener
