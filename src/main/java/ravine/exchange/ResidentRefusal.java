package ravine.exchange;

import org.jspecify.annotations.Nullable;

/** Resident workers cannot run here; the message says why, and one job a step still can. */
final class ResidentRefusal extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  ResidentRefusal(String reason, @Nullable Throwable cause) {
    super("Resident workers cannot run here: " + reason + ".", cause);
  }
}
