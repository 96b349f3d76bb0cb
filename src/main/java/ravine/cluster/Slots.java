package ravine.cluster;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** How many tasks can run at once. */
public final class Slots {
  private Slots() {}

  /**
   * On the executors there are: what barrier stages ask too, which counts registered executors and
   * {@code spark.task.cpus}. It is no public API, so where it is missing the default parallelism
   * has to do.
   */
  public static int now(SparkContext context) {
    try {
      return context.maxNumConcurrentTasks(
          context.resourceProfileManager().defaultResourceProfile());
    } catch (LinkageError notThisSpark) {
      return context.defaultParallelism();
    }
  }

  /**
   * How many partitions rows are packed into: as many as tasks can run at once, so that every one
   * has a slot for as long as training lasts. {@code spark.default.parallelism} does not count: it
   * is often a multiple of the cores, and then no partition could keep its slot.
   *
   * <p>Executors that were asked for count though they are still on their way. Where they come only
   * when tasks wait for them there may be none yet: then as many partitions as the source has, up
   * to what the cluster may grow to.
   *
   * @param source number of partitions of the source
   */
  public static int partitions(SparkContext context, int source) {
    SparkConf conf = context.getConf();
    int now = now(context);
    if (!conf.contains("spark.default.parallelism")) {
      // The cores of all executors, and at least 2 of a cluster's.
      now = Math.max(now, context.defaultParallelism() / taskCores(conf));
    }
    return partitions(conf, now, source);
  }

  /** The same with so many slots now. */
  static int partitions(SparkConf conf, int now, int source) {
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      return Math.max(Math.max(1, now), (int) Math.min(source, most(conf)));
    }
    int asked = conf.getInt("spark.executor.instances", 0) * perExecutor(conf);
    return Math.max(1, Math.max(now, asked));
  }

  /**
   * How many slots there may be once Spark has asked for executors: with dynamic allocation up to
   * {@code wanted}, else those there are.
   */
  public static int most(SparkContext context, int wanted) {
    SparkConf conf = context.getConf();
    boolean grows = conf.getBoolean("spark.dynamicAllocation.enabled", false);
    return grows ? (int) Math.min(wanted, most(conf)) : now(context);
  }

  /** On as many executors as dynamic allocation may ask for. */
  private static long most(SparkConf conf) {
    return (long) conf.getInt("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE)
        * perExecutor(conf);
  }

  private static int perExecutor(SparkConf conf) {
    return Math.max(1, conf.getInt("spark.executor.cores", 1) / taskCores(conf));
  }

  private static int taskCores(SparkConf conf) {
    return Math.max(1, conf.getInt("spark.task.cpus", 1));
  }
}
