package ravine.terminal;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Where a command prints: results and notes on the output, the progress line on the error stream.
 * Nothing but an error's one sentence and the progress line goes to the error stream.
 */
public final class Console {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;

  public Console(PrintStream out, PrintStream err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  public PrintStream out() {
    return out;
  }

  public PrintStream err() {
    return err;
  }

  /** Whether someone is watching. */
  public boolean terminal() {
    return terminal;
  }

  /** A line of the summary: a name, padded, and what there is to say. */
  public void line(String name, String format, Object... arguments) {
    String text = arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments);
    out.println(String.format(Locale.ROOT, "%-10s %s", name, text));
  }

  public void note(String text) {
    line("note", text);
  }
}
