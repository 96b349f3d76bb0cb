import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import ravine.ml.classification.MiniBatchLogisticRegression;

/**
 * Passes over the data until the objective is within 1e-2, 1e-3 and 1e-4 of the optimum, on sparse
 * rows like those of texts: too many weights for a metric made from a sample. Deterministic.
 *
 * <p>Arguments: rows, features, non-zeros in a row, regParam times rows.
 */
public final class Example06WideSparsePasses {
  private static final double[] GAPS = {1e-2, 1e-3, 1e-4};

  private Example06WideSparsePasses() {}

  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().master("local[2]").appName("example").getOrCreate();
    double[] given = Arrays.stream(args).mapToDouble(Double::parseDouble).toArray();
    double[] sizes = given.length == 4 ? given : new double[] {30_000, 5_000, 40, 30.0};
    table(spark, (int) sizes[0], (int) sizes[1], (int) sizes[2], sizes[3], 120, System.out);
    spark.stop();
  }

  static void run(SparkSession spark, PrintStream out) {
    table(spark, 800, 3_000, 20, 1.0, 15, out);
  }

  private static void table(
      SparkSession spark,
      int count,
      int features,
      int nonZeros,
      double strength,
      int passes,
      PrintStream out) {
    Dataset<Row> rows = rows(spark, count, features, nonZeros).cache();
    double regParam = strength / count;
    Map<String, double[]> histories = new LinkedHashMap<>();
    histories.put(
        "ml.LogisticRegression",
        new LogisticRegression()
            .setRegParam(regParam)
            .setTol(0)
            .setMaxIter(passes)
            .fit(rows)
            .summary()
            .objectiveHistory());
    for (String rule :
        new String[] {"nesterov(accelerated)", "momentum", "sgd", "adam", "adagrad"}) {
      histories.put(
          rule,
          new MiniBatchLogisticRegression()
              .setOptimizer(rule)
              .setRegParam(regParam)
              .setTol(0)
              .setMaxIter(passes)
              .fit(rows)
              .summary()
              .objectiveHistory());
    }
    double optimum = Double.POSITIVE_INFINITY;
    for (double[] history : histories.values()) {
      optimum = Math.min(optimum, Arrays.stream(history).min().orElseThrow());
    }
    out.println("passes to a gap of      1e-2   1e-3   1e-4");
    for (Map.Entry<String, double[]> entry : histories.entrySet()) {
      out.printf("%-21s", entry.getKey());
      for (double gap : GAPS) {
        out.printf(" %6s", reached(entry.getValue(), optimum, gap));
      }
      out.println();
    }
    rows.unpersist();
  }

  private static String reached(double[] history, double optimum, double gap) {
    for (int pass = 0; pass < history.length; pass++) {
      if (history[pass] - optimum <= gap * optimum) {
        return Integer.toString(pass);
      }
    }
    return "-";
  }

  /** Frequencies fall with the feature's number, as those of words do; rows are of length 1. */
  private static Dataset<Row> rows(SparkSession spark, int count, int features, int nonZeros) {
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(IntStream.range(0, count).boxed().toList(), 2)
            .map(i -> row(i, features, nonZeros)),
        new StructType()
            .add("label", DataTypes.DoubleType)
            .add("features", SQLDataTypes.VectorType()));
  }

  private static Row row(int number, int features, int nonZeros) {
    SplittableRandom random = new SplittableRandom(number * 0x9E3779B97F4A7C15L);
    TreeMap<Integer, Double> row = new TreeMap<>();
    double squares = 0.0;
    for (int s = 0; s < nonZeros; s++) {
      int feature = (int) (Math.pow(features + 10.0, random.nextDouble()) * 10.0) % features;
      double value = Math.log(2.0 + feature) * (0.5 + random.nextDouble());
      Double before = row.put(feature, value);
      squares += value * value - (before == null ? 0.0 : before * before);
    }
    int[] indices = row.keySet().stream().mapToInt(Integer::intValue).toArray();
    double[] values = row.values().stream().mapToDouble(Double::doubleValue).toArray();
    double margin = 0.0;
    for (int s = 0; s < values.length; s++) {
      values[s] /= Math.sqrt(squares);
      margin += 4.0 * Math.sin(1.0 + indices[s]) * values[s];
    }
    double label = random.nextDouble() < 1.0 / (1.0 + Math.exp(-margin)) ? 1.0 : 0.0;
    return RowFactory.create(label, Vectors.sparse(features, indices, values));
  }
}

// mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.args="30000 5000 40 30" \
//     -Dexec.mainClass=Example06WideSparsePasses
