package ravine.ml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/**
 * What exactly-once adds to a micro-batch: streaming queries whose micro-batches are trained by
 * {@code partialFit} alone, and by {@link StreamingTrainer}, which commits each, in turn, in one
 * run. Prints the medians of the time that Spark tells of a micro-batch and their ratio, for few
 * rows and for many.
 */
final class StreamingCostMain {
  private static final int ROUNDS = 6;
  private static final int DISCARDED = 5;
  private static final int BATCHES = 30;

  private StreamingCostMain() {}

  public static void main(String[] arguments) throws Exception {
    try (SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()) {
      measure(session, 60);
      measure(session, 20_000);
    }
  }

  private static void measure(SparkSession session, int rows) throws Exception {
    List<Double> alone = new ArrayList<>();
    List<Double> committed = new ArrayList<>();
    for (int round = -1; round < ROUNDS; round++) {
      Path folder = Files.createTempDirectory("streaming-cost");
      MiniBatchParams<?> learner = Stream.learner();
      TrainingState[] state = {TrainingState.fresh()};
      List<Double> without =
          query(
              session,
              rows,
              folder.resolve("alone"),
              (batch, number) -> state[0] = learner.partialFit(batch, state[0]).state());
      StreamingTrainer trainer =
          new StreamingTrainer(Stream.learner(), folder.resolve("states").toString());
      List<Double> with = query(session, rows, folder.resolve("committed"), trainer);
      if (round >= 0) {
        alone.addAll(without);
        committed.addAll(with);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%,d rows: %.0f ms a micro-batch, %.0f ms with its commit, ratio of medians %.3f%n",
        rows,
        median(alone),
        median(committed),
        median(committed) / median(alone));
  }

  /** Milliseconds of each micro-batch of a query but the first few. */
  private static List<Double> query(
      SparkSession session, int rows, Path checkpoint, VoidFunction2<Dataset<Row>, Long> trained)
      throws Exception {
    CountDownLatch enough = new CountDownLatch(BATCHES + 1);
    StreamingQuery query =
        Stream.start(
            Stream.rows(session, rows),
            checkpoint.toString(),
            (batch, number) -> {
              trained.call(batch, number);
              enough.countDown();
            });
    enough.await();
    query.stop();
    return Arrays.stream(query.recentProgress())
        .filter(progress -> progress.batchId() >= DISCARDED && progress.batchId() < BATCHES)
        .map(StreamingCostMain::milliseconds)
        .toList();
  }

  private static double milliseconds(StreamingQueryProgress progress) {
    return progress.durationMs().get("triggerExecution");
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
