package ravine.ml;

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

/** Small data sets with columns label, weight, validation and features, the same at every call. */
public final class MlRows {
  /** An unscaled, a far-off, a tiny, a binary and a constant column among ordinary ones. */
  public static final int FEATURES = 6;

  private static final double[] SCALES = {1.0, 100.0, 0.01, 3.0, 1.0, 0.0};
  private static final double[] SHIFTS = {0.0, 300.0, 0.02, 0.0, 0.0, 7.0};

  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType, true)
          .add("weight", DataTypes.DoubleType, true)
          .add("validation", DataTypes.BooleanType, true)
          .add("features", SQLDataTypes.VectorType(), true);

  private MlRows() {}

  /** Class indices, noisy enough that no plane separates them. */
  public static List<Row> classified(int count, int classes) {
    Random random = new Random(7);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] z = standard(random);
      double[] score = new double[classes];
      int label = 0;
      for (int k = 0; k < classes; k++) {
        for (int j = 0; j < 5; j++) {
          score[k] += Math.sin(1 + j + 3 * k) * z[j];
        }
        score[k] += -2.0 * Math.log(-Math.log(random.nextDouble()));
        label = score[k] > score[label] ? k : label;
      }
      rows.add(row(label, 0.5 + random.nextInt(4) * 0.5, i % 4 == 3, raw(z)));
    }
    return rows;
  }

  /** Targets around 10 with deviation about 4 and a few outliers. */
  public static List<Row> measured(int count) {
    Random random = new Random(11);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] z = standard(random);
      double target = 10.0 + random.nextGaussian();
      for (int j = 0; j < 5; j++) {
        target += 2.0 * Math.sin(1 + j) * z[j];
      }
      target += i % 20 == 0 ? 15.0 : 0.0;
      rows.add(row(target, 0.5 + random.nextInt(4) * 0.5, i % 4 == 3, raw(z)));
    }
    return rows;
  }

  private static double[] standard(Random random) {
    double[] z = new double[FEATURES];
    for (int j = 0; j < FEATURES; j++) {
      z[j] = j == 4 ? (random.nextDouble() < 0.7 ? 0.0 : 1.0) : random.nextGaussian();
    }
    return z;
  }

  private static double[] raw(double[] z) {
    double[] x = new double[FEATURES];
    for (int j = 0; j < FEATURES; j++) {
      x[j] = SHIFTS[j] + SCALES[j] * z[j];
    }
    return x;
  }

  /** One row of the schema. */
  public static Row row(double label, double weight, boolean validation, double... features) {
    return RowFactory.create(label, weight, validation, Vectors.dense(features));
  }

  /** A row of weight 1 that is trained on. */
  public static Row row(double label, double... features) {
    return row(label, 1.0, false, features);
  }

  /** The rows as a DataFrame of one partition. */
  public static Dataset<Row> frame(SparkSession spark, List<Row> rows) {
    return spark.createDataFrame(rows, SCHEMA).coalesce(1);
  }

  /** The rows as a DataFrame of that many partitions, some of them empty if there are few rows. */
  public static Dataset<Row> frame(SparkSession spark, List<Row> rows, int partitions) {
    return spark.createDataFrame(
        org.apache.spark.api.java.JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(rows, partitions),
        SCHEMA);
  }
}
