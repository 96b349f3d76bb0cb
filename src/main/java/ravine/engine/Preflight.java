package ravine.engine;

import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.rule.UpdateRule;

/**
 * What training so many weights takes in memory besides the rows, estimated before the first job,
 * so that a wide problem is refused with advice and does not die of an OutOfMemoryError hours
 * later. Estimates are of what must be there at once; they never count the rows.
 */
public final class Preflight {
  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

  /** Vectors of a weight each on the driver: θ, its best, both points, gradient, sum, a spare. */
  private static final int DRIVER_VECTORS = 7;

  /** Vectors in a task: point and sum. */
  private static final int TASK_VECTORS = 2;

  /** Numbers kept of a feature while its moments are computed, and sent to the driver after. */
  private static final int MOMENTS = 4;

  private static final int REPORTED = 2;
  private static final long WORTH_A_LINE = 256L << 20;

  private final long features;
  private final long weights;
  private final int stateVectors;
  private final int tasks;

  /**
   * An estimate.
   *
   * @param features d, at least 0
   * @param outputs margins per row K, at least 1
   * @param tasks that run at once, at least 1
   */
  public Preflight(long features, int outputs, UpdateRule rule, int tasks) {
    this.features = features;
    this.weights = Math.multiplyExact(features + 1, outputs);
    int vectors = 0;
    for (double[] slot : rule.newState(2).slots()) {
      vectors += slot.length == 2 ? 1 : 0;
    }
    this.stateVectors = vectors;
    this.tasks = tasks;
  }

  /**
   * What stands against packing rows of so many features in a process, in one clause; null if
   * nothing does. For rows that do not tell before they are read.
   */
  static @Nullable String tooWide(int features, long heap) {
    long need = Double.BYTES * MOMENTS * (long) features;
    return need <= heap
        ? null
        : features
            + " features take about "
            + size(need)
            + " of a task, besides the rows, but it has "
            + size(heap)
            + ": raise spark.executor.memory (spark.driver.memory in local mode), or hash the"
            + " features into fewer columns";
  }

  /** Bytes on the driver: weights, the rule's state, its copy of the last pass, sums in flight. */
  public long driverBytes() {
    return Double.BYTES * weights * (DRIVER_VECTORS + 2L * stateVectors + tasks);
  }

  /** Bytes of each task. */
  public long taskBytes() {
    return Double.BYTES * Math.max(MOMENTS * features, TASK_VECTORS * weights);
  }

  /** Bytes that the tasks of the packing job send to the driver. */
  public long resultBytes() {
    return Double.BYTES * REPORTED * features * tasks;
  }

  /**
   * Refuses what cannot fit the application.
   *
   * @throws IllegalArgumentException with the setting that would have to be raised, and to what
   */
  public void check(SparkContext context) {
    SparkConf conf = context.getConf();
    check(
        context.isLocal(),
        Runtime.getRuntime().maxMemory(),
        conf.getSizeAsBytes("spark.executor.memory", "1g"),
        conf.getInt("spark.executor.cores", 1),
        conf.getSizeAsBytes("spark.driver.maxResultSize", "1g"));
  }

  void check(boolean local, long driverHeap, long executorHeap, int executorCores, long results) {
    long driver = driverBytes() + (local ? tasks * taskBytes() : 0);
    require(
        driver <= driverHeap,
        local ? "in its process" : "on the driver",
        driver,
        driverHeap,
        "spark.driver.memory");
    long executor = taskBytes() * Math.min(executorCores, tasks);
    require(
        local || executor <= executorHeap,
        "in an executor",
        executor,
        executorHeap,
        "spark.executor.memory");
    require(
        results == 0 || resultBytes() <= results,
        "for the results of one job",
        resultBytes(),
        results,
        "spark.driver.maxResultSize");
    if (driver + executor > WORTH_A_LINE) {
      LOG.info(
          "{} weights: about {} on the driver and {} a task, besides the rows",
          weights,
          size(driverBytes()),
          size(taskBytes()));
    }
  }

  private void require(boolean holds, String where, long need, long have, String setting) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Training "
              + weights
              + " weights takes about "
              + size(need)
              + " "
              + where
              + ", besides the rows, but there is "
              + size(have)
              + ": raise "
              + setting
              + " to "
              + size(need + need / 2)
              + ", or hash the features into fewer columns.");
    }
  }

  private static String size(long bytes) {
    return bytes >= 1L << 30
        ? String.format(Locale.ROOT, "%.1fg", bytes / (double) (1L << 30))
        : Math.max(1, bytes >> 20) + "m";
  }
}
