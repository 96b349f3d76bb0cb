import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import ravine.engine.PassRecord;
import ravine.engine.StepRecord;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLogisticRegression;

/**
 * The driver that {@code src/faults/run} disturbs: one fit, which says where it is and ends with a
 * hash over every step. Run from source, so it has no class that executors would need.
 *
 * <p>Arguments: optimizer, engine, rows, batch size (0 for whole batches), passes, local steps, and
 * {@code shuffled} for rows behind a shuffle.
 */
final class Fit {
  private static final int FEATURES = 20;

  private Fit() {}

  public static void main(String[] arguments) throws Exception {
    try (SparkSession session = SparkSession.builder().appName("faults").getOrCreate()) {
      boolean shuffled = arguments[6].equals("shuffled");
      Dataset<Row> rows = rows(session, Long.parseLong(arguments[2]), shuffled);
      say("packing");
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      MiniBatchLogisticRegression estimator =
          new MiniBatchLogisticRegression()
              .setOptimizer(arguments[0])
              .setEngine(arguments[1])
              .setBatchSize(Integer.parseInt(arguments[3]))
              .setLocalSteps(Integer.parseInt(arguments[5]))
              .addListener(listener(digest));
      estimator.setMaxIter(Integer.parseInt(arguments[4])).setRegParam(1e-3).setTol(0.0);
      estimator.fit(rows);
      TrainingResult result = estimator.lastTrainingResult();
      for (double weight : result.weights()) {
        digest.update(bytes(weight));
      }
      say(
          "hash "
              + HexFormat.of().formatHex(digest.digest(), 0, 8)
              + " "
              + result.engine()
              + " "
              + result.steps().size()
              + " "
              + result.stopReason());
    }
  }

  private static Dataset<Row> rows(SparkSession session, long count, boolean shuffled) {
    String features =
        IntStream.range(0, FEATURES)
            .mapToObj(j -> "(hash(id, " + j + ") % 1000) / " + (1 + j) * 1000.0)
            .collect(Collectors.joining(", "));
    Dataset<Row> rows =
        session
            .range(0, count, 1, 2)
            .selectExpr("id", "array(" + features + ") as x")
            .selectExpr("id", "x", "double(x[0] + x[3] > hash(id) % 1000 / 2000.0) as label");
    rows = shuffled ? rows.repartition(2, rows.col("id")).sortWithinPartitions("id") : rows;
    return rows.select(rows.col("label"), functions.array_to_vector(rows.col("x")).as("features"));
  }

  private static TrainingListener listener(MessageDigest digest) {
    return new TrainingListener() {
      @Override
      public boolean onStep(StepRecord step) {
        digest.update(bytes(step.loss(), step.gradientNorm()));
        say("step " + step.step());
        return true;
      }

      @Override
      public boolean onPass(PassRecord pass) {
        digest.update(bytes(pass.objective()));
        return true;
      }
    };
  }

  private static byte[] bytes(double... numbers) {
    ByteBuffer buffer = ByteBuffer.allocate(numbers.length * Double.BYTES);
    for (double number : numbers) {
      buffer.putDouble(number);
    }
    return buffer.array();
  }

  private static void say(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    System.out.write(bytes, 0, bytes.length);
    System.out.flush();
  }
}
