package ravine.rule;

import java.util.Locale;

/** Where the learning rate stands in {@link Momentum}. */
public enum MomentumForm {
  /** Inside the velocity: v ← γv + ηg; θ ← θ − v. */
  CLASSICAL,

  /** Outside it: v ← γv + (1−dampening)g, at the first step v = g; θ ← θ − ηv. */
  OUTSIDE,

  /** Outside a moving average: v ← γv + (1−γ)g; θ ← θ − ηv. */
  EMA;

  /** The spec text: the name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
