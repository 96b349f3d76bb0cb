package ravine.resume;

import java.util.Locale;

/** What is done about the checkpoints of an earlier run. */
public enum Resume {
  /** Training begins at its start; a directory that holds checkpoints already is refused. */
  NONE,
  /** Training goes on from the last checkpoint; where there is none, that is an error. */
  MUST,
  /** Training goes on from the last checkpoint if there is one, and begins at its start if not. */
  AUTO;

  /** The name by which it is chosen. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
