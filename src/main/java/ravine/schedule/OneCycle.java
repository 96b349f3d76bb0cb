package ravine.schedule;

/**
 * {@code one_cycle(peak, steps)}: up to the peak in the first three tenths and down to almost
 * nothing in the rest (Smith and Topin 2018, "Super-Convergence"), both legs half cosines.
 *
 * <p>Precisely, with x = t − 1 and rise = 0.3·steps − 1:
 *
 * <ul>
 *   <li>x ≤ rise: from peak/25 to peak, progress x/rise;
 *   <li>x &gt; rise: from peak to peak/25/10⁴, progress (x − rise)/(steps − 1 − rise);
 *   <li>from step {@code steps} on: peak/25/10⁴.
 * </ul>
 *
 * <p>That is PyTorch's {@code OneCycleLR(max_lr=peak, total_steps=steps, pct_start=0.3,
 * anneal_strategy="cos", div_factor=25, final_div_factor=1e4)}, which refuses to go beyond {@code
 * steps} where this one stays at its last value. Optax's {@code cosine_onecycle_schedule} turns at
 * whole steps, x = ⌊0.3·steps⌋, and ends at x = {@code steps}, so it differs slightly. PyTorch also
 * cycles the momentum by default; here a momentum schedule says so in the rule.
 *
 * @param peak the largest value; finite, at least 0
 * @param steps length of the cycle, at least 1
 */
public record OneCycle(double peak, long steps) implements Schedule {
  private static final double RISING_PART = 0.3;
  private static final double INITIAL_DIVISOR = 25.0;
  private static final double FINAL_DIVISOR = 1e4;

  /** Checks the values. */
  public OneCycle {
    Ranges.atLeastZero("peak", peak);
    Ranges.atLeastOne("steps", steps);
  }

  @Override
  public double at(long step) {
    double x = (double) Math.min(Progress.updatesBefore(step), steps - 1);
    double rise = RISING_PART * steps - 1.0;
    double initial = peak / INITIAL_DIVISOR;
    if (x <= rise) {
      return Cosine.half(initial, peak, x / rise);
    }
    return Cosine.half(peak, initial / FINAL_DIVISOR, (x - rise) / (steps - 1 - rise));
  }

  @Override
  public String toString() {
    return Canonical.ordered("one_cycle", this);
  }
}
