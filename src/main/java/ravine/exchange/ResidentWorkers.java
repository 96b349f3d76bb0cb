package ravine.exchange;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.cluster.SlotWatch;
import ravine.cluster.Vigil;
import ravine.cluster.Waits;
import ravine.rows.PackedRows;

/**
 * One Spark job for thousands of requests: its tasks stay, each beside its rows, and exchange
 * orders and sums with the driver through Spark's own RPC, so under Spark's own authentication and
 * encryption. A request costs a message each way and partition instead of a job.
 *
 * <p>No barrier stage: its sync polls once a second, and one failed task aborts the job. Here Spark
 * retries a lost task like any other, and the attempt that follows replays the open step (see
 * {@link Exchange}). Speculative copies do no harm: Spark starts none before other tasks of the
 * stage have ended, and were there one, it would be the newest attempt and take over.
 *
 * <p>The tasks occupy their slots, so they give them back when others need them: while the driver
 * asks for nothing (in a listener, say) as soon as another job runs in the application, else
 * between two steps once another job has a stage without a running task. The next request starts
 * the job anew, behind those that waited. Where there are fewer slots than partitions, some tasks
 * have several; once there are more slots the workers spread over them. What is to be done where
 * its tasks find no slots then, or where it cannot go on, is decided by {@link Engines}.
 */
final class ResidentWorkers implements GradientEngine {
  private static final Logger LOG = LoggerFactory.getLogger(ResidentWorkers.class);
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(200);

  /** Slots are counted so often while some workers share a task. */
  private static final long LOOK = TimeUnit.SECONDS.toNanos(1);

  private final SparkContext context;
  private final Waits waits;
  private final ResidentCrew crew;
  private final Exchange exchange;
  private final SlotWatch watch;
  private final ScheduledExecutorService timer;

  /** Held while workers gather, through every request, and to send the workers home between two. */
  private final ReentrantLock turn = new ReentrantLock();

  private volatile boolean wanted;

  /** When slots were counted last, in the timer's thread. */
  private long counted = System.nanoTime();

  /** Questions that this crew has answered since it was opened. */
  private long answered;

  private ResidentWorkers(PackedRows data, Waits waits, ResidentCrew crew) {
    this.context = data.context().sc();
    this.waits = waits;
    this.crew = crew;
    this.exchange = crew.exchange();
    this.watch = new SlotWatch(data.context().statusTracker(), crew::owns);
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "ravine-resident-timer");
              thread.setDaemon(true);
              return thread;
            });
    long period = Math.max(1, Math.min(TICK, waits.keepAlive() / 2));
    var unused = timer.scheduleAtFixedRate(this::tick, period, period, TimeUnit.NANOSECONDS);
  }

  /**
   * Starts the workers.
   *
   * @throws Patience.Refusal if they cannot run here; nothing is left behind then
   */
  static ResidentWorkers open(PackedRows data, Work work, long seed, Waits waits) {
    ResidentCrew crew = ResidentCrew.of(data, work, seed, waits);
    ResidentWorkers workers = new ResidentWorkers(data, waits, crew);
    boolean open = false;
    workers.turn.lock();
    try {
      crew.gather();
      open = true;
      return workers;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the resident workers started", e);
    } finally {
      if (!open) { // not a catch: Scala throws what it does not declare
        workers.close();
      }
      workers.turn.unlock();
    }
  }

  @Override
  public String name() {
    return "resident";
  }

  /**
   * {@inheritDoc}
   *
   * @throws Patience.Refusal if they cannot go on; {@link #abandon} them then, and ask others
   */
  @Override
  public double[] run(StepRequest request) {
    return inTurn(() -> exchange.ask(request));
  }

  @Override
  public void run(SparseSlice.Request request, SparseSum sum) {
    inTurn(
        () -> {
          exchange.ask(request, sum);
          return sum;
        });
  }

  @Override
  public long bytes() {
    return exchange.bytes();
  }

  /** What is asked while it is the driver's turn. */
  private interface Question<T> {
    T ask() throws InterruptedException;
  }

  private <T> T inTurn(Question<T> question) {
    turn.lock();
    try {
      if (wanted) {
        Vigil.stand(context);
        exchange.releaseIfIdle();
        wanted = false;
      }
      if (exchange.isStopped() && exchange.failure() == null) {
        crew.awaitLeft();
        crew.gather();
        LOG.debug("The resident workers are back");
      }
      T answer = question.ask();
      answered++;
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the resident workers", e);
    } finally {
      turn.unlock();
    }
  }

  /** Whether they have answered any question. */
  boolean haveAnswered() {
    return answered > 0;
  }

  /** Closes them without waiting for what they are at. */
  void abandon() {
    crew.abandon();
    close();
  }

  private void tick() {
    try {
      exchange.keepAlive(waits.keepAlive());
      wanted |= hasMoreSlots();
      long idle = exchange.idleNanos();
      if (idle == 0) {
        wanted |= watch.hasStarving();
      } else if ((idle > waits.linger() || (idle > TICK && watch.hasOthers())) && turn.tryLock()) {
        try {
          Vigil.stand(context);
          exchange.releaseIfIdle();
        } finally {
          turn.unlock();
        }
      }
    } catch (RuntimeException e) {
      // The context is stopping, most likely; a timer that throws would never tick again.
      LOG.debug("The resident workers' timer failed", e);
    }
  }

  private boolean hasMoreSlots() {
    long now = System.nanoTime();
    if (now - counted < LOOK) {
      return false;
    }
    counted = now;
    return crew.couldSpread();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    try {
      crew.dissolve();
    } catch (RuntimeException e) {
      LOG.debug("The resident workers could not be dissolved; the context is stopped", e);
    }
  }
}
