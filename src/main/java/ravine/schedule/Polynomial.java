package ravine.schedule;

/**
 * {@code polynomial(η, end, steps, power)} = end + (η−end)·(1 − min(1, (t−1)/steps))^power, as
 * optax's {@code polynomial_schedule}; with end = 0 PyTorch's {@code PolynomialLR}. The value is η
 * at step 1 and {@code end} from step {@code steps} + 1 on.
 *
 * @param initial η, the value at step 1; finite, at least 0
 * @param end the last value; finite, at least 0
 * @param steps length of the descent, at least 1
 * @param power 1 is a straight line, 2 falls fast first; finite, greater than 0
 */
public record Polynomial(double initial, double end, long steps, double power) implements Schedule {
  /** Checks the values. */
  public Polynomial {
    Ranges.atLeastZero("initial", initial);
    Ranges.atLeastZero("end", end);
    Ranges.atLeastOne("steps", steps);
    Ranges.positive("power", power);
  }

  @Override
  public double at(long step) {
    double left = 1.0 - Progress.of(step, steps);
    return end + (initial - end) * StrictMath.pow(left, power);
  }

  @Override
  public String toString() {
    return Canonical.ordered("polynomial", this);
  }
}
