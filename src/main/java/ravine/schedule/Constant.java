package ravine.schedule;

/** The same value at every step. */
public record Constant(double value) implements Schedule {
  @Override
  public double at(long step) {
    return value;
  }
}
