package ravine.memory;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.cluster.Bytes;
import ravine.cluster.Slots;
import ravine.engine.TrainerOptions;
import ravine.exchange.SharedEngine;
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
   * What several models take that are trained together.
   *
   * @param models there are
   * @param atOnce how many of them are at work at a time
   * @param limited whether it would be more if there were room
   * @param rows bytes of the packed rows, of which all models share one copy
   * @param driver bytes on the driver while so many train, or in its process where tasks run there
   * @param executor bytes in an executor meanwhile; 0 where tasks run in the driver's process
   */
  public record Together(
      int models, int atOnce, boolean limited, long rows, long driver, long executor) {
    /** In a sentence without its stop. */
    public String sentence() {
      String turns =
          models
              + " models, "
              + (limited ? "of which there is room for " + atOnce : "up to " + atOnce)
              + " at a time";
      String where =
          executor == 0
              ? Bytes.text(driver) + " in this process"
              : Bytes.text(driver) + " on the driver and " + Bytes.text(executor) + " an executor";
      return turns + ", take about " + where + ", besides " + Bytes.text(rows) + " of packed rows";
    }

    /** The one that takes more; of several kinds of models all are taken for the largest. */
    public Together or(@Nullable Together other) {
      if (other == null || atOnce != other.atOnce) {
        return other == null || atOnce < other.atOnce ? this : other;
      }
      return driver + executor >= other.driver + other.executor ? this : other;
    }
  }

  /**
   * What several models like this one take, as many at once as fit half of the memory; at least 1.
   *
   * @param models there are
   * @param widest how many would be at work at a time, because some begin after others
   * @param rows bytes of the packed rows
   */
  public Together together(SparkContext context, int models, int widest, long rows) {
    Limits limits = Limits.of(context);
    int most = together(limits, widest);
    ManyNeeds many = many(limits, most);
    boolean limited = most < widest;
    return limits.local
        ? new Together(models, most, limited, rows, many.process(), 0)
        : new Together(models, most, limited, rows, many.driver(), inExecutor(limits, many));
  }

  private long inExecutor(Limits limits, ManyNeeds many) {
    return Needs.product(many.task(), Math.min(limits.executorCores, tasks));
  }

  private ManyNeeds many(Limits limits, int models) {
    long most = SharedEngine.mostNumbers(limits.driver);
    return new ManyNeeds(needs, models, tasks, Runtime.getRuntime().availableProcessors(), most);
  }

  int together(Limits limits, int models) {
    int fits = 1;
    int not = models + 1;
    while (not - fits > 1) {
      int middle = (fits + not) >>> 1;
      boolean holds = fits(limits, many(limits, middle));
      fits = holds ? middle : fits;
      not = holds ? not : middle;
    }
    return fits;
  }

  private boolean fits(Limits limits, ManyNeeds many) {
    return limits.local
        ? many.process() <= limits.driver / 2
        : many.driver() <= limits.driver / 2 && inExecutor(limits, many) <= limits.executor / 2;
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
