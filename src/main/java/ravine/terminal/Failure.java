package ravine.terminal;

import org.jspecify.annotations.Nullable;

/** An end of a command that the user can do something about: one sentence and an exit status. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public static final int TRAINING = 1;
  public static final int USAGE = 2;

  private final int exitStatus;

  private Failure(int exitStatus, String sentence) {
    super(sentence);
    this.exitStatus = exitStatus;
  }

  /** Bad arguments or bad input, found before training. */
  public static Failure usage(String sentence) {
    return new Failure(USAGE, sentence);
  }

  /** Training began and did not end well. */
  public static Failure training(String sentence) {
    return new Failure(TRAINING, sentence);
  }

  /** Refuses an option whose value is not in its range. */
  public static void require(boolean holds, String option, String range, @Nullable Object value) {
    if (!holds) {
      throw usage(option + " must be " + range + ", but was " + value + ".");
    }
  }

  public Failure because(Throwable cause) {
    initCause(cause);
    return this;
  }

  public int exitStatus() {
    return exitStatus;
  }

  /** The sentence. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
