package ravine.ml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What exactly-once adds to a micro-batch: the same micro-batches trained by {@code partialFit}
 * alone and by {@link StreamingTrainer}, which commits each, in turn, in one run. Prints the
 * medians and their ratio, for few weights and for many.
 */
final class StreamingCostMain {
  private static final int ROUNDS = 41;

  private StreamingCostMain() {}

  public static void main(String[] arguments) throws Exception {
    try (SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()) {
      measure(session, 10, 20_000);
      measure(session, 20_000, 1_000);
    }
  }

  private static void measure(SparkSession session, int features, int count) throws Exception {
    List<Row> rows =
        MlRows.classified(count, 2).stream().map(row -> widened(row, features)).toList();
    Dataset<Row> data = MlRows.frame(session, rows).drop("validation").repartition(2).cache();
    data.count();
    Path folder = Files.createTempDirectory("streaming-cost");
    StreamingTrainer trainer = new StreamingTrainer(Stream.learner(), folder.toString());
    MiniBatchParams<?> learner = Stream.learner();
    TrainingState state = TrainingState.fresh();
    double[][] seconds = new double[2][ROUNDS];
    for (int round = -10; round < ROUNDS; round++) {
      long start = System.nanoTime();
      state = learner.partialFit(data, state).state();
      long middle = System.nanoTime();
      trainer.call(data, round + 10L);
      long end = System.nanoTime();
      if (round >= 0) {
        seconds[0][round] = (middle - start) / 1e9;
        seconds[1][round] = (end - middle) / 1e9;
      }
    }
    data.unpersist();
    Arrays.sort(seconds[0]);
    Arrays.sort(seconds[1]);
    int half = ROUNDS / 2;
    System.out.printf(
        Locale.ROOT,
        "%,d rows of %,d features: %.1f ms a micro-batch, %.1f ms with its commit, ratio of medians"
            + " %.3f%n",
        count,
        features,
        1e3 * seconds[0][half],
        1e3 * seconds[1][half],
        seconds[1][half] / seconds[0][half]);
  }

  /** The same row with more features, of which few are stored. */
  private static Row widened(Row row, int features) {
    double[] values = ((org.apache.spark.ml.linalg.Vector) row.get(3)).toArray();
    int[] indices = new int[values.length];
    for (int j = 0; j < indices.length; j++) {
      indices[j] = j * (features / indices.length);
    }
    return org.apache.spark.sql.RowFactory.create(
        row.get(0), row.get(1), row.get(2), Vectors.sparse(features, indices, values));
  }
}
