package ravine.schedule;

/**
 * The same value at every step: {@code constant(value)}.
 *
 * @param value finite, at least 0
 */
public record Constant(double value) implements Schedule {
  /** Checks the value. */
  public Constant {
    Require.atLeastZero("value", value);
  }

  @Override
  public double at(long step) {
    Require.atLeastOne("step", step);
    return value;
  }

  @Override
  public String toString() {
    return "constant(" + value + ")";
  }
}
