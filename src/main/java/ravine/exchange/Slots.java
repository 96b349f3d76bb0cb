package ravine.exchange;

import org.apache.spark.SparkContext;
import ravine.rows.PackedRows;

/** How many tasks can run at once. */
final class Slots {
  private Slots() {}

  /**
   * What barrier stages ask too, which counts registered executors and {@code spark.task.cpus}. It
   * is no public API, so where it is missing the default parallelism has to do.
   */
  static int of(PackedRows data) {
    SparkContext context = data.context().sc();
    try {
      return context.maxNumConcurrentTasks(
          context.resourceProfileManager().defaultResourceProfile());
    } catch (LinkageError notThisSpark) {
      return context.defaultParallelism();
    }
  }
}
