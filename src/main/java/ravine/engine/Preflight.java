package ravine.engine;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.curvature.LimitedMemoryMetric;
import ravine.rows.BlockMoments;
import ravine.rows.Bytes;
import ravine.rule.Lbfgs;

/**
 * What training so many weights takes in memory besides the rows, estimated before the first job
 * and again when the rows are counted, so that a wide problem is refused with advice and does not
 * die of an OutOfMemoryError hours later. Estimates are of what must be there at once; they never
 * count the rows themselves, but the margins that whole batches keep of each.
 */
public final class Preflight {
  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

  /** Vectors of a weight each on the driver: θ, its best, both points, gradient, sum, a spare. */
  private static final int DRIVER_VECTORS = 7;

  /** Vectors in a task: point and sum. */
  private static final int TASK_VECTORS = 2;

  /** Square matrices of the weights on the driver: the Hessian, its model's, a factor of that. */
  private static final int DRIVER_MATRICES = 3;

  /** Slots of margins that whole batches keep of a row. */
  private static final int SLOTS = 2;

  private static final long WORTH_A_LINE = 256L << 20;

  private final long features;
  private final long weights;
  private final int stateVectors;
  private final int tasks;
  private final boolean isNewton;
  private final long pairs;
  private final long marginBytes;

  /**
   * An estimate.
   *
   * @param features d, at least 0
   * @param outputs margins per row K, at least 1
   * @param options the way of training, as far as they decide it
   * @param tasks that run at once, at least 1
   * @param rows training rows, spread over the tasks; 0 where they are not counted yet
   */
  public Preflight(long features, int outputs, TrainerOptions options, int tasks, long rows) {
    this.features = features;
    this.weights = Math.multiplyExact(features + 1, outputs);
    int vectors = 0;
    for (double[] slot : options.rule().newState(2).slots()) {
      vectors += slot.length == 2 ? 1 : 0;
    }
    this.stateVectors = vectors;
    this.tasks = tasks;
    Lbfgs lbfgs = options.lbfgs();
    boolean whole = options.reasonForMiniBatches() == null && options.maxPasses() > 0;
    this.isNewton = whole && lbfgs == null && weights <= NewtonSteps.MOST_WEIGHTS;
    boolean hasPairs = whole && !isNewton && (lbfgs != null || options.rule().leavesMomentumOpen());
    this.pairs =
        !hasPairs
            ? 0
            : lbfgs != null && lbfgs.memory() > 0
                ? lbfgs.memory()
                : LimitedMemoryMetric.memory((int) Math.min(weights, Integer.MAX_VALUE), false);
    long perTask = rows / tasks + (rows % tasks == 0 ? 0 : 1);
    this.marginBytes = isNewton ? saturated(perTask, (long) Double.BYTES * SLOTS * outputs) : 0;
  }

  /**
   * Bytes on the driver: the reports of all tasks after packing; later weights, the rule's state,
   * its copy of the last pass, sums in flight, and the Hessian or the pairs of the last steps.
   */
  public long driverBytes() {
    return Math.max(resultBytes(), trainingBytes());
  }

  private long trainingBytes() {
    long vectors =
        saturated(
            weights, Double.BYTES * (DRIVER_VECTORS + 2L * stateVectors + 2L * pairs + tasks));
    return isNewton
        ? vectors + Double.BYTES * DRIVER_MATRICES * weights * weights + tasks * triangleBytes()
        : vectors;
  }

  /** Of one triangle of the Hessian, the sum of a partition; 0 where none is made. */
  private long triangleBytes() {
    return isNewton ? Double.BYTES * weights * (weights + 1) / 2 : 0;
  }

  /** Of a task while it trains: point and sum, or a triangle; and the margins kept of its rows. */
  private long trainingTaskBytes() {
    long sums = saturated(weights, Double.BYTES * TASK_VECTORS) + triangleBytes();
    return sums + marginBytes < 0 ? Long.MAX_VALUE : sums + marginBytes;
  }

  private static long saturated(long count, long each) {
    return Math.multiplyHigh(count, each) == 0 && count * each >= 0 ? count * each : Long.MAX_VALUE;
  }

  /** Bytes of each task. */
  public long taskBytes() {
    return Math.max(BlockMoments.bytes(features), trainingTaskBytes());
  }

  /** Bytes that the tasks of the packing job send to the driver. */
  public long resultBytes() {
    return saturated(BlockMoments.reportBytes(features), tasks);
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
    requireArrays();
    long packing = resultBytes() + (local ? tasks * BlockMoments.bytes(features) : 0);
    long training = trainingBytes() + (local ? saturated(trainingTaskBytes(), tasks) : 0);
    long driver = Math.max(packing, training);
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
          Bytes.text(driverBytes()),
          Bytes.text(taskBytes()));
    }
  }

  private void requireArrays() {
    if (weights > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          features
              + " features make "
              + weights
              + " weights, but an array holds no more than 2147483639: hash the features into"
              + " fewer columns.");
    }
  }

  private void require(boolean holds, String where, long need, long have, String setting) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Training "
              + weights
              + " weights takes about "
              + Bytes.text(need)
              + " "
              + where
              + ", besides the rows, but there is "
              + Bytes.text(have)
              + ": raise "
              + setting
              + " to "
              + Bytes.text(need + need / 2)
              + (tasks * marginBytes > need / 2
                  ? ", or train by mini-batches (batchSize)."
                  : ", or hash the features into fewer columns."));
    }
  }
}
