package ravine.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ravine.terminal.Table;

/** What fits came to, by set and side, and in all. */
final class TruthCounts {
  private final double arrived;
  private final Map<String, Map<String, Counts>> bySet = new LinkedHashMap<>();
  private double uncertainty;

  /** The sums of one row. */
  private static final class Counts {
    private int fits;
    private int arrived;
    private int beyondTol;
    private int beyondTenTol;
    private int morePasses;
    private double passes;
    private double seconds;
    private double stockSeconds;
  }

  /**
   * An empty table.
   *
   * @param arrived the relative gap that counts as arrived
   */
  TruthCounts(double arrived) {
    this.arrived = arrived;
  }

  /** Notes how well an optimum is known, relatively. */
  void known(double relative) {
    uncertainty = Math.max(uncertainty, relative);
  }

  /** The worst that was noted. */
  double uncertainty() {
    return uncertainty;
  }

  /**
   * Adds a fit, to its set and to all.
   *
   * @param gap relative
   * @param stock the fit of the same problem to compare with
   */
  void add(String set, String side, TruthFit fit, double gap, TruthFit stock) {
    add(counts(set, side), fit, gap, stock);
    if (!set.equals("all")) {
      add(counts("all", side), fit, gap, stock);
    }
  }

  private Counts counts(String set, String side) {
    return bySet
        .computeIfAbsent(set, any -> new LinkedHashMap<>())
        .computeIfAbsent(side, any -> new Counts());
  }

  private void add(Counts counts, TruthFit fit, double gap, TruthFit stock) {
    counts.fits++;
    counts.arrived += gap <= arrived ? 1 : 0;
    counts.beyondTol += fit.claims() && !(gap <= TruthFit.TOL) ? 1 : 0;
    counts.beyondTenTol += fit.claims() && !(gap <= 10.0 * TruthFit.TOL) ? 1 : 0;
    counts.morePasses += fit.passes() > stock.passes() ? 1 : 0;
    counts.passes += fit.passes();
    counts.seconds += fit.seconds();
    counts.stockSeconds += stock.seconds();
  }

  /** Sets in the order they came, all of them last. */
  Table table() {
    Table table =
        new Table(
            "data",
            "side",
            "fits",
            String.format(Locale.ROOT, "within %.0e", arrived),
            "share",
            "false claims",
            "of them > 10 tol",
            "passes",
            "more than stock",
            "seconds",
            "stock / this");
    List<String> names = new ArrayList<>(bySet.keySet());
    names.remove("all");
    names.add("all");
    for (String name : names) {
      bySet
          .getOrDefault(name, Map.of())
          .forEach((side, counts) -> table.row(row(name, side, counts)));
    }
    return table;
  }

  private static List<String> row(String name, String side, Counts counts) {
    return List.of(
        name,
        side,
        String.valueOf(counts.fits),
        String.valueOf(counts.arrived),
        String.format(Locale.ROOT, "%.1f %%", 100.0 * counts.arrived / counts.fits),
        String.valueOf(counts.beyondTol),
        String.valueOf(counts.beyondTenTol),
        String.format(Locale.ROOT, "%.1f", counts.passes),
        String.valueOf(counts.morePasses),
        Spread.digits(counts.seconds),
        Spread.digits(counts.stockSeconds / counts.seconds));
  }
}
