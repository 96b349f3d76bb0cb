package ravine.ml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
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
    return fits.stream().map(fit -> line(spark, fit, partitions, swaps)).toList();
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
