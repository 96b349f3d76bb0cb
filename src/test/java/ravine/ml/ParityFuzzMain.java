package ravine.ml;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Many cases of {@link ParityCase} at once, with a summary by kind and trait: {@code ParityFuzzMain
 * FIRST_SEED COUNT [MOST_ROWS]}. Ends with status 1 if a fit said CONVERGED and was not.
 */
final class ParityFuzzMain {
  private static final int SHOWN = 20;

  /** How cases of a kind ended. */
  private static final class Counts {
    private int cases;
    private int arrived;
    private int told;
    private int falseClaims;
    private double worstFalse;

    void add(ParityCase done) {
      cases++;
      arrived += done.arrived() ? 1 : 0;
      told += !done.arrived() && done.isHonest() ? 1 : 0;
      falseClaims += done.isHonest() ? 0 : 1;
      worstFalse = done.isHonest() ? worstFalse : Math.max(worstFalse, done.gap());
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%6d cases: %6d arrived, %5d said they did not, %5d false (worst gap %.1e)",
          cases,
          arrived,
          told,
          falseClaims,
          worstFalse);
    }
  }

  private ParityFuzzMain() {}

  /** Runs, and prints. */
  public static void main(String[] args) {
    long first = args.length > 0 ? Long.parseLong(args[0]) : 1L;
    int count = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    int mostRows = args.length > 2 ? Integer.parseInt(args[2]) : 5_000;
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("parity-fuzz")
            .set("spark.ui.enabled", "false");
    PrintStream out = System.out;
    int failures;
    try (SparkSession session = SparkSession.builder().config(conf).getOrCreate()) {
      failures = run(session, first, count, mostRows, out);
    }
    if (failures > 0) {
      System.exit(1);
    }
  }

  private static int run(
      SparkSession session, long first, int count, int mostRows, PrintStream out) {
    Map<String, Counts> byKind = new TreeMap<>();
    List<ParityCase> failed = new ArrayList<>();
    Counts all = new Counts();
    int doubtful = 0;
    long start = System.nanoTime();
    for (long seed = first; seed < first + count; seed++) {
      ParityCase done = ParityCase.of(session, seed, mostRows);
      all.add(done);
      String kind = done.problem().kind().toString();
      byKind.computeIfAbsent(kind, any -> new Counts()).add(done);
      for (String trait : done.problem().traits()) {
        byKind.computeIfAbsent(kind + ", " + trait, any -> new Counts()).add(done);
      }
      doubtful += done.residual() > ParityCase.TOL ? 1 : 0;
      if (!done.isHonest()) {
        failed.add(done);
      }
      if ((seed - first + 1) % 1_000 == 0) {
        out.printf(Locale.ROOT, "%d cases, %d false%n", seed - first + 1, failed.size());
      }
    }
    byKind.forEach((kind, counts) -> out.printf(Locale.ROOT, "%-30s %s%n", kind, counts));
    out.printf(Locale.ROOT, "%-30s %s%n", "all", all);
    out.printf(
        Locale.ROOT,
        "%d optima are known to a slope of no better than %.0e; %.0f seconds%n",
        doubtful,
        ParityCase.TOL,
        (System.nanoTime() - start) / 1e9);
    failed.stream()
        .sorted(Comparator.comparingDouble(ParityCase::gap).reversed())
        .limit(SHOWN)
        .forEach(out::println);
    return failed.size();
  }
}
