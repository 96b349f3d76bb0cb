package ravine.schedule;

/**
 * {@code inverse_time(η, decay)} = η/(1 + decay·(t−1)): the step size of Robbins and Monro (1951);
 * with decay = η·λ that of Bottou's SGD for λ-strongly convex losses.
 *
 * @param initial η, the value at step 1; finite, at least 0
 * @param decay growth of the divisor per step; finite, at least 0
 */
public record InverseTime(double initial, double decay) implements Schedule {
  /** Checks the values. */
  public InverseTime {
    Ranges.atLeastZero("initial", initial);
    Ranges.atLeastZero("decay", decay);
  }

  @Override
  public double at(long step) {
    return initial / (1.0 + decay * Progress.updatesBefore(step));
  }

  @Override
  public String toString() {
    return Canonical.ordered("inverse_time", this);
  }
}
