package ravine.ml;

import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import ravine.ml.classification.MiniBatchLogisticRegression;

/**
 * One fit that would take for ever, and a cancel at a random moment of the second and a half after
 * Spark has seen its first job.
 *
 * @param what was cancelled, how, and when
 * @param seconds from the cancel to the end of the fit; infinite if it did not end
 * @param sentence with which it ended
 */
record CancelCase(String what, double seconds, @Nullable String sentence) {
  private static final long PATIENCE_SECONDS = 20;
  private static final double LATEST = 1.5;

  /** The ways in which Spark can be told. */
  private enum Kind {
    GROUP,
    TAG,
    ALL,
    INTERRUPT
  }

  /** Heard within two seconds. */
  boolean isHeard() {
    return seconds <= 2.0 && isSaid();
  }

  /** Heard, and said in one line. */
  boolean isSaid() {
    String said = sentence;
    return said != null
        && said.indexOf('\n') < 0
        && (said.contains("cancel") || said.contains("nterrupted"));
  }

  static CancelCase run(SparkSession session, long seed, String engine)
      throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    String group = "to-be-cancelled-" + engine + "-" + seed;
    Kind kind = Kind.values()[random.nextInt(4)];
    double after = LATEST * random.nextDouble();
    SparkContext context = session.sparkContext();
    Dataset<Row> rows = MlRows.frame(session, MlRows.classified(2_000, 2), 1 + random.nextInt(4));
    FutureTask<Object> fit = new FutureTask<>(forEver(context, rows, engine, group));
    Thread thread = new Thread(fit, "fit to be cancelled");
    thread.setDaemon(true);
    thread.start();
    while (context.statusTracker().getJobIdsForGroup(group).length == 0 && !fit.isDone()) {
      Thread.onSpinWait(); // Spark knows of no fit before its first job
    }
    LockSupport.parkNanos((long) (1e9 * after));
    long start = System.nanoTime();
    cancel(context, kind, group, thread);
    String sentence = end(fit);
    double seconds = (System.nanoTime() - start) / 1e9;
    if (sentence == null) {
      stop(context, fit);
      seconds = Double.POSITIVE_INFINITY;
    }
    return new CancelCase(
        String.format("engine=%s, %s after %.3f s, seed %d", engine, kind, after, seed),
        seconds,
        sentence);
  }

  private static Callable<Object> forEver(
      SparkContext context, Dataset<Row> rows, String engine, String group) {
    return () -> {
      context.setJobGroup(group, "a fit that takes for ever", false);
      context.addJobTag(group);
      MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
      estimator.setTol(0.0).setMaxIter(10_000_000);
      return estimator.setOptimizer("adam").setStepSize(1e-9).setEngine(engine).fit(rows);
    };
  }

  private static void cancel(SparkContext context, Kind kind, String group, Thread thread) {
    switch (kind) {
      case GROUP -> context.cancelJobGroup(group);
      case TAG -> context.cancelJobsWithTag(group);
      case ALL -> context.cancelAllJobs();
      case INTERRUPT -> thread.interrupt();
    }
  }

  /** What it ended with; null if it did not. */
  private static @Nullable String end(FutureTask<Object> fit) throws InterruptedException {
    try {
      return "it ended well: " + fit.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause().getMessage());
    } catch (TimeoutException unheard) {
      return null;
    }
  }

  private static void stop(SparkContext context, FutureTask<Object> fit) {
    while (!fit.isDone()) {
      context.cancelAllJobs();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
