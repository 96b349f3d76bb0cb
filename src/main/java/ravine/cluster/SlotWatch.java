package ravine.cluster;

import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkStatusTracker;
import org.jspecify.annotations.Nullable;

/** Whether other jobs of the application could use the slots that a job's tasks occupy. */
public final class SlotWatch {
  private static final long PERIOD = TimeUnit.SECONDS.toNanos(1);

  private final JavaSparkStatusTracker tracker;
  private final IntPredicate own;
  private long last = System.nanoTime();
  private boolean before;

  /**
   * A watch of the application behind a tracker.
   *
   * @param own whether a job, by its id, is the one whose tasks occupy the slots
   */
  public SlotWatch(JavaSparkStatusTracker tracker, IntPredicate own) {
    this.tracker = tracker;
    this.own = own;
  }

  /** Whether another job runs; guards want no slot that somebody else wants ({@link Vigil}). */
  public boolean hasOthers() {
    for (int job : tracker.getActiveJobIds()) {
      if (!own.test(job) && !isGuard(tracker.getJobInfo(job))) {
        return true;
      }
    }
    return false;
  }

  private boolean isGuard(@Nullable SparkJobInfo job) {
    if (job == null || job.stageIds().length != 1) {
      return false;
    }
    SparkStageInfo stage = tracker.getStageInfo(job.stageIds()[0]);
    return stage != null && Vigil.isGuard(stage.name());
  }

  /**
   * Whether another job has had a stage without a single running task for at least a second. Asks
   * Spark no more often than that.
   */
  public boolean hasStarving() {
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
      if (info != null && info.numActiveTasks() == 0 && !Vigil.isGuard(info.name())) {
        return true;
      }
    }
    return false;
  }
}
