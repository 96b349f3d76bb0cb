package ravine.schedule;

/**
 * The same value at every step: {@code constant(value)}.
 *
 * @param value finite, at least 0
 */
public record Constant(double value) implements Schedule {
  /** Checks the value. */
  public Constant {
    Ranges.atLeastZero("value", value);
  }

  @Override
  public double at(long step) {
    Ranges.atLeastOne("step", step);
    return value;
  }

  @Override
  public String toString() {
    return Canonical.ordered("constant", this);
  }
}
