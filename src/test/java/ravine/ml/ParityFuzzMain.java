package ravine.ml;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import ravine.engine.StopReason;

/**
 * Many cases of {@link ParityCase}, as many at once as there are processors, with a summary by loss
 * and trait: {@code ParityFuzzMain FIRST_SEED COUNT [MOST_ROWS [EVERY]]}. Each {@code EVERY}-th
 * seed goes through the estimator and Spark, the others through the loop alone; 0 is no estimator.
 *
 * <p>Ends with status 1 if a fit said CONVERGED and was not, a proven bound was below the gap, or
 * there was an exception.
 */
final class ParityFuzzMain {
  private static final int SHOWN = 40;
  private static final int PROGRESS = 5_000;
  private static final int ALL = 5_000;
  private static final int EVERY = 50;

  private final @Nullable SparkSession session;
  private final int mostRows;
  private final int every;
  private final PrintStream out;
  private final Map<String, Counts> byTrait = new TreeMap<>();
  private final Counts all = new Counts();
  private final List<ParityCase> wrong = new ArrayList<>();
  private final List<ParityCase> missed = new ArrayList<>();
  private final List<String> thrown = new ArrayList<>();
  private long doubtful;

  /** How cases of a kind ended. */
  private static final class Counts {
    private long cases;
    private long converged;
    private long falseClaims;
    private long arrived;
    private double worstConverged;
    private double worst;
    private double passes;
    private double mostPasses;

    void add(ParityCase done) {
      cases++;
      boolean claims = done.reason() == StopReason.CONVERGED;
      converged += claims ? 1 : 0;
      falseClaims += done.isHonest() ? 0 : 1;
      arrived += done.arrived() ? 1 : 0;
      worstConverged = claims ? Math.max(worstConverged, done.gap()) : worstConverged;
      worst = Math.max(worst, done.gap());
      passes += done.fit().passes();
      mostPasses = Math.max(mostPasses, done.fit().passes());
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%7d cases: %7d CONVERGED (%d false, worst gap %.1e), %7d within 1e-5 (%.2f %%, worst gap"
              + " %.1e), passes %.1f, at most %.1f",
          cases,
          converged,
          falseClaims,
          worstConverged,
          arrived,
          100.0 * (double) arrived / (double) cases,
          worst,
          passes / (double) cases,
          mostPasses);
    }
  }

  private ParityFuzzMain(@Nullable SparkSession session, int mostRows, int every, PrintStream out) {
    this.session = session;
    this.mostRows = mostRows;
    this.every = every;
    this.out = out;
  }

  /** Runs, and prints. */
  public static void main(String[] args) {
    long first = args.length > 0 ? Long.parseLong(args[0]) : 1L;
    int count = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    int mostRows = args.length > 2 ? Integer.parseInt(args[2]) : ALL;
    int every = args.length > 3 ? Integer.parseInt(args[3]) : EVERY;
    boolean sound;
    try (SparkSession session = every > 0 ? session() : null) {
      sound = new ParityFuzzMain(session, mostRows, every, System.out).run(first, count);
    }
    if (!sound) {
      System.exit(1);
    }
  }

  private static SparkSession session() {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("parity-fuzz")
            .set("spark.ui.enabled", "false");
    return SparkSession.builder().config(conf).getOrCreate();
  }

  private boolean run(long first, int count) {
    long start = System.nanoTime();
    LongStream.range(first, first + count).parallel().forEach(this::run);
    byTrait.forEach((trait, counts) -> out.printf(Locale.ROOT, "%-32s %s%n", trait, counts));
    out.printf(Locale.ROOT, "%-32s %s%n", "all", all);
    out.printf(
        Locale.ROOT,
        "%d optima are known to a slope of no better than %.0e; %.0f seconds%n",
        doubtful,
        ParityCase.TOL,
        (System.nanoTime() - start) / 1e9);
    show("false CONVERGED or bound below the gap", wrong);
    show("not within 1e-5", missed);
    out.printf(Locale.ROOT, "ended with an exception: %d%n", thrown.size());
    thrown.stream().limit(SHOWN).forEach(out::println);
    return wrong.isEmpty() && thrown.isEmpty();
  }

  private void run(long seed) {
    try {
      add(done(seed));
    } catch (RuntimeException failed) {
      synchronized (this) {
        thrown.add("seed " + seed + ": " + failed);
      }
    }
  }

  private void show(String title, List<ParityCase> cases) {
    out.printf(Locale.ROOT, "%s: %d%n", title, cases.size());
    cases.stream()
        .sorted(Comparator.comparingDouble(ParityCase::gap).reversed())
        .limit(SHOWN)
        .forEach(out::println);
  }

  private ParityCase done(long seed) {
    SparkSession spark = session;
    if (spark != null && seed % every == 0) {
      // One at a time: its workers hold the slots of all cores.
      synchronized (spark) {
        return ParityCase.ofEstimator(spark, seed, mostRows);
      }
    }
    return ParityCase.ofLoop(seed, mostRows);
  }

  private synchronized void add(ParityCase done) {
    all.add(done);
    String kind = done.problem().kind().toString();
    byTrait.computeIfAbsent(kind, any -> new Counts()).add(done);
    for (String trait : done.problem().traits()) {
      byTrait.computeIfAbsent(kind + ", " + trait, any -> new Counts()).add(done);
    }
    doubtful += done.residual() > ParityCase.TOL ? 1 : 0;
    if (!done.isHonest() || !done.isBounded()) {
      wrong.add(done);
    } else if (!done.arrived()) {
      missed.add(done);
    }
    if (all.cases % PROGRESS == 0) {
      out.printf(Locale.ROOT, "%s%n", all);
    }
  }
}
