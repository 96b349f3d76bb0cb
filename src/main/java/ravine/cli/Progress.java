package ravine.cli;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import ravine.engine.PassRecord;
import ravine.engine.StepRecord;
import ravine.engine.TrainingListener;
import ravine.terminal.Console;

/**
 * One line on the error stream, rewritten in place: pass, objective, the bound of its gap to the
 * optimum, rows a second, time left. Silent unless someone watches.
 *
 * <p>The time left is at most what the passes take that are left; where the bound falls, it is what
 * the bound needs at the slope of the last passes (of its logarithm over time) until it is within
 * {@code tol} of the objective.
 */
final class Progress implements TrainingListener {
  private static final long REFRESH_NANOS = 200_000_000L;

  /** Passes whose bounds make the slope. */
  private static final int SLOPE = 6;

  private static final String ERASE = "\r\u001b[K";

  private final PrintStream stream;
  private final boolean visible;
  private final String name;
  private final long rows;
  private final int maxPasses;
  private long start;
  private long shown;
  private double objective = Double.NaN;
  private double bound = Double.NaN;
  private final double tol;

  /** The last bounds, with when they were known; older first. */
  private final Deque<PassRecord> bounds = new ArrayDeque<>();

  /** A line that tells no time by the bound. */
  Progress(Console console, boolean forced, String name, long rows, int maxPasses) {
    this(console, forced, name, rows, maxPasses, 0.0);
  }

  /**
   * A line to be.
   *
   * @param rows of a pass
   * @param tol relative gap at which training ends
   */
  Progress(Console console, boolean forced, String name, long rows, int maxPasses, double tol) {
    this.tol = tol;
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
    bound = pass.gapBound();
    if (bound > 0.0) {
      bounds.add(pass);
      if (bounds.size() > SLOPE) {
        bounds.remove();
      }
    }
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
    double most = pass > 0 ? seconds / pass * Math.max(0, maxPasses - pass) : Double.NaN;
    double likely = secondsToTol();
    stream.print(
        ERASE
            + String.format(
                Locale.ROOT,
                "%s: pass %.1f of %d, objective %.6g, %s%,.0f rows/s, %s left%s",
                name,
                pass,
                maxPasses,
                objective,
                bound >= 0.0 ? String.format(Locale.ROOT, "gap at most %.1e, ", bound) : "",
                rows * pass / seconds,
                duration(likely < most ? likely : most),
                likely < most ? "" : " at most"));
    stream.flush();
  }

  /** At the slope of the last bounds; NaN where they do not fall. */
  double secondsToTol() {
    PassRecord from = bounds.peekFirst();
    PassRecord to = bounds.peekLast();
    double wanted = tol * Math.abs(objective);
    if (from == null || to == null || !(wanted > 0.0)) {
      return Double.NaN;
    }
    double fall = Math.log(from.gapBound() / to.gapBound());
    double time = to.seconds() - from.seconds();
    return fall > 0.0 && time > 0.0
        ? Math.max(0.0, Math.log(to.gapBound() / wanted)) * time / fall
        : Double.NaN;
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
