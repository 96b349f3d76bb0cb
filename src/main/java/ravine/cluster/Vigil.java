package ravine.cluster;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.JobFailed;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears a cancel between two jobs of a training. Spark tells a cancel (of a group, a tag, all) only
 * to jobs that are there: one that falls into a gap, while the driver plans or computes, is lost,
 * and the training goes on. So there is always one: a guard, of one task that does nothing and
 * waits at a {@link Gate}.
 *
 * <p>The first one comes as the training begins. A guard keeps a slot only while nobody else wants
 * any. When a stage is submitted, whoever's, a new guard is submitted behind it, which gets no slot
 * before the stage has what it wants, and the old one is let go; so there is no moment without one.
 * The same is done when an executor goes, whose tasks are to run elsewhere, and from time to time:
 * tasks that wait for a slot near their rows may let a guard have it before them. While resident
 * workers run there is none: they are a job.
 *
 * <p>Each job knows its training by a local property that threads inherit, and all have a tag, by
 * which an interrupted training takes its jobs along.
 */
public final class Vigil implements AutoCloseable {
  /** Name of the stages of guards. */
  static final String NAME = "ravine hears a cancel";

  private static final String PROPERTY = "spark.ravine.training";
  private static final String GUARD = "spark.ravine.guard";
  private static final Logger LOG = LoggerFactory.getLogger(Vigil.class);

  /** Tasks that wait for an executor near their rows may let a guard have the slot before them. */
  private static final long RENEWED_MILLIS = 500;

  /** Guards are jobs, and Spark's page of jobs keeps a thousand. */
  private static final long MOST_MILLIS = 30_000;

  /** Stages of others have guards queue behind them no more often than that. */
  private static final long PAUSE_MILLIS = 100;

  /** Those that are kept, by the value of their property. */
  private static final Map<String, Vigil> KEPT = new ConcurrentHashMap<>();

  private final JavaSparkContext context;
  private final String id = "ravine-" + UUID.randomUUID();
  private final @Nullable String outer;
  private final Listener listener = new Listener();
  private final SessionArtifacts artifacts = SessionArtifacts.ofThisThread();
  private final ScheduledExecutorService submitter;
  private final @Nullable Gate gate;

  /** Number of the last guard; used by the submitter's thread. */
  private long last;

  /** Whether none stands on purpose; likewise. */
  private boolean resting;

  private volatile boolean relayed;
  private volatile boolean closed;
  private volatile @Nullable String cancelled;

