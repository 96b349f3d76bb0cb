package ravine.resume;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes checkpoints, one after the other: those of one run, or of several that
 * train together, so that what writing takes is bounded for all of them and not for each.
 */
public final class CheckpointWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

  /** The end waits so long for the last checkpoints to be written. */
  private static final int LAST_SECONDS = 300;

  private final String where;
  private final ExecutorService thread;
  private volatile double seconds;

  /** Whether the last one could not be written; of the thread. */
  private boolean failing;

  /**
   * One that has nothing to do yet.
   *
   * @param where it writes to, to be told to people
   */
  public CheckpointWriter(String where) {
    this.where = where;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "ravine-checkpoints");
              made.setDaemon(true);
              return made;
            });
  }

  void execute(Runnable task) {
    thread.execute(task);
  }

  /** What the last checkpoint of every run took, in all. */
  double seconds() {
    return seconds;
  }

  /** A run's last checkpoint took so much more than the one before, or less. */
  synchronized void took(double more) {
    seconds += more;
  }

  /** In the thread: whether a checkpoint that could not be written is the first of several. */
  boolean beginsToFail() {
    boolean first = !failing;
    failing = true;
    return first;
  }

  /** In the thread: whether a checkpoint that was written is the first after some that were not. */
  boolean worksAgain() {
    boolean again = failing;
    failing = false;
    return again;
  }

  /** Waits until all is written, for a bounded time. */
  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = Thread.interrupted();
    try {
      if (!thread.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The last checkpoint was not written to {} in {} s", where, LAST_SECONDS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
