package ravine.ml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import ravine.engine.Portion;
import ravine.ml.FitBitsMain.MiniBatchFit;

/** What {@link StrictBitsTest} runs on other clusters: the hashes of fits with strict bits. */
final class StrictBitsMain {
  private static final List<MiniBatchFit> MORE =
      List.of(
          new MiniBatchFit("least squares", Learner.SQUARED, false, 1000),
          new MiniBatchFit(
              "lbfgs", Learner.SOFTMAX, false, 600, "optimizer", "lbfgs", "regParam", 1e-3),
          new MiniBatchFit(
              "momentum, validation",
              Learner.SVC,
              false,
              800,
              "optimizer",
              "momentum",
              "batchSize",
              100,
              "validationIndicatorCol",
              "validation"));

  private StrictBitsMain() {}

  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().config(new SparkConf()).getOrCreate();
    lines(spark, Integer.parseInt(args[0]), false).forEach(System.out::println);
    spark.stop();
  }

  /**
   * A line for each fit, on rows in so many partitions and in an order that depends on their
   * number.
   *
   * @param swaps whether engines that are named are the other one, and those that are not are jobs
   */
  static List<String> lines(SparkSession spark, int partitions, boolean swaps) {
    List<MiniBatchFit> fits = new ArrayList<>(FitBitsMain.FITS);
    fits.addAll(MORE);
    List<String> lines = new ArrayList<>();
    fits.forEach(fit -> lines.add(line(spark, fit, partitions, swaps)));
    lines.add(portions(spark, "momentum(0.9)", partitions, swaps));
    lines.add(portions(spark, "adam", partitions, swaps));
    return lines;
  }

  /** What a stream's micro-batches leave, at the rate that the first of them decides. */
  private static String portions(
      SparkSession spark, String optimizer, int partitions, boolean swaps) {
    MiniBatchParams<?> estimator = Learner.SOFTMAX.create();
    estimator.setOptimizer(optimizer).setBatchSize(40).setEngine(swaps ? "jobs" : "resident");
    Learner.set(estimator, "deterministic", "strict(5)");
    List<Row> rows = Learner.SOFTMAX.rows(900);
    TrainingState state = TrainingState.fresh();
    for (int portion = 0; portion < 3; portion++) {
      List<Row> own = new ArrayList<>(rows.subList(300 * portion, 300 * portion + 300));
      Collections.shuffle(own, new Random(partitions));
      state = estimator.partialFit(MlRows.frame(spark, own, partitions), state).state();
    }
    String hash = FitBitsMain.hash(Portion.weights(state.sections()));
    return "strict bits of portions, " + optimizer + ": " + hash + " in " + state.steps();
  }

  private static String line(SparkSession spark, MiniBatchFit fit, int partitions, boolean swaps) {
    MiniBatchParams<?> estimator = fit.create();
    Learner.set(estimator, "deterministic", "strict(5)");
    if (estimator.getBatchSize() > 0) {
      Learner.set(estimator, "maxIter", 3);
    }
    if (swaps) {
      estimator.setEngine(estimator.getEngine().equals("jobs") ? "resident" : "jobs");
    }
    return "strict bits of " + fit.name() + ": " + hash(spark, fit, estimator, partitions);
  }

  static String hash(
      SparkSession spark, MiniBatchFit fit, MiniBatchParams<?> estimator, int partitions) {
    List<Row> rows = new ArrayList<>(fit.examples());
    Collections.shuffle(rows, new Random(partitions));
    return FitBitsMain.hash(estimator, MlRows.frame(spark, rows, partitions));
  }
}
