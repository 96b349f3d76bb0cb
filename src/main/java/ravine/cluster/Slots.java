package ravine.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.status.AppStatusStore;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.collection.Iterable;
import scala.collection.Iterator;

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
   * <p>Executors that were asked for count though they are still on their way, and so do those that
   * were lost a moment ago, whose successors are: the same fit has the same partitions, and so the
   * same bits, whether or not an executor dies as it begins. Where executors come only when tasks
   * wait for them there may be none yet: then as many partitions as the source has, up to what the
   * cluster may grow to.
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
    if (!isDynamic(conf)) {
      long moment = TimeUnit.NANOSECONDS.toMillis(Waits.of(conf).slot());
      now = Math.max(now, mostSince(executors(context), System.currentTimeMillis() - moment));
    }
    return partitions(conf, now, source);
  }

  /**
   * An executor.
   *
   * @param slots tasks that run in it at once
   * @param from when it was registered, in milliseconds of the epoch
   * @param to when it was lost; {@link Long#MAX_VALUE} for one that is there
   */
  record Executor(int slots, long from, long to) {}

  /** All that there have been, as far as Spark remembers them; empty where it does not tell. */
  static List<Executor> executors(SparkContext context) {
    List<Executor> executors = new ArrayList<>();
    try {
      // By reflection: in Scala 2.13 it returns another Seq, and so is another method.
      Object found =
          AppStatusStore.class
              .getMethod("executorList", boolean.class)
              .invoke(context.statusStore(), false);
      Iterator<?> all = ((Iterable<?>) found).iterator();
      while (all.hasNext()) {
        ExecutorSummary one = (ExecutorSummary) all.next();
        boolean lost = one.removeTime().isDefined();
        executors.add(
            new Executor(
                one.totalCores() / taskCores(context.getConf()),
                one.addTime().toInstant().toEpochMilli(),
                lost ? one.removeTime().get().toInstant().toEpochMilli() : Long.MAX_VALUE));
      }
    } catch (LinkageError | ReflectiveOperationException notThisSpark) {
      return List.of(); // no public API either
    }
    return executors;
  }

  /**
   * The most slots that there were at once since a moment. Their number falls only where an
   * executor is lost, so it was greatest just before, or is now.
   */
  static int mostSince(List<Executor> executors, long since) {
    int most = 0;
    for (Executor end : executors) {
      int then = 0;
      for (Executor other : executors) {
        boolean both = other.from() < end.to() && other.to() >= end.to();
        then += both ? other.slots() : 0;
      }
      most = end.to() >= since ? Math.max(most, then) : most;
    }
    return most;
  }

  private static boolean isDynamic(SparkConf conf) {
    return conf.getBoolean("spark.dynamicAllocation.enabled", false);
  }

  /** The same with so many slots now. */
  static int partitions(SparkConf conf, int now, int source) {
    if (isDynamic(conf)) {
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
    return isDynamic(conf) ? (int) Math.min(wanted, most(conf)) : now(context);
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
