package ravine.schedule;

/**
 * {@code inverse_sqrt(η)} = η/√t: the schedule built into MLlib's own updaters, and the classical
 * one for stochastic subgradients.
 *
 * @param initial η, the value at step 1; finite, at least 0
 */
public record InverseSqrt(double initial) implements Schedule {
  /** Checks the value. */
  public InverseSqrt {
    Ranges.atLeastZero("initial", initial);
  }

  @Override
  public double at(long step) {
    Ranges.atLeastOne("step", step);
    return initial / Math.sqrt((double) step);
  }

  @Override
  public String toString() {
    return Canonical.ordered("inverse_sqrt", this);
  }
}
