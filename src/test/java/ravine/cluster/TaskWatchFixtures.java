package ravine.cluster;

import java.util.function.LongPredicate;

/** Tells a {@link TaskWatch} what Spark's listener bus would. */
public final class TaskWatchFixtures {
  private TaskWatchFixtures() {}

  /** Of a job of whose tasks Spark has started those of these attempt ids. */
  public static TaskWatch of(LongPredicate started) {
    return new TaskWatch("the job", Hosts.ONE_EACH, started);
  }

  public static void start(TaskWatch tasks, int partition, long attempt) {
    tasks.started(partition, attempt);
  }

  public static void end(TaskWatch tasks, int partition, long attempt) {
    tasks.ended(partition, attempt);
  }
}
