package ravine.cluster;

/** Tells a {@link TaskWatch} what Spark's listener bus would. */
public final class TaskWatchFixtures {
  private TaskWatchFixtures() {}

  public static void start(TaskWatch tasks, int partition, long attempt) {
    tasks.started(partition, attempt);
  }

  public static void end(TaskWatch tasks, int partition, long attempt) {
    tasks.ended(partition, attempt);
  }
}
