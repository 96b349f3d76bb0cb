package ravine.engine;

import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.schedule.Schedule;

/**
 * A way from packed rows to weights. {@link Trainer} chooses one, and what is said of the choice is
 * kept in the result.
 *
 * <p>The choice depends on the options and on the size of the problem alone, never on the engine or
 * on a clock, so that the same fit takes the same way everywhere.
 */
sealed interface Way
    permits NormalEquations, NewtonSteps, SampleMetric, RecentMetric, PlainDescent, MiniBatches {

  /** Its name in the result, such as {@code mini-batches}. */
  String name();

  /** Why it was chosen: a clause that follows "because". */
  String why();

  /**
   * Whether it asks the partitions anything, so that they have to be packed and an engine opened.
   */
  default boolean asks() {
    return true;
  }

  /** Goes it. */
  Outcome run(Run run);

  /**
   * How a way ended. The weights are the history's.
   *
   * @param reason why it ended
   * @param cause what went wrong, in a sentence; empty if nothing
   * @param schedule of its learning rates
   * @param certificate how far its weights can be from the optimum; null where that was not asked
   */
  record Outcome(
      StopReason reason, String cause, Schedule schedule, @Nullable Certificate certificate) {

    /** One without a certificate. */
    static Outcome of(StopReason reason, StopRule stop, Schedule schedule) {
      return new Outcome(reason, stop.cause(), schedule, null);
    }
  }
}
