package ravine.schedule;

/**
 * {@code step(η, factor, every)} = η·factor^⌊(t−1)/every⌋: a stair, as PyTorch's {@code StepLR} and
 * optax's {@code exponential_decay(staircase=True)}.
 *
 * @param initial η, the value of the first {@code every} steps; finite, at least 0
 * @param factor what each stair multiplies by; in (0, 1]
 * @param every steps per stair, at least 1
 */
public record StepDecay(double initial, double factor, long every) implements Schedule {
  /** Checks the values. */
  public StepDecay {
    Ranges.atLeastZero("initial", initial);
    Ranges.shrinking("factor", factor);
    Ranges.atLeastOne("every", every);
  }

  @Override
  public double at(long step) {
    return initial
        * StrictMath.pow(factor, (double) Math.floorDiv(Progress.updatesBefore(step), every));
  }

  @Override
  public String toString() {
    return Canonical.ordered("step", this);
  }
}
