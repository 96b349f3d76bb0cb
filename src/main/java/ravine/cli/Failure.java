package ravine.cli;

import org.jspecify.annotations.Nullable;

/** An end of a command that the user can do something about: one sentence and an exit status. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  static final int TRAINING = 1;
  static final int USAGE = 2;

  private final int exitStatus;

  private Failure(int exitStatus, String sentence) {
    super(sentence);
    this.exitStatus = exitStatus;
  }

  /** Bad arguments or bad input, found before training. */
  static Failure usage(String sentence) {
    return new Failure(USAGE, sentence);
  }

  /** Training began and did not end well. */
  static Failure training(String sentence) {
    return new Failure(TRAINING, sentence);
  }

  /** Refuses an option whose value is not in its range. */
  static void require(boolean holds, String option, String range, @Nullable Object value) {
    if (!holds) {
      throw usage(option + " must be " + range + ", but was " + value + ".");
    }
  }

  Failure because(Throwable cause) {
    initCause(cause);
    return this;
  }

  int exitStatus() {
    return exitStatus;
  }

  /** The sentence. */
  String sentence() {
    return String.valueOf(getMessage());
  }
}
