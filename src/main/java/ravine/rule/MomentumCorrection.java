package ravine.rule;

import java.util.Locale;

/** How {@link Momentum} makes up for a velocity that starts at 0. */
public enum MomentumCorrection {
  /** Not at all. */
  NONE(MomentumForm.CLASSICAL),

  /** The moving average divided by the weight that its gradients have so far, 1 − γᵗ. */
  UNBIASED(MomentumForm.EMA),

  /** The step divided by √(1 − βᵗ) + ε, with β = {@code decay}. */
  ROOT(MomentumForm.OUTSIDE);

  private final MomentumForm impliedForm;

  MomentumCorrection(MomentumForm impliedForm) {
    this.impliedForm = impliedForm;
  }

  /** The form of a momentum for which only the correction was given. */
  public MomentumForm impliedForm() {
    return impliedForm;
  }

  /** The spec text: the name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
