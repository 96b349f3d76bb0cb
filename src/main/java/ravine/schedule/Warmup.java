package ravine.schedule;

import java.util.Objects;

/**
 * {@code warmup(steps, then)} = then(1)·t/steps for t ≤ steps, then then(t−steps): a straight climb
 * to the first value of another schedule, which starts afterwards, so that its first value is used
 * twice, at steps {@code steps} and {@code steps} + 1.
 *
 * <p>Unlike optax's warm-up the first step is not 0, which would waste it.
 *
 * @param steps length of the climb, at least 1
 * @param then the schedule that follows; {@code toString()} writes its full text
 */
public record Warmup(long steps, Schedule then) implements Schedule {
  /** Checks the values. */
  public Warmup {
    Ranges.atLeastOne("steps", steps);
    Objects.requireNonNull(then, "then");
  }

  @Override
  public double at(long step) {
    Ranges.atLeastOne("step", step);
    if (step <= steps) {
      return then.at(1) * ((double) step / steps);
    }
    return then.at(step - steps);
  }

  @Override
  public String toString() {
    return Canonical.ordered("warmup", this);
  }
}
