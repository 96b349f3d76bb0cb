package ravine.cluster;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;

/**
 * Runs a job and waits for it, but not for ever. A job that is submitted while its SparkContext
 * stops may be dropped without a word (as of Spark 4.2: {@code EventLoop.post}), and Spark's own
 * actions then wait for their end without limit.
 */
public final class Jobs {
  private static final long LOOK_SECONDS = 1;

  /** Looks after the context has stopped, so that Spark can fail the job by itself. */
  private static final int LAST_LOOKS = 5;

  private Jobs() {}

  /**
   * What the partitions hold, in their order.
   *
   * @throws IllegalStateException if the context was stopped and Spark said nothing about the job
   */
  public static <T> List<T> collect(JavaRDD<T> rows) {
    JavaFutureAction<List<T>> job = rows.collectAsync();
    int late = 0;
    try {
      while (true) {
        try {
          return job.get(LOOK_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException runs) {
          late = rows.context().isStopped() ? late + 1 : 0;
          if (late > LAST_LOOKS) {
            throw new IllegalStateException("The SparkContext was shut down", runs);
          }
        }
      }
    } catch (ExecutionException e) {
      throw undeclared(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      throw undeclared(e);
    }
  }

  /** As Spark's actions throw from Scala. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException undeclared(Throwable failure) throws E {
    throw (E) failure;
  }
}
