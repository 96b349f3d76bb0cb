package ravine.schedule;

import org.jspecify.annotations.Nullable;

/**
 * {@code plateau(η, factor, patience)}: η until there have been {@code patience} passes in a row
 * without a better validation metric (of the training objective, where no rows are held out), then
 * η·factor, and so on, as PyTorch's and Keras's {@code ReduceLROnPlateau}.
 *
 * <p>What a step's number says of it is η alone; whoever measures passes multiplies that by what
 * {@code ravine.batches.PlateauFactor} has come to. It is a learning rate for training in
 * mini-batches, and may follow a {@link Warmup}; a momentum, or an updater of Spark's own
 * optimizer, which is told of no pass, cannot have it.
 *
 * @param initial η, the rate before any fall; finite, at least 0
 * @param factor what a fall multiplies by; in (0, 1]
 * @param patience passes without a better score before a fall, at least 1
 */
public record Plateau(double initial, double factor, long patience) implements Schedule {
  /** Checks the values. */
  public Plateau {
    Ranges.atLeastZero("initial", initial);
    Ranges.shrinking("factor", factor);
    Ranges.atLeastOne("patience", patience);
  }

  /** The plateau that a schedule comes to, null if it comes to none. */
  public static @Nullable Plateau in(Schedule schedule) {
    if (schedule instanceof Warmup warmup) {
      return in(warmup.then());
    }
    return schedule instanceof Plateau plateau ? plateau : null;
  }

  /**
   * Refuses a schedule that comes to a plateau where nobody measures passes.
   *
   * @param what it is the schedule of, such as "momentum"
   * @throws IllegalArgumentException if it does
   */
  public static void refuse(String what, Schedule schedule) {
    Plateau found = in(schedule);
    if (found != null) {
      throw new IllegalArgumentException(
          what + " cannot be " + found + ": nobody measures passes there");
    }
  }

  @Override
  public double at(long step) {
    Ranges.atLeastOne("step", step);
    return initial;
  }

  @Override
  public String toString() {
    return Canonical.ordered("plateau", this);
  }
}
