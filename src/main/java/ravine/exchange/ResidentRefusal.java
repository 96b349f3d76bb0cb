package ravine.exchange;

import org.jspecify.annotations.Nullable;

/**
 * Resident workers cannot start here, or cannot go on; the message says why. Nothing is lost by it:
 * the driver has all state, and one job a step still can, or workers that are gathered anew.
 */
final class ResidentRefusal extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final boolean started;

  private ResidentRefusal(boolean started, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.started = started;
  }

  /** They cannot start. */
  static ResidentRefusal here(String reason, @Nullable Throwable cause) {
    return new ResidentRefusal(false, "Resident workers cannot run here: " + reason + ".", cause);
  }

  /** They ran, and cannot go on. */
  static ResidentRefusal anyMore(String reason, @Nullable Throwable cause) {
    return new ResidentRefusal(true, "The resident workers cannot go on: " + reason + ".", cause);
  }

  /** Whether all of them were there before; if not, they have been waited for in vain. */
  boolean hadStarted() {
    return started;
  }
}
