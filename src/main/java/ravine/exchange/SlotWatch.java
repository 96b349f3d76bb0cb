package ravine.exchange;

import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkStatusTracker;

/** Whether other jobs of the application could use the slots that the workers occupy. */
final class SlotWatch {
  private static final long PERIOD = TimeUnit.SECONDS.toNanos(1);

  private final JavaSparkStatusTracker tracker;
  private final ResidentCrew crew;
  private long last = System.nanoTime();
  private boolean before;

  SlotWatch(JavaSparkStatusTracker tracker, ResidentCrew crew) {
    this.tracker = tracker;
    this.crew = crew;
  }

  /** Whether another job runs. */
  boolean hasOthers() {
    for (int job : tracker.getActiveJobIds()) {
      if (!crew.owns(job)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether another job has had a stage without a single running task for at least a second. Asks
   * Spark no more often than that.
   */
  boolean hasStarving() {
    long now = System.nanoTime();
    if (now - last < PERIOD) {
      return false;
    }
    last = now;
    boolean starving = hasOthers() && hasIdleStage();
    boolean twice = starving && before;
    before = starving;
    return twice;
  }

  private boolean hasIdleStage() {
    for (int stage : tracker.getActiveStageIds()) {
      SparkStageInfo info = tracker.getStageInfo(stage);
      if (info != null && info.numActiveTasks() == 0) {
        return true;
      }
    }
    return false;
  }
}
