package ravine.terminal;

import java.io.FileNotFoundException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Text for people: one sentence from a throwable, numbers without noise. */
public final class Sentences {
  /** How the driver retells the exception of a task that ran elsewhere. */
  private static final Pattern TASK_EXCEPTION =
      Pattern.compile("Lost task .*?\\): (?:[\\w.$]+(?:Exception|Error): )?([^\\n]+)");

  private static final Pattern ERROR_CLASS = Pattern.compile("^\\[[A-Z0-9_.]+\\]\\s*");
  private static final Pattern SQL_STATE = Pattern.compile("\\s*SQLSTATE: \\w+");
  private static final Pattern REQUIREMENT = Pattern.compile("^requirement failed:\\s*");

  private Sentences() {}

  /** What happened, in one line, taken from the deepest cause that says something. */
  public static String of(Throwable problem) {
    String text = message(rootCause(problem));
    Matcher task = TASK_EXCEPTION.matcher(text);
    if (task.find()) {
      text = task.group(1);
    }
    int lineEnd = text.indexOf('\n');
    if (lineEnd >= 0) {
      text = text.substring(0, lineEnd);
    }
    text = ERROR_CLASS.matcher(text).replaceFirst("");
    text = SQL_STATE.matcher(text).replaceAll("");
    return REQUIREMENT.matcher(text).replaceFirst("").strip();
  }

  static Throwable rootCause(Throwable problem) {
    Throwable root = problem;
    Throwable next = root.getCause();
    for (int depth = 0; next != null && next != root && depth < 50; depth++) {
      root = next;
      next = root.getCause();
    }
    return root;
  }

  /** The first throwable of this type among the problem and its causes. */
  public static <T extends Throwable> @Nullable T find(Throwable problem, Class<T> type) {
    Throwable at = problem;
    for (int depth = 0; at != null && depth < 50; depth++) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
      at = at.getCause();
    }
    return null;
  }

  private static String message(Throwable problem) {
    String message = problem.getMessage();
    if (message == null || message.isBlank()) {
      return problem.getClass().getSimpleName();
    }
    if (problem instanceof NumberFormatException) {
      return "no number: " + message.replaceFirst("^For input string: ", "");
    }
    if (problem instanceof FileNotFoundException) {
      return "no such file: " + message;
    }
    return problem instanceof IndexOutOfBoundsException
        ? "index out of range: " + message
        : message;
  }

  /** 12.0 → "12", 0.25 → "0.25". */
  public static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }

  /** "1 row", "2 rows". */
  public static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
