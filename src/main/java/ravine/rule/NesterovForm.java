package ravine.rule;

import java.util.Locale;

/** Which weights {@link Nesterov} holds, and where the learning rate stands. */
public enum NesterovForm {
  /** Weights are θ, gradients are taken at θ − γv: v ← γv + ηg; θ ← θ − v. */
  LOOKAHEAD,

  /** Weights are the look-ahead point itself: v ← γv + ηg; θ ← θ − (γv + ηg). */
  REWRITTEN,

  /** As rewritten, η outside: v ← γv + g; θ ← θ − η(γv + g). */
  OUTSIDE;

  /** The spec text: the name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
