package ravine.schedule;

/**
 * {@code linear(from, to, steps)} = from + (to−from)·min(1, (t−1)/(steps−1)): a straight line that
 * has {@code from} at step 1 and {@code to} at step {@code steps} and after. It may rise, which
 * suits a momentum coefficient: {@code linear(0.5,0.9,100)}. With steps = 1 it is {@code to} at
 * once. (Optax's {@code linear_schedule} of n transition steps is {@code linear} of n + 1 steps.)
 *
 * @param from the first value; finite, at least 0
 * @param to the last value; finite, at least 0
 * @param steps the step at which {@code to} is reached, at least 1
 */
public record Linear(double from, double to, long steps) implements Schedule {
  /** Checks the values. */
  public Linear {
    Ranges.atLeastZero("from", from);
    Ranges.atLeastZero("to", to);
    Ranges.atLeastOne("steps", steps);
  }

  @Override
  public double at(long step) {
    long before = Progress.updatesBefore(step);
    // Not the formula's min(1, ...): rounding must not leave the last value an ulp beside `to`.
    if (before >= steps - 1) {
      return to;
    }
    return from + (to - from) * ((double) before / (steps - 1));
  }

  @Override
  public String toString() {
    return Canonical.ordered("linear", this);
  }
}
