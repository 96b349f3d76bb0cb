package ravine.ml.tuning;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import ravine.ml.MlRows;
import ravine.ml.classification.MiniBatchLogisticRegression;

/**
 * What checkpoints of 16 strengths times 4 folds, and of all rows, cost: 80 models with and without
 * a directory, in turn, by whole batches and by mini-batches; and going on when all had ended.
 */
final class GridCheckpointsCostMain {
  private static final int ROUNDS = 3;

  private GridCheckpointsCostMain() {}

  public static void main(String[] args) throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()) {
      Dataset<Row> rows = MlRows.frame(spark, MlRows.classified(12_000, 2), 2).cache();
      rows.count();
      measure("whole batches", rows, new MiniBatchLogisticRegression());
      measure(
          "adam, 10 passes",
          rows,
          new MiniBatchLogisticRegression()
              .setOptimizer("adam")
              .setBatchSize(512)
              .setTol(0.0)
              .setMaxIter(10));
    }
  }

  private static void measure(String name, Dataset<Row> rows, MiniBatchLogisticRegression by)
      throws Exception {
    double[][] seconds = new double[3][ROUNDS];
    long bytes = 0;
    for (int round = -1; round < ROUNDS; round++) {
      Path directory = Files.createTempDirectory("grid-cost");
      by.setCheckpointInterval("5s");
      double without = time(rows, by.setCheckpointDir("").setResume("none"));
      double with = time(rows, by.setCheckpointDir(directory.toString()));
      double again = time(rows, by.setResume("must"));
      if (round >= 0) {
        seconds[0][round] = without;
        seconds[1][round] = with;
        seconds[2][round] = again;
      }
      bytes = bytes(directory);
    }
    for (double[] kind : seconds) {
      Arrays.sort(kind);
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %.2f s without, %.2f s with (%.2f-%.2f), %.2f s when all had ended; %,d bytes%n",
        name,
        seconds[0][ROUNDS / 2],
        seconds[1][ROUNDS / 2],
        seconds[1][0],
        seconds[1][ROUNDS - 1],
        seconds[2][ROUNDS / 2],
        bytes);
  }

  private static double time(Dataset<Row> rows, MiniBatchLogisticRegression by) {
    ParamMap[] maps =
        IntStream.range(0, 16)
            .mapToObj(i -> new ParamMap().put(by.regParam(), Math.pow(10.0, -6.0 + 0.4 * i)))
            .toArray(ParamMap[]::new);
    RavineCrossValidator tuner =
        new RavineCrossValidator()
            .setEstimator(by)
            .setEvaluator(new BinaryClassificationEvaluator())
            .setEstimatorParamMaps(maps)
            .setNumFolds(4);
    long start = System.nanoTime();
    tuner.search(rows);
    return (System.nanoTime() - start) / 1e9;
  }

  private static long bytes(Path directory) throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    long sum = 0;
    for (Path file : files) {
      sum += Files.size(file);
    }
    return sum;
  }
}
