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
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.mllib.util.MLUtils;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import ravine.engine.TrainingResult;
import ravine.loss.Logistic;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.mllib.MiniBatchOptimizer;
import scala.Tuple2;

/**
 * Our side of {@code src/bench/compare.py}: one JVM that stays, holds a problem as a cached
 * DataFrame or RDD and fits it as often as it is told to, so that no measurement pays for a cold
 * JVM.
 *
 * <p>Arguments: directory of the problem (see {@code problems.py}), {@code true} for an intercept,
 * λ of the L2 penalty, {@code dataframe} or {@code rdd}. Spark's settings come as system
 * properties. Commands are lines on the standard input, each answered by one line:
 *
 * <ul>
 *   <li>{@code reach GOAL}: the fewest passes whose model has an objective of at most GOAL, −1 for
 *       none; also warms up
 *   <li>{@code fit PASSES}: wall-clock seconds of a fit, packing and the making of the model
 *       included; then those of packing, of opening the engine and of training
 *   <li>{@code read}: seconds of a Spark job that reads the rows and does nothing with them
 *   <li>{@code weights PASSES FILE}: fits, and writes the coefficients and then the intercept, one
 *       to a line
 * </ul>
 */
public final class WarmFits {
  private static final int MOST_PASSES = 200;
  private static final int PATIENCE = 5;

  /** Until the compiler is through with the code that runs once a fit. */
  private static final int WARM_FITS = 10;

  private final Api api;

  private WarmFits(Api api) {
    this.api = api;
  }

  /** One of our two ways to train. */
  private interface Api {
    /** Keeps the rows in memory; their number. */
    long load(JavaRDD<Row> rows);

    /** Reads all rows, in the form in which training reads them. */
    void read();

    /** Coefficients, and the intercept last. */
    double[] fit(int passes, double tol);

    TrainingResult result();
  }

  /** See above. */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    boolean intercept = Boolean.parseBoolean(args[1]);
    double regParam = Double.parseDouble(args[2]);
    SparkSession session = SparkSession.builder().config(new SparkConf()).getOrCreate();
    JavaSparkContext context = new JavaSparkContext(session.sparkContext());
    context.setLogLevel("ERROR");
    int slots = context.defaultParallelism();
    List<Integer> parts = IntStream.range(0, slots).boxed().collect(Collectors.toList());
    String place = directory.toString();
    JavaRDD<Row> rows =
        context
            .parallelize(parts, slots)
            .flatMap(part -> new Slice(Path.of(place), part, slots).rows());
    Api api =
        args[3].equals("rdd")
            ? new Optimizer(intercept, regParam)
            : new Estimator(session, intercept, regParam);
    System.out.println(api.load(rows));
    WarmFits fits = new WarmFits(api);
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
        api.fit(Integer.parseInt(words[1]), 0.0);
        double seconds = (System.nanoTime() - start) / 1e9;
        TrainingResult.Seconds parts = api.result().seconds();
        yield String.format(
            Locale.ROOT, "%.6f %.6f %.6f %.6f", seconds, parts.pack(), parts.open(), parts.train());
      }
      case "read" -> {
        long start = System.nanoTime();
        api.read();
        yield String.format(Locale.ROOT, "%.6f", (System.nanoTime() - start) / 1e9);
      }
      case "weights" -> {
        StringBuilder text = new StringBuilder();
        for (double weight : api.fit(Integer.parseInt(words[1]), 0.0)) {
          text.append(weight).append('\n');
        }
        Files.writeString(Path.of(words[2]), text);
        yield "written";
      }
      default -> throw new IllegalArgumentException("There is no command " + words[0]);
    };
  }

  private int reach(double goal) {
    for (int i = 0; i < WARM_FITS; i++) {
      api.fit(2, 0.0);
    }
    double[] history = history(MOST_PASSES, 1e-10);
    int passes = 0;
    while (passes < history.length && history[passes] > goal) {
      passes++;
    }
    // A run that is to end earlier may go another way.
    for (int more = 0; passes < history.length && more < PATIENCE; more++) {
      double[] shorter = history(passes + more, 0.0);
      if (Arrays.stream(shorter).min().orElse(Double.NaN) <= goal) {
        return passes + more;
      }
    }
    return -1;
  }

  private double[] history(int passes, double tol) {
    api.fit(passes, tol);
    return api.result().objectiveHistory();
  }

  private static <T> void drain(JavaRDD<T> rows) {
    rows.foreachPartition(
        partition -> {
          while (partition.hasNext()) {
            partition.next();
          }
        });
  }

  /** {@code MiniBatchLogisticRegression} on a DataFrame. */
  private static final class Estimator implements Api {
    private final SparkSession session;
    private final MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    private Dataset<Row> frame;

    Estimator(SparkSession session, boolean intercept, double regParam) {
      this.session = session;
      estimator.setFitIntercept(intercept).setStandardization(false).setRegParam(regParam);
    }

    @Override
    public long load(JavaRDD<Row> rows) {
      frame = session.createDataFrame(rows, SCHEMA).cache();
      return frame.count();
    }

    @Override
    public void read() {
      drain(frame.queryExecution().toRdd().toJavaRDD());
    }

    @Override
    public double[] fit(int passes, double tol) {
      LogisticRegressionModel model = estimator.setTol(tol).setMaxIter(passes).fit(frame);
      double[] coefficients = model.coefficients().toArray();
      double[] all = Arrays.copyOf(coefficients, coefficients.length + 1);
      all[coefficients.length] = model.intercept();
      return all;
    }

    @Override
    public TrainingResult result() {
      return estimator.lastTrainingResult();
    }
  }

  /** {@code MiniBatchOptimizer} on an RDD; the intercept's feature is appended beforehand. */
  private static final class Optimizer implements Api {
    private final boolean intercept;
    private final MiniBatchOptimizer optimizer = new MiniBatchOptimizer(new Logistic());
    private RDD<Tuple2<Object, org.apache.spark.mllib.linalg.Vector>> pairs;
    private int features;

    Optimizer(boolean intercept, double regParam) {
      this.intercept = intercept;
      optimizer.setPenalty("l2").setRegParam(regParam).setInterceptExempt(intercept);
    }

    @Override
    public long load(JavaRDD<Row> rows) {
      boolean appended = intercept;
      pairs =
          rows.map(
                  row -> {
                    var given = org.apache.spark.mllib.linalg.Vectors.fromML((Vector) row.get(1));
                    return new Tuple2<>(row.get(0), appended ? MLUtils.appendBias(given) : given);
                  })
              .cache()
              .rdd();
      features = pairs.first()._2().size();
      return pairs.count();
    }

    @Override
    public void read() {
      drain(pairs.toJavaRDD());
    }

    @Override
    public double[] fit(int passes, double tol) {
      optimizer.setConvergenceTol(tol).setNumIterations(passes);
      double[] weights =
          optimizer
              .optimize(pairs, org.apache.spark.mllib.linalg.Vectors.zeros(features))
              .toArray();
      return intercept ? weights : Arrays.copyOf(weights, features + 1);
    }

    @Override
    public TrainingResult result() {
      return optimizer.lastTrainingResult();
    }
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
