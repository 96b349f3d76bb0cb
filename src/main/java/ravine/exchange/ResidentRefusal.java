package ravine.exchange;

import org.jspecify.annotations.Nullable;

/**
 * Resident workers cannot start here, or cannot go on; the message says why. Nothing is lost by it:
 * the driver has all state, and one job a step still can, or workers that are gathered anew.
 */
final class ResidentRefusal extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private ResidentRefusal(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }

  /** They cannot start. */
  static ResidentRefusal here(String reason, @Nullable Throwable cause) {
    return new ResidentRefusal("Resident workers cannot run here: " + reason + ".", cause);
  }

  /** They ran, and cannot go on. */
  static ResidentRefusal anyMore(String reason, @Nullable Throwable cause) {
    return new ResidentRefusal("The resident workers cannot go on: " + reason + ".", cause);
  }
}
