package ravine.exchange;

import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import ravine.cluster.Hosts;
import ravine.cluster.SessionArtifacts;
import ravine.cluster.TaskWatch;
import ravine.cluster.Vigil;
import ravine.rows.PackedPartition;
import ravine.rows.PackedRows;

/**
 * The Spark job whose tasks are the workers. A daemon thread submits it and waits for its end: it
 * inherits the caller's local properties (job group, pool) and session, so that the caller's cancel
 * cancels it, and what it adds to them is not seen by the caller.
 */
final class ResidentJob {
  private static final String DESCRIPTION = "resident workers";
  private static final String ABOUT = "spark.job.description";
  private static final String GROUP = "spark.jobGroup.id";

  /** With an error class before it from Spark 4 on. */
  private static final Pattern CANCELLED = Pattern.compile("^(\\[\\w+] )?Job \\d+ cancelled");

  /** What Spark calls it when a job is begun too late. */
  private static final String STOPPED = "Cannot call methods on a stopped SparkContext";

  private final PackedRows data;
  private final Hosts hosts;
  private final ResidentTask task;
  private final String group;
  private final String mark;
  private final Consumer<@Nullable Throwable> onEnd;
  private final CompletableFuture<JavaFutureAction<Void>> submitted = new CompletableFuture<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  private ResidentJob(
      PackedRows data,
      Hosts hosts,
      ResidentTask task,
      String group,
      String mark,
      Consumer<@Nullable Throwable> onEnd) {
    this.data = data;
    this.hosts = hosts;
    this.task = task;
    this.group = group;
    this.mark = mark;
    this.onEnd = onEnd;
  }

  /**
   * Starts it.
   *
   * @param hosts which of its tasks has which partitions
   * @param group the job group where the caller has none
   * @param mark by which a {@link TaskWatch} knows it
   * @param onEnd told once, in the job's thread, what it failed of, or null
   */
  static ResidentJob start(
      PackedRows data,
      Hosts hosts,
      ResidentTask task,
      String group,
      String mark,
      Consumer<@Nullable Throwable> onEnd) {
    ResidentJob job = new ResidentJob(data, hosts, task, group, mark, onEnd);
    SessionArtifacts artifacts = SessionArtifacts.ofThisThread();
    Thread thread = new Thread(() -> artifacts.run(job::watch), group);
    thread.setDaemon(true);
    thread.start();
    return job;
  }

  private void watch() {
    Throwable failure = null;
    try {
      JavaFutureAction<Void> action = submit();
      submitted.complete(action);
      action.get();
    } catch (ExecutionException | CancellationException e) {
      failure = e.getCause() == null ? e : e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = e;
    } catch (Throwable e) {
      // SparkException is checked, and comes undeclared from Scala.
      failure = e;
    }
    if (failure != null) {
      submitted.completeExceptionally(failure);
    }
    try {
      onEnd.accept(failure);
    } finally {
      ended.countDown();
    }
  }

  private JavaFutureAction<Void> submit() {
    JavaSparkContext context = data.context();
    String said = context.getLocalProperty(ABOUT);
    String about = said == null ? DESCRIPTION : said + " (" + DESCRIPTION + ")";
    if (context.getLocalProperty(GROUP) == null) {
      context.setJobGroup(group, about);
    } else {
      context.setLocalProperty(ABOUT, about);
    }
    context.setLocalProperty(TaskWatch.PROPERTY, mark);
    JavaFutureAction<Void> action =
        hosts
            .group(data.packed().mapPartitions(ResidentJob::apart, true))
            .foreachPartitionAsync(task);
    Vigil.rest(context.sc());
    return action;
  }

  /** A partition as one element, so that a task with several knows where each begins. */
  private static Iterator<Iterator<PackedPartition>> apart(Iterator<PackedPartition> rows) {
    return Collections.singletonList(rows).iterator();
  }

  /** Whether it ended within that time. */
  boolean awaitEnd(long timeout, TimeUnit unit) throws InterruptedException {
    return ended.await(timeout, unit);
  }

  /**
   * Whether a job failed of what no other job could mend: somebody cancelled it, or the context was
   * stopped. Spark says so in words only.
   */
  static boolean isFinal(Throwable failure) {
    return failure instanceof InterruptedException
        || failure instanceof CancellationException
        || CANCELLED.matcher(String.valueOf(failure.getMessage())).find()
        || String.valueOf(failure.getMessage()).startsWith(STOPPED);
  }

  /** The line of a failure that says what it is; Spark's go on with stack traces. */
  static String line(Throwable failure) {
    String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return text.startsWith(STOPPED)
        ? "the SparkContext was shut down"
        : text.lines().findFirst().orElse(text);
  }

  /** Whether that Spark job is this one. */
  boolean owns(int jobId) {
    JavaFutureAction<Void> action =
        submitted.isCompletedExceptionally() ? null : submitted.getNow(null);
    return action != null && action.jobIds().contains(jobId);
  }

  /** Asks Spark to cancel it; at once, or as soon as it is submitted. */
  void cancel() {
    var unused = submitted.thenAccept(action -> action.cancel(true));
  }
}
