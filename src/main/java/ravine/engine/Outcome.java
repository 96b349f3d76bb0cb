package ravine.engine;

import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.schedule.Schedule;

/**
 * How a {@link Way} ended. The weights are the history's.
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
