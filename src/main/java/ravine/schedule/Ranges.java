package ravine.schedule;

/** Checks of hyper-parameters that name the parameter, its range and the value that was given. */
public final class Ranges {
  private Ranges() {}

  /**
   * Finite and at least 0.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static void atLeastZero(String name, double value) {
    if (!(value >= 0.0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be finite and at least 0, but was " + value);
    }
  }

  /**
   * Finite and greater than 0.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static void positive(String name, double value) {
    if (!(value > 0.0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " must be finite and greater than 0, but was " + value);
    }
  }

  /**
   * The coefficient of a moving average: in [0, 1).
   *
   * @throws IllegalArgumentException if it is not
   */
  public static void coefficient(String name, double value) {
    if (!(value >= 0.0 && value < 1.0)) {
      throw new IllegalArgumentException(name + " must be in [0, 1), but was " + value);
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
}
