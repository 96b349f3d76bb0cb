package ravine.schedule;

/** Argument checks that name the argument, its range and the value that was given. */
final class Require {
  private Require() {}

  static void atLeastZero(String name, double value) {
    if (!(value >= 0.0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be finite and at least 0, but was " + value);
    }
  }

  static void positive(String name, double value) {
    if (!(value > 0.0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " must be finite and greater than 0, but was " + value);
    }
  }

  /** Growth is refused: in the long run it is infinite, and a schedule's values must be finite. */
  static void shrinking(String name, double value) {
    if (!(value > 0.0 && value <= 1.0)) {
      throw new IllegalArgumentException(name + " must be in (0, 1], but was " + value);
    }
  }

  static void atLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, but was " + value);
    }
  }

  /** How much of {@code steps} lies before {@code step}: 0 at step 1, at most 1. */
  static double progress(long step, long steps) {
    return Math.min(1.0, (double) updatesBefore(step) / steps);
  }

  /** The number of updates before {@code step}. */
  static long updatesBefore(long step) {
    atLeastOne("step", step);
    return step - 1;
  }
}
