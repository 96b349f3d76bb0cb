package ravine.engine;

import java.util.Locale;

/** What becomes of a training that fails after its first pass. */
public enum OnFailure {
  /**
   * What failed is thrown: a model that was trained for less than was asked must not be taken for
   * another. The best weights so far stand in the last training result.
   */
  THROW,
  /** The best weights so far are the result, with {@link StopReason#FAILED} and a warning. */
  BEST;

  /** The name by which it is chosen. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
