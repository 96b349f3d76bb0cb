package ravine.memory;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.cluster.Bytes;
import ravine.cluster.Slots;
import ravine.engine.TrainerOptions;
import ravine.rows.BlockMoments;

/**
 * Whether a training fits the application's memory, asked before the first job where the rows say
 * how wide they are, at their first row where they do not, and again when rows and classes are
 * counted: so that a wide problem is refused with advice and does not die of an OutOfMemoryError
 * hours later. The estimates are those of {@link Needs}.
 */
public final class Preflight {
  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

  private static final long WORTH_A_LINE = 256L << 20;

  /** An array's length and what a message or a task's result has in bytes are no more than this. */
  private static final long MOST = Integer.MAX_VALUE - 8;

  private final long features;
  private final int tasks;
  private final Needs needs;

  /**
   * An estimate.
   *
   * @param features d, at least 0
   * @param outputs margins per row K, at least 1
   * @param options the way of training, as far as they decide it
   * @param proximal whether the penalty is known to have an L1 part
   * @param tasks that run at once, at least 1
   * @param rows training rows, spread over the tasks; 0 where they are not counted yet
   */
  public Preflight(
      long features, int outputs, TrainerOptions options, boolean proximal, int tasks, long rows) {
    this.features = features;
    this.tasks = tasks;
    this.needs = new Needs(features, outputs, options, proximal, tasks, rows);
  }

  /** That of rows which are not packed yet, in as many partitions as there will be at least. */
  public static Preflight before(
      SparkContext context, long features, int outputs, TrainerOptions options) {
    return new Preflight(features, outputs, options, false, Slots.partitions(context, 1), 0);
  }

  /** The most features that {@link #check} lets through; 2³¹ − 1 where it lets all. */
  public static int mostFeatures(SparkContext context, TrainerOptions options) {
    int tasks = Slots.partitions(context, 1);
    Limits limits = Limits.of(context);
    long fits = 0;
    long not = 1L + Integer.MAX_VALUE;
    while (not - fits > 1) {
      long middle = (fits + not) >>> 1;
      boolean holds = new Preflight(middle, 1, options, false, tasks, 0).refusal(limits) == null;
      fits = holds ? middle : fits;
      not = holds ? not : middle;
    }
    return (int) fits;
  }

  /** The estimates. */
  Needs needs() {
    return needs;
  }

  /**
   * What there is.
   *
   * @param local whether driver and tasks share one process
   * @param driver bytes of its heap
   * @param executor bytes of an executor's heap
   * @param executorCores tasks that share it
   * @param results most bytes of the results of one job; 0 for any number
   */
  record Limits(boolean local, long driver, long executor, int executorCores, long results) {
    static Limits of(SparkContext context) {
      SparkConf conf = context.getConf();
      int cores = conf.getInt("spark.executor.cores", 1);
      return new Limits(
          context.isLocal(),
          Runtime.getRuntime().maxMemory(),
          conf.getSizeAsBytes("spark.executor.memory", "1g"),
          Math.max(1, cores / Math.max(1, conf.getInt("spark.task.cpus", 1))),
          conf.getSizeAsBytes("spark.driver.maxResultSize", "1g"));
    }
  }

  /**
   * Refuses what cannot fit the application.
   *
   * @throws IllegalArgumentException with the setting that would have to be raised, and to what
   */
  public void check(SparkContext context) {
    check(Limits.of(context));
  }

  void check(Limits limits) {
    String refusal = refusal(limits);
    if (refusal != null) {
      throw new IllegalArgumentException(refusal);
    }
    long driver = limits.local ? needs.process() : needs.driver();
    if (Needs.sum(driver, needs.task()) > WORTH_A_LINE) {
      LOG.info(
          "{} weights: about {} {} and {} a task, besides the rows",
          needs.weights(),
          Bytes.text(driver),
          limits.local ? "in this process" : "on the driver",
          Bytes.text(needs.task()));
    }
  }

  /**
   * How many models like this one train at once: as many as fit half of the memory, and whose sums
   * are no longer than a message; at least 1.
   *
   * @param models there are
   */
  public int together(SparkContext context, int models) {
    int most = together(Limits.of(context), models);
    if (most < models) {
      LOG.info(
          "{} models of {} weights are trained {} at a time: each takes about {} on the driver and"
              + " {} a task.",
          models,
          needs.weights(),
          most,
          Bytes.text(needs.training()),
          Bytes.text(needs.trainingTask()));
    }
    return most;
  }

  int together(Limits limits, int models) {
    long inTasks = Needs.product(needs.trainingTask(), Math.min(limits.executorCores, tasks));
    long most = MOST / Double.BYTES / Math.max(1, needs.longestSum());
    if (limits.local) {
      long all = Needs.sum(needs.training(), Needs.product(needs.trainingTask(), tasks));
      most = Math.min(most, limits.driver / 2 / Math.max(1, all));
    } else {
      most = Math.min(most, limits.driver / 2 / Math.max(1, needs.training()));
      most = Math.min(most, limits.executor / 2 / Math.max(1, inTasks));
    }
    return (int) Math.max(1, Math.min(most, models));
  }

  @Nullable String refusal(Limits limits) {
    long weights = needs.weights();
    long moments = BlockMoments.numbers(features);
    if (weights <= MOST && moments > MOST) {
      return features
          + " features have moments of "
          + moments
          + " numbers, but an array holds no more than "
          + MOST
          + ": hash the features into fewer columns.";
    }
    if (weights > MOST) {
      return features
          + " features make "
          + weights
          + " weights, but an array holds no more than "
          + MOST
          + " numbers: hash the features into fewer columns.";
    }
    if (!limits.local && weights > MOST / Double.BYTES) {
      return features
          + " features make "
          + weights
          + " weights, but no more than "
          + MOST / Double.BYTES
          + " go from executors to the driver at once: hash the features into fewer columns.";
    }
    if (limits.local) {
      return refusal("in its process", needs.process(), limits.driver, "spark.driver.memory");
    }
    long executor = Needs.product(needs.task(), Math.min(limits.executorCores, tasks));
    String refusal = refusal("on the driver", needs.driver(), limits.driver, "spark.driver.memory");
    refusal =
        refusal == null
            ? refusal("in an executor", executor, limits.executor, "spark.executor.memory")
            : refusal;
    return refusal == null && limits.results > 0
        ? refusal(
            "for the results of one job",
            needs.results(),
            limits.results,
            "spark.driver.maxResultSize")
        : refusal;
  }

  private @Nullable String refusal(String where, long need, long have, String setting) {
    return need <= have
        ? null
        : "Training "
            + needs.weights()
            + " weights takes about "
            + Bytes.text(need)
            + " "
            + where
            + ", besides the rows, but there is "
            + Bytes.text(have)
            + ": raise "
            + setting
            + " to "
            + Bytes.text(Needs.sum(need, need / 2))
            + (Needs.product(needs.margins(), tasks) > need / 2
                ? ", or train by mini-batches (batchSize)."
                : ", or hash the features into fewer columns.");
  }
}
