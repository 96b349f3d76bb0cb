package ravine.schedule;

/**
 * {@code cosine(η, steps, end)} = end + ½(η−end)(1 + cos(π·min(1, (t−1)/steps))): half a cosine
 * from η at step 1 down to {@code end} at step {@code steps} + 1 and after (Loshchilov and Hutter
 * 2017, SGDR, equation 5, without restarts). PyTorch's {@code CosineAnnealingLR(T_max=steps)}
 * agrees until then, but climbs again afterwards; optax's {@code cosine_decay_schedule(alpha)} has
 * end = η·alpha.
 *
 * @param initial η, the value at step 1; finite, at least 0
 * @param steps length of the descent, at least 1
 * @param end the last value; finite, at least 0
 */
public record Cosine(double initial, long steps, double end) implements Schedule {
  /** Checks the values. */
  public Cosine {
    Ranges.atLeastZero("initial", initial);
    Ranges.atLeastOne("steps", steps);
    Ranges.atLeastZero("end", end);
  }

  /** A descent to 0. */
  public Cosine(double initial, long steps) {
    this(initial, steps, 0.0);
  }

  @Override
  public double at(long step) {
    return half(initial, end, Progress.of(step, steps));
  }

  /** Half a cosine from {@code from} to {@code to} as {@code progress} goes from 0 to 1. */
  static double half(double from, double to, double progress) {
    return to + 0.5 * (from - to) * (1.0 + StrictMath.cos(Math.PI * progress));
  }

  @Override
  public String toString() {
    return Canonical.ordered("cosine", this);
  }
}
