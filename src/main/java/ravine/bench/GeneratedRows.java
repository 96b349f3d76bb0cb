package ravine.bench;

import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * A generated two-class problem, made in the executors from a seed: each row depends only on its
 * number, so the rows are the same however they are partitioned.
 *
 * @param shape how the features are drawn
 * @param rows number of rows
 * @param features number of features
 */
record GeneratedRows(Shape shape, int rows, int features) implements java.io.Serializable {

  /** How the features are drawn. */
  enum Shape {
    /** Independent, of unit deviation. */
    WELL,
    /** Independent, with deviations falling from 1 to 1/100: ill-conditioned along the axes. */
    AXIS,
    /** The same after three random reflections: ill-conditioned along no axis. */
    ROTATED,
    /** 40 non-zeros a row, a few of which are common and most rare. */
    SPARSE,
    /** Uniform in [−1, 1): made faster than memory takes it, for sets that are not kept. */
    UNIFORM;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Of all data frames here. */
  static final StructType SCHEMA =
      new StructType(
          new StructField[] {
            new StructField("label", DataTypes.DoubleType, false, Metadata.empty()),
            new StructField("features", SQLDataTypes.VectorType(), false, Metadata.empty())
          });

  private static final int NON_ZEROS = 40;
  private static final double SMALLEST = 1e-2;
  private static final int REFLECTIONS = 3;

  @Override
  public String toString() {
    return shape + " " + rows + "x" + features;
  }

  JavaRDD<Row> rdd(SparkSession session, long seed) {
    int partitions = session.sparkContext().defaultParallelism();
    Shape kind = shape;
    int count = rows;
    int width = features;
    return session
        .range(0, count, 1, partitions)
        .javaRDD()
        .mapPartitions(
            numbers -> {
              Drawer drawer = new Drawer(kind, width, seed);
              return new java.util.Iterator<Row>() {
                @Override
                public boolean hasNext() {
                  return numbers.hasNext();
                }

                @Override
                public Row next() {
                  return drawer.row(numbers.next());
                }
              };
            });
  }

  /** The same rows as MLlib's RDD API has them. */
  JavaRDD<Tuple2<Object, org.apache.spark.mllib.linalg.Vector>> mllib(
      SparkSession session, long seed) {
    return rdd(session, seed)
        .map(
            row ->
                new Tuple2<>(
                    row.getDouble(0),
                    org.apache.spark.mllib.linalg.Vectors.fromML((Vector) row.get(1))));
  }

  Dataset<Row> frame(SparkSession session, long seed) {
    return session.createDataFrame(rdd(session, seed), SCHEMA);
  }

  /** Draws rows by number. */
  private static final class Drawer {
    private final Shape shape;
    private final int features;
    private final long seed;
    private final double[][] mirrors;
    private final double[] signal;

    Drawer(Shape shape, int features, long seed) {
      this.shape = shape;
      this.features = features;
      this.seed = seed;
      SplittableRandom random = new SplittableRandom(seed);
      this.signal = new double[features];
      for (int j = 0; j < features; j++) {
        signal[j] = (random.nextDouble() < 0.5 ? -2.0 : 2.0) / Math.sqrt(features);
      }
      this.mirrors = new double[shape == Shape.ROTATED ? REFLECTIONS : 0][features];
      for (double[] mirror : mirrors) {
        double length = 0.0;
        for (int j = 0; j < features; j++) {
          mirror[j] = gaussian(random);
          length += mirror[j] * mirror[j];
        }
        for (int j = 0; j < features; j++) {
          mirror[j] /= Math.sqrt(length);
        }
      }
    }

    Row row(long number) {
      // Hashed: generators with neighbouring seeds give the same numbers, shifted by one.
      SplittableRandom random =
          new SplittableRandom(new SplittableRandom(seed * 31 + number).nextLong());
      return switch (shape) {
        case SPARSE -> sparse(random);
        case UNIFORM -> uniform(random);
        default -> dense(random);
      };
    }

    private Row dense(SplittableRandom random) {
      double[] x = new double[features];
      double margin = 0.0;
      for (int j = 0; j < features; j++) {
        double z = gaussian(random);
        margin += signal[j] * z;
        x[j] = shape == Shape.WELL ? z : z * Math.pow(SMALLEST, j / (features - 1.0));
      }
      for (double[] mirror : mirrors) {
        double along = 0.0;
        for (int j = 0; j < features; j++) {
          along += mirror[j] * x[j];
        }
        for (int j = 0; j < features; j++) {
          x[j] -= 2.0 * along * mirror[j];
        }
      }
      return labelled(random, margin, Vectors.dense(x));
    }

    private Row uniform(SplittableRandom random) {
      double[] x = new double[features];
      double margin = 0.0;
      for (int j = 0; j < features; j++) {
        x[j] = 2.0 * random.nextDouble() - 1.0;
        margin += signal[j] * x[j];
      }
      return labelled(random, margin, Vectors.dense(x));
    }

    private Row sparse(SplittableRandom random) {
      int count = Math.min(NON_ZEROS, features);
      int[] indices = new int[count];
      double[] values = new double[count];
      double margin = 0.0;
      double stride = (double) features / count;
      for (int s = 0; s < count; s++) {
        int low = (int) (s * stride);
        int high = Math.max(low + 1, (int) ((s + 1) * stride));
        double u = random.nextDouble();
        indices[s] = low + (int) (u * u * (high - low));
        values[s] = 0.5 + random.nextDouble();
        margin += signal[indices[s]] * values[s] * Math.sqrt(stride);
      }
      return labelled(random, margin, Vectors.sparse(features, indices, values));
    }

    private static Row labelled(SplittableRandom random, double margin, Vector features) {
      double label = random.nextDouble() < 1.0 / (1.0 + Math.exp(-margin)) ? 1.0 : 0.0;
      return RowFactory.create(label, features);
    }

    /** Marsaglia's polar method. */
    private static double gaussian(SplittableRandom random) {
      while (true) {
        double u = 2.0 * random.nextDouble() - 1.0;
        double v = 2.0 * random.nextDouble() - 1.0;
        double s = u * u + v * v;
        if (s > 0.0 && s < 1.0) {
          return u * Math.sqrt(-2.0 * Math.log(s) / s);
        }
      }
    }
  }
}
