package ravine.exchange;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.jspecify.annotations.Nullable;
import ravine.rows.PackedRows;

/**
 * The workers as a body: the endpoint they talk to, which lives as long as the engine, and the job
 * they are tasks of, which may end and be started anew.
 */
final class ResidentCrew {
  private static final AtomicLong NAMES = new AtomicLong();
  private static final long FAREWELL_SECONDS = 5;

  private final PackedRows data;
  private final ResidentTask task;
  private final ResidentSettings settings;
  private final String name = "ravine-resident-" + NAMES.incrementAndGet();
  private final Exchange exchange;
  private final RpcEnv env;
  private final RpcEndpointRef endpoint;
  private final AtomicInteger generation = new AtomicInteger();
  private volatile @Nullable ResidentJob job;

  private ResidentCrew(
      PackedRows data, Work work, long seed, ResidentSettings settings, RpcEnv env) {
    int dimension = work.rawDimension(data.features());
    this.data = data;
    this.task = new ResidentTask(name, work, seed, dimension);
    this.settings = settings;
    this.exchange =
        new Exchange(data.partitions(), request -> work.dimension(request, data.features()));
    this.env = env;
    this.endpoint = env.setupEndpoint(name, new ResidentEndpoint(env, exchange));
  }

  /**
   * A crew that is not there yet.
   *
   * @throws ResidentRefusal if it can never be
   */
  static ResidentCrew of(PackedRows data, Work work, long seed, ResidentSettings settings) {
    SparkEnv spark = SparkEnv.get();
    if (spark == null) {
      throw new ResidentRefusal("this thread has no SparkEnv", null);
    }
    int slots = slots(data);
    if (data.partitions() > slots) {
      throw new ResidentRefusal(
          "the data has " + data.partitions() + " partitions and the cluster " + slots + " slots",
          null);
    }
    try {
      return new ResidentCrew(data, work, seed, settings, spark.rpcEnv());
    } catch (RuntimeException | LinkageError e) {
      throw new ResidentRefusal("Spark's RPC refused the endpoint (" + e + ")", e);
    }
  }

  /**
   * How many tasks can run at once: what barrier stages ask too, which counts registered executors
   * and {@code spark.task.cpus}. It is no public API, so where it is missing the default
   * parallelism has to do.
   */
  private static int slots(PackedRows data) {
    SparkContext context = data.context().sc();
    try {
      return context.maxNumConcurrentTasks(
          context.resourceProfileManager().defaultResourceProfile());
    } catch (LinkageError notThisSpark) {
      return context.defaultParallelism();
    }
  }

  Exchange exchange() {
    return exchange;
  }

  /**
   * Starts the job and waits until every partition has its worker.
   *
   * @throws ResidentRefusal if they do not come in time; the job is cancelled then
   * @throws IllegalStateException if the job fails
   */
  void gather() throws InterruptedException {
    exchange.admit();
    int mine = generation.incrementAndGet();
    ResidentJob started =
        ResidentJob.start(
            data,
            task,
            name,
            failure -> {
              if (mine == generation.get()) {
                exchange.stop(failure);
              }
            });
    job = started;
    if (exchange.awaitWorkers(settings.start())) {
      return;
    }
    Throwable failure = exchange.failure();
    exchange.stop(null);
    started.cancel();
    if (failure != null) {
      throw new IllegalStateException(
          "The resident workers failed at their start: " + failure.getMessage(), failure);
    }
    throw new ResidentRefusal(
        "not all of the "
            + data.partitions()
            + " tasks had a slot within "
            + settings.start() / 1e9
            + " s ("
            + ResidentSettings.START
            + ")",
        null);
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
      env.stop(endpoint);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
