package ravine.schedule;

/**
 * {@code exponential(η, rate, every)} = η·rate^((t−1)/every): {@link StepDecay} without the stairs.
 * With every = 1 it is PyTorch's {@code ExponentialLR}; else optax's {@code exponential_decay}.
 *
 * @param initial η, the value at step 1; finite, at least 0
 * @param rate the factor reached after {@code every} steps; in (0, 1]
 * @param every steps in which the value shrinks by {@code rate}, at least 1
 */
public record Exponential(double initial, double rate, long every) implements Schedule {
  /** Checks the values. */
  public Exponential {
    Ranges.atLeastZero("initial", initial);
    Ranges.shrinking("rate", rate);
    Ranges.atLeastOne("every", every);
  }

  @Override
  public double at(long step) {
    return initial * StrictMath.pow(rate, (double) Progress.updatesBefore(step) / every);
  }

  @Override
  public String toString() {
    return Canonical.ordered("exponential", this);
  }
}