  private Vigil(JavaSparkContext context, @Nullable Gate gate) {
    this.context = context;
    this.gate = gate;
    this.outer = context.getLocalProperty(PROPERTY);
    ScheduledThreadPoolExecutor one =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "ravine-vigil");
              thread.setDaemon(true);
              return thread;
            });
    one.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.submitter = one;
  }

  /**
   * Begins one for the jobs of this thread and of those that it starts; to be closed in this
   * thread. Where Spark's RPC is another than the one that we know, cancels between jobs go
   * unheard.
   */
  public static Vigil begin(SparkContext spark) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark);
    Vigil vigil = new Vigil(context, gate());
    KEPT.put(vigil.id, vigil);
    context.setLocalProperty(PROPERTY, vigil.id);
    tag(spark, vigil.id, true);
    if (vigil.gate != null) {
      spark.addSparkListener(vigil.listener);
      vigil.begin();
    }
    return vigil;
  }

  private static @Nullable Gate gate() {
    SparkEnv env = SparkEnv.get();
    try {
      return env == null ? null : new Gate(env.rpcEnv());
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("Cancels between two jobs are not heard", e);
      return null;
    }
  }

  /** The submitter's thread begins here, so that it inherits group, tags and pool. */
  private void begin() {
    try {
      submitter
          .submit(
              () -> {
                context.setCallSite(NAME);
                context.setLocalProperty("spark.job.description", NAME);
                soon(this::relay, 0);
              })
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.debug("Cancels between two jobs are not heard", e);
    }
  }

  /** Tags are of Spark 3.5 and later. */
  private static void tag(SparkContext context, String tag, boolean on) {
    try {
      if (on) {
        context.addJobTag(tag);
      } else {
        context.removeJobTag(tag);
      }
    } catch (LinkageError earlier) {
      LOG.debug("Jobs have no tags", earlier);
    }
  }

  /**
   * Ends a training that was cancelled while none of its jobs ran.
   *
   * @throws IllegalStateException if this thread's was
   */
  public static void check(SparkContext context) {
    Vigil vigil = of(context);
    String why = vigil == null ? null : vigil.cancelled;
    if (why != null) {
      throw new IllegalStateException("Training was cancelled: " + why);
    }
  }

  /**
   * Has a guard submitted for this thread's training, and waits for that: a job of its own is about
   * to end.
   */
  public static void stand(SparkContext context) {
    Vigil vigil = of(context);
    if (vigil != null && vigil.gate != null && !vigil.closed) {
      try {
        vigil.submitter.submit(vigil::relay).get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | RejectedExecutionException e) {
        LOG.debug("No guard stands", e);
      }
    }
  }

  /** A job of this thread's training is there that is one until the next {@link #stand}. */
  public static void rest(SparkContext context) {
    Vigil vigil = of(context);
    if (vigil != null) {
      vigil.soon(vigil::rest, 0);
    }
  }

  private static @Nullable Vigil of(SparkContext context) {
    String id = context.getLocalProperty(PROPERTY);
    return id == null ? null : KEPT.get(id);
  }

  /** Submits a guard, then lets the one before go. */
  private void relay() {
    relayFor(RENEWED_MILLIS);
  }

  /** The same, to be renewed after that time, and then after twice as long. */
  private void relayFor(long millis) {
    Gate door = gate;
    if (door == null || closed || cancelled != null) {
      return;
    }
    long before = last++;
    context.setLocalProperty(GUARD, Long.toString(last));
    artifacts.run(
        () -> {
          var unused = context.parallelize(List.of(0), 1).foreachPartitionAsync(door.task(last));
        });
    door.letGo(before);
    resting = false;
    long number = last;
    soon(() -> renew(number, Math.min(2 * millis, MOST_MILLIS)), millis);
  }

  /** A slot that a guard has is offered to others again and again, be it the only one. */
  private void renew(long number, long millis) {
    if (number == last && !resting) {
      relayFor(millis);
    }
  }

  private void relayIfStanding() {
    if (last > 0 && !resting) {
      relay();
    }
  }

  private void soon(Runnable work, long millis) {
    try {
      var unused = submitter.schedule(work, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException over) {
      LOG.debug("The vigil is over", over);
    }
  }

  /** Whether a stage of that name is a guard's. */
  static boolean isGuard(@Nullable String stageName) {
    return NAME.equals(stageName);
  }

  @Override
  public void close() {
    closed = true;
    SparkContext spark = context.sc();
    KEPT.remove(id);
    spark.removeSparkListener(listener);
    submitter.shutdown();
    Gate door = gate;
    if (door != null) {
      door.close();
    }
    context.setLocalProperty(PROPERTY, outer);
    tag(spark, id, false);
    if (Thread.currentThread().isInterrupted() && !spark.isStopped()) {
      abandonJobs(spark);
    }
  }

  /** Spark leaves a job running whose caller was interrupted. */
  private void abandonJobs(SparkContext spark) {
    try {
      spark.cancelJobsWithTag(id);
    } catch (LinkageError earlier) {
      LOG.debug("Jobs have no tags", earlier);
    }
  }

  /** What becomes of this training's jobs, as Spark's listener bus tells it, a moment late. */
  private final class Listener extends SparkListener {
    private final Set<Integer> guards = new HashSet<>();
    private final Set<Integer> crews = new HashSet<>();

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      Properties properties = start.properties();
      if (properties == null || !id.equals(properties.getProperty(PROPERTY))) {
        return;
      }
      if (properties.getProperty(GUARD) != null) {
        guards.add(start.jobId());
      } else if (properties.getProperty(TaskWatch.PROPERTY) != null) {
        crews.add(start.jobId());
      }
      if (cancelled != null) {
        context.sc().cancelJob(start.jobId(), "its training was cancelled");
      }
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
      Properties properties = submitted.properties();
      if (properties == null || properties.getProperty(GUARD) != null) {
        return;
      }
      boolean own = id.equals(properties.getProperty(PROPERTY));
      if (own && properties.getProperty(TaskWatch.PROPERTY) == null) {
        soon(Vigil.this::relayIfStanding, 0);
      } else if (!own && !relayed) {
        relayed = true;
        soon(
            () -> {
              relayed = false;
              relayIfStanding();
            },
            PAUSE_MILLIS);
      }
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      soon(Vigil.this::relayIfStanding, 0);
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd end) {
      if (crews.remove(end.jobId())) {
        soon(Vigil.this::relay, 0);
      } else if (guards.remove(end.jobId()) && end.jobResult() instanceof JobFailed failed) {
        String message = String.valueOf(failed.exception().getMessage());
        String line = message.lines().findFirst().orElse(message);
        if (line.contains(" cancelled")) {
          cancelled = line;
          Gate door = gate;
          if (door != null) {
            door.letGo(Long.MAX_VALUE);
          }
        }
      }
    }
  }

  /** Workers run: they are a job, and want all slots. */
  private void rest() {
    resting = true;
    Gate door = gate;
    if (door != null) {
      door.letGo(last);
    }
  }
}
