package ravine.ml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLogisticRegression;

/**
 * What {@code deterministic=strict} costs: the same fits with and without, in turn, in one run,
 * from a cached DataFrame. Prints the ratios of the median times of packing, of a mini-batch step,
 * of a pass over all rows, and of a whole fit with defaults; plain kernels in both.
 */
final class StrictPriceMain {
  private static final int ROUNDS = 7;
  private static final String[] KINDS = {"partitioning", "strict(8)", "strict"};

  private StrictPriceMain() {}

  public static void main(String[] args) {
    SparkConf conf =
        new SparkConf().setMaster("local[2]").setAppName("price").set("spark.ui.enabled", "false");
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    measure(spark, 30, 200_000);
    measure(spark, 500, 20_000);
    spark.stop();
  }

  private static void measure(SparkSession spark, int features, int count) {
    SplittableRandom random = new SplittableRandom(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[features];
      Arrays.setAll(x, j -> random.nextDouble(-1, 1));
      rows.add(MlRows.row(x[0] + x[1] + random.nextDouble(-1, 1) > 0 ? 1 : 0, x));
    }
    Dataset<Row> frame = MlRows.frame(spark, rows, 2).persist(StorageLevel.MEMORY_ONLY());
    System.out.printf(
        Locale.ROOT, "%,d rows of %d features, %d of them%n", count, features, frame.count());
    double[][][] seconds = new double[4][KINDS.length][ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      for (int kind = 0; kind < KINDS.length; kind++) {
        double[] taken = fits(frame, KINDS[kind]);
        for (int what = 0; what < taken.length && round >= 0; what++) {
          seconds[what][kind][round] = taken[what];
        }
      }
    }
    String[] names = {"packing", "mini-batch step", "full-batch pass", "fit with defaults"};
    for (int what = 0; what < names.length; what++) {
      double base = median(seconds[what][0]);
      System.out.printf(
          Locale.ROOT,
          "%-18s %8.3f ms, %s %.2f x (%.2f-%.2f), %s %.2f x (%.2f-%.2f)%n",
          names[what],
          1e3 * base,
          KINDS[1],
          median(seconds[what][1]) / base,
          seconds[what][1][0] / base,
          seconds[what][1][ROUNDS - 1] / base,
          KINDS[2],
          median(seconds[what][2]) / base,
          seconds[what][2][0] / base,
          seconds[what][2][ROUNDS - 1] / base);
    }
    frame.unpersist();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** Seconds of packing, a step, a pass, and a whole fit. */
  private static double[] fits(Dataset<Row> frame, String deterministic) {
    MiniBatchLogisticRegression adam =
        estimator(deterministic)
            .setOptimizer("adam")
            .setBatchSize(frame.count() > 50_000 ? 1000 : 200);
    adam.setMaxIter(3);
    adam.fit(frame);
    TrainingResult steps = adam.lastTrainingResult();
    MiniBatchLogisticRegression full = estimator(deterministic).setOptimizer("lbfgs");
    full.setMaxIter(20);
    full.setTol(0.0);
    full.fit(frame);
    TrainingResult passes = full.lastTrainingResult();
    long begun = System.nanoTime();
    estimator(deterministic).fit(frame);
    double whole = (System.nanoTime() - begun) / 1e9;
    return new double[] {
      steps.seconds().pack(),
      steps.seconds().train() / steps.steps().size(),
      passes.seconds().train() / passes.passes().size(),
      whole
    };
  }

  private static MiniBatchLogisticRegression estimator(String deterministic) {
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setDeterministic(deterministic);
    estimator.setRegParam(1e-3);
    return estimator;
  }
}
