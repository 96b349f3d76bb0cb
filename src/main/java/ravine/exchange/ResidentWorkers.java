package ravine.exchange;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
 * the job anew, behind those that waited; if its tasks find no slots then, training goes on with
 * {@link StepJobs}.
 */
final class ResidentWorkers implements GradientEngine {
  private static final Logger LOG = LoggerFactory.getLogger(ResidentWorkers.class);
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(200);

  private final PackedRows data;
  private final Work work;
  private final long seed;
  private final ResidentSettings settings;
  private final ResidentCrew crew;
  private final Exchange exchange;
  private final SlotWatch watch;
  private final ScheduledExecutorService timer;

  /** Held while workers gather, through every request, and to send the workers home between two. */
  private final ReentrantLock turn = new ReentrantLock();

  private volatile boolean wanted;
  private @Nullable GradientEngine substitute;

  private ResidentWorkers(
      PackedRows data, Work work, long seed, ResidentSettings settings, ResidentCrew crew) {
    this.data = data;
    this.work = work;
    this.seed = seed;
    this.settings = settings;
    this.crew = crew;
    this.exchange = crew.exchange();
    this.watch = new SlotWatch(data.context().statusTracker(), crew);
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "ravine-resident-timer");
              thread.setDaemon(true);
              return thread;
            });
    long period = Math.max(1, Math.min(TICK, settings.keepAlive() / 2));
    var unused = timer.scheduleAtFixedRate(this::tick, period, period, TimeUnit.NANOSECONDS);
  }

  /**
   * Starts the workers.
   *
   * @throws ResidentRefusal if they cannot run here; nothing is left behind then
   */
  static ResidentWorkers open(PackedRows data, Work work, long seed) {
    ResidentSettings settings = ResidentSettings.of(data.context().getConf());
    ResidentCrew crew = ResidentCrew.of(data, work, seed, settings);
    ResidentWorkers workers = new ResidentWorkers(data, work, seed, settings, crew);
    workers.turn.lock();
    try {
      crew.gather();
      return workers;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      workers.close();
      throw new IllegalStateException("Interrupted while the resident workers started", e);
    } catch (RuntimeException | Error e) {
      workers.close();
      throw e;
    } finally {
      workers.turn.unlock();
    }
  }

  @Override
  public String name() {
    GradientEngine other = substitute;
    return other == null ? "resident" : other.name();
  }

  @Override
  public double[] run(StepRequest request) {
    return inTurn(
        other -> other == null ? exchange.ask(request, settings.step()) : other.run(request));
  }

  @Override
  public void run(SparseRequest request, SparseSum sum) {
    inTurn(
        other -> {
          if (other == null) {
            exchange.ask(request, sum, settings.step());
          } else {
            other.run(request, sum);
          }
          return sum;
        });
  }

  /** What is done with the engine that took over, or with none. */
  private interface Question<T> {
    T ask(@Nullable GradientEngine substitute) throws InterruptedException;
  }

  private <T> T inTurn(Question<T> question) {
    turn.lock();
    try {
      if (wanted) {
        exchange.releaseIfIdle();
        wanted = false;
      }
      if (substitute == null && exchange.isStopped() && exchange.failure() == null) {
        regather();
      }
      return question.ask(substitute);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the resident workers", e);
    } finally {
      turn.unlock();
    }
  }

  private void regather() throws InterruptedException {
    crew.awaitLeft();
    try {
      crew.gather();
      LOG.debug("The resident workers are back");
    } catch (ResidentRefusal e) {
      LOG.warn(
          "The workers gave their slots to other jobs; one job a step from here. {}",
          e.getMessage());
      substitute = new StepJobs(data, work, seed);
    }
  }

  private void tick() {
    try {
      exchange.keepAlive(settings.keepAlive());
      long idle = exchange.idleNanos();
      if (idle == 0) {
        wanted |= watch.hasStarving();
      } else if ((idle > settings.linger() || (idle > TICK && watch.hasOthers()))
          && turn.tryLock()) {
        try {
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
