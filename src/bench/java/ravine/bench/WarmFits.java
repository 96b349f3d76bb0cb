package ravine.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.LogisticRegressionModel;
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
import ravine.ml.classification.MiniBatchLogisticRegression;

/**
 * Our side of {@code src/bench/compare.py}: one JVM that stays, holds a problem as a cached
 * DataFrame and fits it as often as it is told to, so that no measurement pays for a cold JVM.
 *
 * <p>Arguments: directory of the problem (see {@code problems.py}), {@code true} for an intercept,
 * λ of the L2 penalty. Spark's settings come as system properties. Commands are lines on the
 * standard input, each answered by one line:
 *
 * <ul>
 *   <li>{@code reach GOAL}: the fewest passes whose model has an objective of at most GOAL, −1 for
 *       none; also warms up
 *   <li>{@code fit PASSES}: wall-clock seconds of a fit, packing and the making of the model
 *       included
 *   <li>{@code weights PASSES FILE}: fits, and writes the coefficients and then the intercept, one
 *       to a line
 * </ul>
 */
public final class WarmFits {
  private static final int MOST_PASSES = 200;
  private static final int PATIENCE = 5;

  private final Dataset<Row> rows;
  private final boolean intercept;
  private final double regParam;

  private WarmFits(Dataset<Row> rows, boolean intercept, double regParam) {
    this.rows = rows;
    this.intercept = intercept;
    this.regParam = regParam;
  }

  /** See above. */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    SparkSession session = SparkSession.builder().config(new SparkConf()).getOrCreate();
    JavaSparkContext context = new JavaSparkContext(session.sparkContext());
    context.setLogLevel("ERROR");
    int slots = context.defaultParallelism();
    List<Integer> parts = IntStream.range(0, slots).boxed().collect(Collectors.toList());
    String place = directory.toString();
    Dataset<Row> rows =
        session
            .createDataFrame(
                context
                    .parallelize(parts, slots)
                    .flatMap(part -> new Slice(Path.of(place), part, slots).rows()),
                SCHEMA)
            .cache();
    System.out.println(rows.count());
    WarmFits fits = new WarmFits(rows, Boolean.parseBoolean(args[1]), Double.parseDouble(args[2]));
    try (BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        System.out.println(fits.answer(line.split(" ")));
      }
    }
    session.stop();
  }

  private String answer(String[] words) throws IOException {
    return switch (words[0]) {
      case "reach" -> Integer.toString(reach(Double.parseDouble(words[1])));
      case "fit" -> {
        long start = System.nanoTime();
        fit(Integer.parseInt(words[1]), 0.0);
        yield String.format(Locale.ROOT, "%.6f", (System.nanoTime() - start) / 1e9);
      }
      case "weights" -> {
        LogisticRegressionModel model = fit(Integer.parseInt(words[1]), 0.0);
        StringBuilder text = new StringBuilder();
        for (double weight : model.coefficients().toArray()) {
          text.append(weight).append('\n');
        }
        Files.writeString(Path.of(words[2]), text.append(model.intercept()).append('\n'));
        yield "written";
      }
      default -> throw new IllegalArgumentException("There is no command " + words[0]);
    };
  }

  private int reach(double goal) {
    double[] history = fit(MOST_PASSES, 1e-10).summary().objectiveHistory();
    int passes = 0;
    while (passes < history.length && history[passes] > goal) {
      passes++;
    }
    // A run that is to end earlier may go another way.
    for (int more = 0; passes < history.length && more < PATIENCE; more++) {
      double[] shorter = fit(passes + more, 0.0).summary().objectiveHistory();
      if (Arrays.stream(shorter).min().orElse(Double.NaN) <= goal) {
        return passes + more;
      }
    }
    return -1;
  }

  private LogisticRegressionModel fit(int passes, double tol) {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    estimator
        .setFitIntercept(intercept)
        .setStandardization(false)
        .setRegParam(regParam)
        .setTol(tol)
        .setMaxIter(passes);
    return estimator.fit(rows);
  }

  private static final StructType SCHEMA =
      new StructType(
          new StructField[] {
            new StructField("label", DataTypes.DoubleType, false, Metadata.empty()),
            new StructField("features", SQLDataTypes.VectorType(), false, Metadata.empty())
          });

  /** One partition's rows of the files of a problem. */
  private static final class Slice {
    private final Path directory;
    private final boolean dense;
    private final int features;
    private final long from;
    private final long to;

    Slice(Path directory, int part, int parts) throws IOException {
      this.directory = directory;
      Properties size = new Properties();
      try (var reader = Files.newBufferedReader(directory.resolve("size.properties"))) {
        size.load(reader);
      }
      this.dense = size.getProperty("dense").equals("true");
      this.features = Integer.parseInt(size.getProperty("features"));
      long count = Long.parseLong(size.getProperty("rows"));
      this.from = count * part / parts;
      this.to = count * (part + 1L) / parts;
    }

    Iterator<Row> rows() throws IOException {
      ByteBuffer labels = bytes("labels.f64", 8 * from, 8 * to);
      ByteBuffer starts = dense ? labels : bytes("starts.i64", 8 * from, 8 * (to + 1));
      long first = dense ? from * features : starts.getLong(0);
      long last = dense ? to * features : starts.getLong((int) (8 * (to - from)));
      ByteBuffer indices = dense ? labels : bytes("indices.i32", 4 * first, 4 * last);
      ByteBuffer values = bytes("values.f64", 8 * first, 8 * last);
      return IntStream.range(0, (int) (to - from))
          .mapToObj(
              row -> {
                int begin =
                    (int) ((dense ? (from + row) * features : starts.getLong(8 * row)) - first);
                int end =
                    (int)
                        ((dense ? (from + row + 1) * features : starts.getLong(8 * row + 8))
                            - first);
                double[] x = new double[end - begin];
                int[] columns = new int[dense ? 0 : x.length];
                for (int s = begin; s < end; s++) {
                  x[s - begin] = values.getDouble(8 * s);
                  if (!dense) {
                    columns[s - begin] = indices.getInt(4 * s);
                  }
                }
                Vector vector = dense ? Vectors.dense(x) : Vectors.sparse(features, columns, x);
                return RowFactory.create(labels.getDouble(8 * row), vector);
              })
          .iterator();
    }

    private ByteBuffer bytes(String name, long begin, long end) {
      try (FileChannel file = FileChannel.open(directory.resolve(name))) {
        return file.map(FileChannel.MapMode.READ_ONLY, begin, end - begin)
            .order(ByteOrder.LITTLE_ENDIAN);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
