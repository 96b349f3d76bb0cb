package ravine.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import ravine.engine.PassRecord;
import ravine.engine.TrainingResult;
import ravine.page.Axis;
import ravine.page.Chart;
import ravine.page.Curve;
import ravine.page.Grid;
import ravine.page.Numbers;

/**
 * Trainings of the same objective against one another: how far each is above the least objective,
 * relative to it, by passes over the data and by seconds.
 */
final class Comparison {
  /** Relative gaps that are asked for. */
  private static final double[] GAPS = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};

  /** A lower bound that is as near as this to the best objective stands for the least. */
  private static final double TIGHT = 1e-7;

  /** Smaller relative gaps are rounding, not learning. */
  private static final double SMALLEST_GAP = 1e-12;

  /** Seconds of one run each tell no smaller difference. */
  private static final double SAME_SECONDS = 1.25;

  /** Nor do the first moments of a run, in seconds. */
  private static final double SAME_MOMENT = 0.05;

  private final List<Run> runs = new ArrayList<>();
  private double lowerBound = Double.NEGATIVE_INFINITY;
  private double given = Double.NaN;

  private record Run(String name, List<PassRecord> passes) {}

  /** Where a run was first within a gap. */
  private record Arrival(Run run, int passes, double seconds) {}

  /** The least objective, where it is known from elsewhere. */
  Comparison least(double objective) {
    given = objective;
    return this;
  }

  /** Adds a training by its history. */
  Comparison add(String name, List<PassRecord> passes) {
    runs.add(new Run(name, List.copyOf(passes)));
    return this;
  }

  /** Adds a training with what it has proven of the least objective. */
  Comparison add(String name, TrainingResult result) {
    if (result.gapIsProven()) {
      lowerBound = Math.max(lowerBound, result.objective() - result.gapBound());
    }
    return add(name, result.passes());
  }

  /** Whether no training has been added. */
  boolean isEmpty() {
    return runs.isEmpty();
  }

  /** What gaps are measured from. */
  private double reference() {
    return Double.isNaN(given) ? isTight() ? lowerBound : best() : given;
  }

  private boolean isTight() {
    return Double.isFinite(lowerBound) && best() - lowerBound <= TIGHT * scale(best());
  }

  private double best() {
    double best = Double.POSITIVE_INFINITY;
    for (Run run : runs) {
      for (PassRecord pass : run.passes()) {
        if (pass.objective() < best) {
          best = pass.objective();
        }
      }
    }
    return best;
  }

  private static double scale(double reference) {
    return Math.max(Math.abs(reference), Double.MIN_NORMAL);
  }

  private double gap(PassRecord pass) {
    double reference = reference();
    return (pass.objective() - reference) / scale(reference);
  }

  /** A sentence: what the gaps are measured from. */
  String measuredFrom() {
    if (!Double.isNaN(given)) {
      return "Gaps are relative to the least objective, " + Numbers.of(given, 8) + ".";
    }
    if (isTight()) {
      return "Gaps are relative to a lower bound of the least objective that one of the runs has"
          + " proven, "
          + Numbers.of(lowerBound, 8)
          + ", so none is larger than it says.";
    }
    String best = "Gaps are relative to the best objective that any of the runs has reached, ";
    return Double.isFinite(lowerBound)
        ? String.format(
            Locale.ROOT,
            "%s%s, which is at most %.1e of itself above the least (proven).",
            best,
            Numbers.of(best(), 8),
            (best() - lowerBound) / scale(best()))
        : best + Numbers.of(best(), 8) + ": how far that is above the least is not known.";
  }

  /** Relative gap against passes over the data. */
  Chart byPasses() {
    return chart("passes over the data", false);
  }

  /** Relative gap against seconds, which differ by powers of ten: on a logarithmic axis. */
  Chart bySeconds() {
    return chart("seconds", true);
  }

  private Chart chart(String label, boolean isSeconds) {
    List<double[]> xs = new ArrayList<>();
    List<double[]> ys = new ArrayList<>();
    for (Run run : runs) {
      double[] x = new double[run.passes().size()];
      double[] y = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        PassRecord pass = run.passes().get(i);
        double gap = gap(pass);
        x[i] = isSeconds ? pass.seconds() : pass.pass();
        y[i] = gap > SMALLEST_GAP && Double.isFinite(gap) ? gap : Double.NaN;
      }
      xs.add(x);
      ys.add(y);
    }
    Chart chart =
        new Chart(
            "Gap by " + label,
            described(),
            isSeconds ? Axis.decades(label, xs) : Axis.fromZero(label, xs),
            Axis.decades("relative gap", ys));
    for (int i = 0; i < runs.size(); i++) {
      chart.add(Curve.line(runs.get(i).name(), xs.get(i), ys.get(i)));
    }
    return chart;
  }

  private String described() {
    StringBuilder text = new StringBuilder("At their best: ");
    for (Run run : runs) {
      double least = run.passes().stream().mapToDouble(this::gap).min().orElse(Double.NaN);
      text.append(run.equals(runs.get(0)) ? "" : "; ")
          .append(run.name())
          .append(' ')
          .append(Numbers.of(Math.max(0.0, least), 2));
    }
    return text.append('.').toString();
  }

  /** Heading of {@link #arrivals}. */
  static List<String> heading() {
    List<String> heading = new ArrayList<>(List.of("passes (seconds) to a gap of"));
    for (double gap : GAPS) {
      heading.add(String.format(Locale.ROOT, "%.0e", gap).replace("e-0", "e-"));
    }
    return heading;
  }

  /** A row a training: passes and seconds to each gap, a dash where it did not get there. */
  List<List<String>> arrivals() {
    List<List<String>> rows = new ArrayList<>();
    for (Run run : runs) {
      List<String> cells = new ArrayList<>(List.of(run.name()));
      for (double gap : GAPS) {
        Arrival arrival = arrival(run, gap);
        cells.add(
            arrival == null
                ? "–"
                : String.format(Locale.ROOT, "%d (%.2f)", arrival.passes(), arrival.seconds()));
      }
      rows.add(cells);
    }
    return rows;
  }

  /** The same as a table of a page. */
  Grid table() {
    Grid grid = new Grid("Passes, and seconds in brackets, until the gap was so small", heading());
    arrivals().forEach(grid::row);
    return grid;
  }

  private @Nullable Arrival arrival(Run run, double gap) {
    for (PassRecord pass : run.passes()) {
      if (gap(pass) <= gap) {
        return new Arrival(run, pass.pass(), pass.seconds());
      }
    }
    return null;
  }

  /** How many passes a training took to a relative gap; −1 if it did not get there. */
  int passesTo(String name, double gap) {
    for (Run run : runs) {
      Arrival arrival = run.name().equals(name) ? arrival(run, gap) : null;
      if (arrival != null) {
        return arrival.passes();
      }
    }
    return -1;
  }

  /** The relative gap of a training's best pass; NaN if there is no such training. */
  double gapAtBest(String name) {
    for (Run run : runs) {
      if (run.name().equals(name)) {
        return run.passes().stream().mapToDouble(this::gap).min().orElse(Double.NaN);
      }
    }
    return Double.NaN;
  }

  /**
   * One sentence: which training to take, and why. It is the one that was first within the smallest
   * gap that any was within, by the clock, or by passes where the clock tells no difference.
   */
  String advice() {
    for (int i = GAPS.length - 1; i >= 0; i--) {
      List<Arrival> arrivals = new ArrayList<>();
      for (Run run : runs) {
        Arrival arrival = arrival(run, GAPS[i]);
        if (arrival != null) {
          arrivals.add(arrival);
        }
      }
      if (!arrivals.isEmpty()) {
        return advice(arrivals, heading().get(i + 1));
      }
    }
    return "Take none of these yet: within these passes none was within 0.1 of the least"
        + " objective; give them more passes or let the step size be automatic.";
  }

  private String advice(List<Arrival> arrivals, String gap) {
    arrivals.sort(Comparator.comparingDouble(Arrival::seconds));
    double soonest = arrivals.get(0).seconds();
    List<Arrival> asSoon = arrivals.stream().filter(a -> isAsSoon(a.seconds(), soonest)).toList();
    Arrival first = Collections.min(asSoon, Comparator.comparingInt(Arrival::passes));
    if (asSoon.size() > 1
        && asSoon.size() == runs.size()
        && asSoon.stream().allMatch(a -> a.passes() == first.passes())) {
      return String.format(
          "Take any of these: each was within %s of the least objective after %s, and the clock"
              + " tells no difference.",
          gap, passes(first.passes()));
    }
    String sentence =
        String.format(
            Locale.ROOT,
            "Take %s: it was within %s of the least objective after %s and %.2f s",
            first.run().name(),
            gap,
            passes(first.passes()),
            first.seconds());
    if (runs.size() == 1) {
      return sentence + ".";
    }
    if (arrivals.size() == 1) {
      return sentence + "; no other came so near in the passes it had.";
    }
    Arrival next = arrivals.get(0).equals(first) ? arrivals.get(1) : arrivals.get(0);
    if (isAsSoon(next.seconds(), first.seconds())) {
      return String.format(
          Locale.ROOT,
          "%s; %s took about as long, in %s.",
          sentence,
          next.run().name(),
          passes(next.passes()));
    }
    return String.format(
        Locale.ROOT,
        "%s; the next, %s, took %s and %.2f s.",
        sentence,
        next.run().name(),
        passes(next.passes()),
        next.seconds());
  }

  private static boolean isAsSoon(double seconds, double soonest) {
    return seconds <= Math.max(SAME_SECONDS * soonest, soonest + SAME_MOMENT);
  }

  private static String passes(int passes) {
    return passes + (passes == 1 ? " pass" : " passes");
  }
}
