package ravine.rule;

import java.util.Locale;

/** Where {@link Adam} adds epsilon. */
public enum EpsilonForm {
  /** Outside the root of the corrected moment: m̂/(√v̂ + ε), Algorithm 1 of the paper. */
  OUTSIDE,

  /**
   * Beside the uncorrected moment: η√(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v + ε̂), the end of the paper's section 2.
   */
  HAT,

  /** Inside the root: m̂/√(v̂ + ε). */
  INSIDE;

  /** The spec text: the name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
