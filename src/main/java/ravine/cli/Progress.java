package ravine.cli;

import java.io.PrintStream;
import java.util.Locale;
import ravine.engine.PassRecord;
import ravine.engine.StepRecord;
import ravine.engine.TrainingListener;
import ravine.terminal.Console;

/**
 * One line on the error stream, rewritten in place: pass, objective, rows a second, time left.
 * Silent unless someone watches.
 */
final class Progress implements TrainingListener {
  private static final long REFRESH_NANOS = 200_000_000L;
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream stream;
  private final boolean visible;
  private final String name;
  private final long rows;
  private final int maxPasses;
  private long start;
  private long shown;
  private double objective = Double.NaN;

  Progress(Console console, boolean forced, String name, long rows, int maxPasses) {
    this.stream = console.err();
    this.visible = forced || console.terminal();
    this.name = name;
    this.rows = rows;
    this.maxPasses = maxPasses;
  }

  @Override
  public boolean onStep(StepRecord step) {
    long now = System.nanoTime();
    if (visible && now - shown >= REFRESH_NANOS) {
      shown = now;
      show(step.pass(), now);
    }
    return true;
  }

  @Override
  public boolean onPass(PassRecord pass) {
    objective = pass.objective();
    if (pass.pass() == 0) {
      // Not earlier: packing the rows is no part of the rate.
      start = System.nanoTime();
    }
    if (visible) {
      shown = System.nanoTime();
      show(pass.pass(), shown);
    }
    return true;
  }

  /** Wipes the line. */
  void done() {
    if (visible) {
      stream.print(ERASE);
      stream.flush();
    }
  }

  private void show(double pass, long now) {
    double seconds = Math.max(1e-9, (now - start) / 1e9);
    double left = pass > 0 ? seconds / pass * Math.max(0, maxPasses - pass) : Double.NaN;
    stream.print(
        ERASE
            + String.format(
                Locale.ROOT,
                "%s: pass %.1f of %d, objective %.6g, %,.0f rows/s, %s left at most",
                name,
                pass,
                maxPasses,
                objective,
                rows * pass / seconds,
                duration(left)));
    stream.flush();
  }

  /** 75 → "1 min 15 s". */
  static String duration(double seconds) {
    if (Double.isNaN(seconds)) {
      return "?";
    }
    long whole = Math.round(seconds);
    return whole < 60
        ? whole + " s"
        : whole < 3600
            ? whole / 60 + " min " + whole % 60 + " s"
            : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}
