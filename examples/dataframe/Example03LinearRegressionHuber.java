import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import ravine.ml.regression.MiniBatchLinearRegression;

/** One row in twenty is wrong by far: the Huber loss does not mind, the squared loss does. */
public final class Example03LinearRegressionHuber {
  private Example03LinearRegressionHuber() {}

  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().master("local[2]").appName("example").getOrCreate();
    run(spark, System.out);
    spark.stop();
  }

  static void run(SparkSession spark, PrintStream out) {
    // y = 3 a - 2 b + 1, but for the outliers.
    Random random = new Random(3);
    List<Row> list = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      double y = 3 * a - 2 * b + 1 + 0.1 * random.nextGaussian();
      list.add(RowFactory.create(i % 20 == 0 ? y + 100 * a : y, Vectors.dense(a, b)));
    }
    Dataset<Row> rows =
        spark.createDataFrame(
            list,
            new StructType()
                .add("label", DataTypes.DoubleType)
                .add("features", SQLDataTypes.VectorType()));

    for (String loss : new String[] {"squaredError", "huber"}) {
      LinearRegressionModel model = new MiniBatchLinearRegression().setLoss(loss).fit(rows);
      out.printf(
          "%-12s a %.2f  b %.2f  intercept %.2f  scale %.2f%n",
          loss,
          model.coefficients().apply(0),
          model.coefficients().apply(1),
          model.intercept(),
          model.scale());
    }
  }
}

// mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.args= \
//     -Dexec.mainClass=Example03LinearRegressionHuber
