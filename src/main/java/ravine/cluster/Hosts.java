package ravine.cluster;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.Partition;
import org.apache.spark.Partitioner;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.BlockManagerMaster;
import org.apache.spark.storage.RDDBlockId;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * Which task of a job hosts which partitions: one each where there are slots for that, else as few
 * as can be in every task. Spark's own coalescer is not asked, because it knows hosts and not
 * executors, and allows for groups that differ by a tenth of all partitions: the longest one sets
 * the pace.
 */
public final class Hosts {
  /** One task a partition, whatever their number. */
  static final Hosts ONE_EACH = new Hosts(new int[0], new String[0], false);

  private static final String NOWHERE = "";

  private final int[] hosts;

  /** Where each task should run, in Spark's words; empty for anywhere. */
  private final String[] places;

  /** Whether tasks are others than Spark would make of the partitions. */
  private final boolean regroups;

  private Hosts(int[] hosts, String[] places, boolean regroups) {
    this.hosts = hosts;
    this.places = places;
    this.regroups = regroups;
  }

  /**
   * Partitions of which those that are cached in one executor come together as far as that goes.
   *
   * @param rows as they are cached
   * @param slots tasks that can run at once, at least 1
   */
  public static Hosts of(JavaRDD<?> rows, int slots) {
    SparkContext context = rows.context();
    int partitions = rows.getNumPartitions();
    if (context.isLocal()) {
      return of(nowhere(partitions), slots, 1);
    }
    int executors = Math.max(1, context.statusTracker().getExecutorInfos().length - 1);
    return of(places(rows.rdd(), partitions), slots, executors);
  }

  /**
   * The same.
   *
   * @param cached where each partition is; empty where nobody knows
   * @param executors over which the slots are spread
   */
  static Hosts of(String[] cached, int slots, int executors) {
    int tasks = Math.min(slots, cached.length);
    Integer[] order = new Integer[cached.length];
    Arrays.setAll(order, p -> p);
    if (tasks < cached.length) {
      Arrays.sort(order, Comparator.comparing((Integer p) -> cached[p])); // keeps their order else
    }
    int[] hosts = new int[cached.length];
    String[] places = new String[tasks];
    // More tasks than an executor has slots for would wait there while others are free.
    int most = (slots + executors - 1) / executors;
    Map<String, Integer> taken = new HashMap<>();
    boolean crowded = false;
    for (int task = 0; task < tasks; task++) {
      int from = (int) ((long) task * cached.length / tasks);
      int to = (int) ((task + 1L) * cached.length / tasks);
      String place = cached[order[from]];
      for (int i = from; i < to; i++) {
        hosts[order[i]] = task;
        place = cached[order[i]].equals(place) ? place : NOWHERE;
      }
      boolean full = taken.merge(place, 1, Integer::sum) > most && !place.equals(NOWHERE);
      places[task] = full ? NOWHERE : place;
      crowded |= full;
    }
    return new Hosts(hosts, places, tasks < cached.length || crowded);
  }

  /**
   * Tasks for runs of neighbouring partitions, as long as each other but for one. Spark's own
   * coalescer goes by where partitions are, and so joins others of the same rows once they are
   * cached, or an executor has gone: sums over what it joined would have other bits. Where a task
   * runs is still for Spark to say.
   *
   * @param tasks at least 1, at most as many as there are partitions
   */
  public static Hosts runs(int partitions, int tasks) {
    int[] hosts = new int[partitions];
    for (int task = 0; task < tasks; task++) {
      int from = (int) ((long) task * partitions / tasks);
      int to = (int) ((task + 1L) * partitions / tasks);
      Arrays.fill(hosts, from, to, task);
    }
    return new Hosts(hosts, nowhere(tasks), tasks < partitions);
  }

  private static String[] nowhere(int partitions) {
    String[] places = new String[partitions];
    Arrays.fill(places, NOWHERE);
    return places;
  }

  /** Number of tasks. */
  public int tasks() {
    return places.length;
  }

  /** The task that hosts a partition. */
  public int of(int partition) {
    return hosts.length == 0 ? partition : hosts[partition];
  }

  /** Most partitions that any task hosts. */
  public int most() {
    return most(hosts.length, places.length);
  }

  /** The same of so many partitions on so many slots. */
  public static int most(int partitions, int slots) {
    return slots < 1 ? partitions : (partitions + slots - 1) / slots;
  }

  /** Partitions as the tasks have them, one after another and without a shuffle. */
  public <T> JavaRDD<T> group(JavaRDD<T> partitions) {
    if (!regroups) {
      return partitions;
    }
    RDD<T> grouped =
        partitions
            .rdd()
            .coalesce(places.length, false, Option.apply(new Groups(hosts, places)), null);
    return JavaRDD.fromRDD(grouped, partitions.classTag());
  }

  /**
   * The executor that each partition is cached in, as Spark writes it where a task should run.
   * Asked of the block managers, because the scheduler's own answer is as old as its last job.
   */
  private static String[] places(RDD<?> cached, int partitions) {
    String[] places = nowhere(partitions);
    SparkEnv environment = SparkEnv.get();
    if (environment == null) {
      return places;
    }
    BlockId[] blocks = new BlockId[partitions];
    Arrays.setAll(blocks, p -> new RDDBlockId(cached.id(), p));
    try {
      // By name: its type differs between Scala's versions.
      Method locations = BlockManagerMaster.class.getMethod("getLocations", BlockId[].class);
      scala.collection.Seq<?> found =
          (scala.collection.Seq<?>)
              locations.invoke(environment.blockManager().master(), (Object) blocks);
      for (int p = 0; found != null && p < partitions; p++) {
        scala.collection.Seq<?> of = (scala.collection.Seq<?>) found.apply(p);
        if (!of.isEmpty()) {
          BlockManagerId executor = (BlockManagerId) of.head();
          places[p] = "executor_" + executor.host() + "_" + executor.executorId();
        }
      }
      return places;
    } catch (ReflectiveOperationException notThisSpark) {
      return nowhere(partitions); // and rows may be read over the network
    }
  }

  /**
   * Does what was decided. A partitioner, from partitions to tasks, because Spark insists on what
   * Scala 2.12 calls serializable and 2.13 no longer has, and partitioners are that in both.
   */
  private static final class Groups extends Partitioner implements PartitionCoalescer {
    private static final long serialVersionUID = 1L;

    private final int[] hosts;
    private final String[] places;

    Groups(int[] hosts, String[] places) {
      this.hosts = hosts;
      this.places = places;
    }

    @Override
    public int numPartitions() {
      return places.length;
    }

    @Override
    public int getPartition(Object partition) {
      return hosts[(Integer) partition];
    }

    @Override
    public PartitionGroup[] coalesce(int most, RDD<?> parent) {
      PartitionGroup[] groups = new PartitionGroup[places.length];
      for (int task = 0; task < groups.length; task++) {
        @Nullable String place = places[task].equals(NOWHERE) ? null : places[task];
        groups[task] = new PartitionGroup(Option.apply(place));
      }
      Partition[] partitions = parent.partitions();
      for (int p = 0; p < partitions.length; p++) {
        List<Partition> group =
            JavaConverters.bufferAsJavaList(groups[getPartition(p)].partitions());
        group.add(partitions[p]);
      }
      return groups;
    }
  }
}
