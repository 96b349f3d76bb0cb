package ravine.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.functions;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import ravine.engine.PassRecord;
import ravine.engine.StepRecord;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLogisticRegression;

/**
 * The driver that {@code src/faults/run} disturbs. Each line that it reads asks for a fit, {@code
 * NUMBER key=value …}, and each line that it writes says where one is:
 *
 * <pre>
 * ready APPLICATION                 there is a context
 * packing NUMBER                    the fit begins
 * step NUMBER STEP BITS             after every step, a hash of the weights and of what its record shows
 * pass NUMBER PASS BITS             after every pass, its objective
 * end NUMBER BITS ENGINE STEPS WHY  a hash over the weights of the result
 * failed NUMBER SENTENCE            instead of an end
 * task                              a task has failed
 * full                              something could not be written to the full disk
 * </pre>
 */
public final class Fits {
  private static final int FEATURES = 20;

  private final SparkSession session;
  private final Map<String, String> asked;
  private final String number;

  private Fits(SparkSession session, String line) {
    this.session = session;
    String[] words = line.trim().split(" ");
    this.number = words[0];
    this.asked = new HashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      asked.put(words[i].substring(0, equals), words[i].substring(equals + 1));
    }
  }

  /** Takes orders until there are no more; several fits may run at once. */
  public static void main(String[] arguments) throws IOException {
    try (SparkSession session = SparkSession.builder().appName("faults").getOrCreate()) {
      session.sparkContext().addSparkListener(new Failures());
      say("ready " + session.sparkContext().applicationId());
      BufferedReader orders =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        Fits fit = new Fits(session, line);
        Thread thread = new Thread(fit::run, "fit " + fit.number);
        thread.setDaemon(true);
        thread.start();
      }
    }
  }

  private static final class Failures extends SparkListener {
    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.reason() instanceof ExceptionFailure) {
        say("task");
      }
    }
  }

  private void run() {
    try {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
      context.setLocalProperty("spark.scheduler.pool", "fit-" + number);
      awaitExecutors(context, integer("executors", 0));
      FullDisk.FREE.set(integer("free", Integer.MAX_VALUE));
      Dataset<Row> rows = rows();
      say("packing " + number);
      MiniBatchLogisticRegression estimator = estimator();
      estimator.fit(rows);
      TrainingResult result = estimator.lastTrainingResult();
      say(
          String.join(
              " ",
              "end",
              number,
              bits(result.weights()),
              result.engine(),
              String.valueOf(result.steps().size()),
              result.stopReason().toString()));
    } catch (Throwable thrown) { // SparkException is checked, and comes undeclared from Scala
      say("failed " + number + " " + String.valueOf(thrown).lines().findFirst().orElse(""));
      thrown.printStackTrace();
    }
  }

  private static void awaitExecutors(JavaSparkContext context, int many) {
    while (context.sc().statusTracker().getExecutorInfos().length - 1 < many) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private MiniBatchLogisticRegression estimator() {
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression()
            .setEngine(asked.get("engine"))
            .setLocalSteps(integer("local", 1))
            .addListener(new Watch());
    if (asked.containsKey("optimizer")) {
      estimator.setOptimizer(asked.get("optimizer")).setBatchSize(integer("batch", 0));
    }
    if (asked.containsKey("checkpoint")) {
      estimator
          .setCheckpointDir(asked.get("checkpoint"))
          .setCheckpointInterval(integer("interval", 5))
          .setResume("auto");
    }
    return estimator.setMaxIter(integer("passes", 10)).setRegParam(1e-3).setTol(0.0);
  }

  private Dataset<Row> rows() {
    String features =
        IntStream.range(0, FEATURES)
            .mapToObj(j -> "(hash(id, " + j + ") % 1000) / " + (1 + j) * 1000.0 + "D")
            .collect(Collectors.joining(", "));
    int partitions = integer("partitions", 2);
    Dataset<Row> rows =
        session
            .range(0, integer("rows", 10_000), 1, partitions)
            .selectExpr("id", "array(" + features + ") as x")
            .selectExpr("id", "x", "double(x[0] + x[3] > hash(id) % 1000 / 2000.0D) as label");
    rows =
        asked.containsKey("shuffled")
            ? rows.repartition(partitions, rows.col("id")).sortWithinPartitions("id")
            : rows;
    return rows.select(rows.col("label"), functions.array_to_vector(rows.col("x")).as("features"));
  }

  private int integer(String key, int otherwise) {
    return Integer.parseInt(asked.getOrDefault(key, String.valueOf(otherwise)));
  }

  /** Tells the steps, and makes them slow enough to be struck. */
  private final class Watch implements TrainingListener.OfWeights {
    private String weightsOfStep = "";
    private final long pace = TimeUnit.MILLISECONDS.toNanos(integer("pace", 0));
    private final int pauseAt = integer("pauseAt", -1);
    private final int throwAt = integer("throwAt", -1);

    @Override
    public void onWeights(long step, double[] weights) {
      weightsOfStep = bits(weights);
    }

    @Override
    public boolean onStep(StepRecord step) {
      say(
          String.join(
              " ",
              "step",
              number,
              String.valueOf(step.step()),
              weightsOfStep
                  + bits(
                      step.loss(), step.gradientNorm(), step.velocityNorm(), step.learningRate())));
      if (step.step() == throwAt) {
        throw new IllegalStateException("The listener was made to throw.");
      }
      LockSupport.parkNanos(
          step.step() == pauseAt ? TimeUnit.SECONDS.toNanos(integer("pause", 0)) : pace);
      return true;
    }

    @Override
    public boolean onPass(PassRecord pass) {
      say(String.join(" ", "pass", number, String.valueOf(pass.pass()), bits(pass.objective())));
      return true;
    }
  }

  private static String bits(double... numbers) {
    ByteBuffer buffer = ByteBuffer.allocate(numbers.length * Double.BYTES);
    for (double number : numbers) {
      buffer.putDouble(number);
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(buffer.array());
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Java without SHA-256", e);
    }
  }

  static synchronized void say(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    System.out.write(bytes, 0, bytes.length);
    System.out.flush();
  }
}
