package ravine.exchange;

import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.jspecify.annotations.Nullable;
import ravine.cluster.Hosts;
import ravine.cluster.JvmLock;
import ravine.cluster.Slots;
import ravine.cluster.TaskWatch;
import ravine.cluster.Waits;
import ravine.rows.PackedRows;

/**
 * The workers as a body: the endpoint they talk to, which lives as long as the crew, and the job
 * they are tasks of, which may end and be started anew.
 */
final class ResidentCrew {
  private static final long FAREWELL_SECONDS = 5;

  /**
   * Crews gather one after another: of two that gather at once each could hold the slots that the
   * other lacks. Of sessions that have brought our jar each, too.
   */
  private static final String GATHERING = "gathering";

  private final PackedRows data;
  private final ResidentTask task;
  private final Waits waits;

  /** Also of class loaders that have a copy of this class each, so no counter. */
  private final String name;

  private final Exchange exchange;
  private final RpcEnv env;
  private final RpcEndpointRef endpoint;
  private final AtomicInteger generation = new AtomicInteger();
  private volatile @Nullable ResidentJob job;
  private volatile @Nullable Hosts hosts;
  private @Nullable TaskWatch watch;

  private ResidentCrew(PackedRows data, Work work, long seed, Waits waits, RpcEnv env) {
    int dimension = work.rawDimension(data.features());
    Protocol.Key key = Protocol.Key.random();
    this.name = "ravine-resident-" + UUID.randomUUID();
    this.data = data;
    this.task = new ResidentTask(name, key, work, seed, dimension);
    this.waits = waits;
    this.exchange =
        new Exchange(
            data.partitions(),
            data.features(),
            request -> work.dimension(request, data.features()),
            waits,
            key);
    this.env = env;
    this.endpoint = env.setupEndpoint(name, new ResidentEndpoint(env, exchange));
  }

  /**
   * A crew that is not there yet.
   *
   * @throws Patience.Refusal if it can never be
   */
  static ResidentCrew of(PackedRows data, Work work, long seed, Waits waits) {
    SparkEnv spark = SparkEnv.get();
    if (spark == null) {
      throw Patience.Refusal.here("this thread has no SparkEnv", null);
    }
    try {
      return new ResidentCrew(data, work, seed, waits, spark.rpcEnv());
    } catch (RuntimeException | LinkageError e) {
      throw Patience.Refusal.here("Spark's RPC refused the endpoint (" + e + ")", e);
    }
  }

  Exchange exchange() {
    return exchange;
  }

  /**
   * Starts the job and waits until every partition has its worker. Where there are fewer slots than
   * partitions, some workers share a task.
   *
   * @throws Patience.Refusal if they do not come in time, or the job fails; it is cancelled then
   * @throws IllegalStateException if somebody else cancels it
   */
  void gather() throws InterruptedException {
    JvmLock turn = JvmLock.of(GATHERING);
    if (!turn.tryLock(waits.slot())) {
      throw Patience.Refusal.here("other trainings wait for their slots first", null);
    }
    try {
      gatherAlone();
    } finally {
      turn.unlock();
    }
  }

  private void gatherAlone() throws InterruptedException {
    int mine = generation.incrementAndGet();
    String mark = name + " " + mine;
    Hosts shared = Hosts.of(data.cached(), Math.max(1, slots()));
    TaskWatch tasks = watchAnew(mark, shared);
    hosts = shared;
    exchange.admit(tasks);
    ResidentJob started =
        ResidentJob.start(
            data,
            shared,
            task,
            name,
            mark,
            failure -> {
              if (mine == generation.get()) {
                exchange.stop(failure);
              }
            });
    job = started;
    String trouble = exchange.awaitWorkers();
    if (trouble == null) {
      return;
    }
    Throwable failure = exchange.failure();
    abandon();
    if (failure != null && ResidentJob.isFinal(failure)) {
      throw new IllegalStateException(
          "Training cannot begin: " + ResidentJob.line(failure), failure);
    }
    throw failure == null
        ? Patience.Refusal.here(trouble, null)
        : Patience.Refusal.here("their job failed: " + ResidentJob.line(failure), failure);
  }

  private int slots() {
    return Slots.now(data.context().sc());
  }

  /** Whether there are slots by now for tasks of fewer partitions each. */
  boolean couldSpread() {
    Hosts now = hosts;
    return now != null && now.most() > 1 && Hosts.most(data.partitions(), slots()) < now.most();
  }

  private TaskWatch watchAnew(String mark, Hosts shared) {
    unwatch();
    TaskWatch tasks = TaskWatch.of(mark, shared, data.context().sc());
    data.context().sc().addSparkListener(tasks);
    watch = tasks;
    return tasks;
  }

  private void unwatch() {
    TaskWatch before = watch;
    if (before != null) {
      data.context().sc().removeSparkListener(before);
      watch = null;
    }
  }

  /** Sends everybody home and cancels the job: no task of it is of use any more. */
  void abandon() {
    exchange.stop(null);
    ResidentJob last = job;
    if (last != null) {
      last.cancel();
    }
  }

  /** Waits until those who were sent home have left their slots. */
  void awaitLeft() throws InterruptedException {
    ResidentJob last = job;
    if (last != null && !last.awaitEnd(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
      last.cancel();
      last.awaitEnd(FAREWELL_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Whether that Spark job is the crew's. */
  boolean owns(int jobId) {
    ResidentJob current = job;
    return current != null && current.owns(jobId);
  }

  /** Sends everybody home and closes the door. */
  void dissolve() {
    exchange.stop(null);
    boolean interrupted = false;
    try {
      awaitLeft();
    } catch (InterruptedException e) {
      interrupted = true;
      ResidentJob last = job;
      if (last != null) {
        last.cancel();
      }
    } finally {
      unwatch();
      env.stop(endpoint);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
