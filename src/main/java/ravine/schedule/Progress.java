package ravine.schedule;

/** How far a schedule has come. */
final class Progress {
  private Progress() {}

  /** How much of {@code steps} lies before {@code step}: 0 at step 1, at most 1. */
  static double of(long step, long steps) {
    return Math.min(1.0, (double) updatesBefore(step) / steps);
  }

  /** The number of updates before {@code step}. */
  static long updatesBefore(long step) {
    Ranges.atLeastOne("step", step);
    return step - 1;
  }
}
