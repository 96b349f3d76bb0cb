package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import ravine.engine.PassRecord;
import ravine.engine.TrainingListener;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.terminal.Table;

/**
 * What each {@link Candidate} needs to come within a relative gap of the optimum: passes, and
 * seconds from the call of {@code fit} to the end of the pass that arrived, packing and measured
 * objectives included. One run tells both, for all gaps, and stops at the last of them.
 *
 * <p>A pass is one of {@code maxIter}. A full-batch way reads the rows once in each, the others
 * twice (once for the steps, and once for the objective or the snapshot): the seconds know that,
 * the passes do not. The optimum is the least of a long run of {@code ml.LogisticRegression} and
 * one of the default.
 */
final class Candidates {
  private static final int MOST_ITERATIONS = 300;
  private static final int WARM_PASSES = 3;

  private final Session run;
  private final @Nullable Double regParam;
  private final int most;

  /** Whether every way has run before, which is what the discarded round is for. */
  private boolean warm;

  private final Table table = new Table(headings());
  private final WithoutMetric withoutMetric;

  /**
   * @param regParam of the L2 penalty; null for 1 over the rows, before they are repeated
   */
  Candidates(Session run, @Nullable Double regParam) {
    this.run = run;
    this.regParam = regParam;
    this.most = run.quick() ? 12 : 40;
    this.withoutMetric = new WithoutMetric(run, run.quick() ? 512 : 8_192);
  }

  private static String[] headings() {
    List<String> headings = new ArrayList<>(List.of("data", "candidate"));
    for (double gap : Fits.GAPS) {
      headings.add(String.format(Locale.ROOT, "passes to %.0e", gap));
      headings.add("seconds");
    }
    headings.add("least gap");
    return headings.toArray(new String[0]);
  }

  /** On generated data. */
  void run(ArrayNode json) {
    boolean quick = run.quick();
    int rows = quick ? 4_000 : 100_000;
    int features = quick ? 50 : 100;
    for (GeneratedRows data :
        List.of(
            run.data(GeneratedRows.Shape.WELL, rows, 28),
            run.data(GeneratedRows.Shape.AXIS, rows, features),
            run.data(GeneratedRows.Shape.ROTATED, rows, features),
            run.data(GeneratedRows.Shape.SPARSE, quick ? 6_000 : rows, quick ? 700 : 5_000))) {
      Dataset<Row> frame = data.frame(run.session(), run.seed());
      measure(data.toString(), data.rows(), frame, frame, json);
    }
    int few = quick ? 2_000 : 10_000;
    GeneratedRows rotated = run.data(GeneratedRows.Shape.ROTATED, few, quick ? 20 : 50);
    Dataset<Row> frame = rotated.frame(run.session(), run.seed()).cache();
    try {
      double strength = regParam == null ? 1.0 / rotated.rows() : regParam;
      double optimum = optimum(frame, strength);
      withoutMetric.measure(rotated.toString(), frame, rotated.rows(), strength, optimum, json);
    } finally {
      frame.unpersist(true);
    }
    print();
  }

  /** On a user's rows. */
  void run(UserFile file, ArrayNode json) {
    measure(file.toString(), file.distinctRows(), file.distinct(), file.frame(), json);
    print();
  }

  private void print() {
    run.print("Ways to a relative gap, given " + most + " passes (packing included):", table);
    withoutMetric.print();
  }

  /**
   * @param distinct rows of the same optimum as {@code rows}, and no more of them
   */
  private void measure(
      String name, long distinctRows, Dataset<Row> distinct, Dataset<Row> rows, ArrayNode json) {
    run.measuring(name);
    double strength = regParam == null ? 1.0 / distinctRows : regParam;
    Dataset<Row> frame = rows.cache();
    try {
      long count = frame.count();
      double optimum = optimum(distinct, strength);
      List<Side> sides = new ArrayList<>();
      for (Candidate candidate : Candidate.all()) {
        sides.add(new Side(candidate, frame, count, strength, optimum));
      }
      run.alternate(sides);
      warm = true;
      for (Side side : sides) {
        add(name, side, json);
      }
    } finally {
      frame.unpersist(true);
    }
  }

  private static double optimum(Dataset<Row> rows, double strength) {
    LogisticRegression stock =
        new LogisticRegression().setRegParam(strength).setTol(1e-10).setMaxIter(MOST_ITERATIONS);
    MiniBatchLogisticRegression ours = new MiniBatchLogisticRegression();
    ours.setRegParam(strength).setTol(1e-10).setMaxIter(MOST_ITERATIONS);
    return Math.min(
        least(stock.fit(rows).summary().objectiveHistory()),
        least(ours.fit(rows).summary().objectiveHistory()));
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private void add(String name, Side side, ArrayNode json) {
    List<String> cells = new ArrayList<>(List.of(name, side.candidate.name()));
    ObjectNode node = json.addObject();
    node.put("data", name);
    node.put("candidate", side.candidate.name());
    node.put("regParam", side.strength);
    node.put("mostPasses", most);
    ArrayNode gaps = node.putArray("gaps");
    for (int g = 0; g < Fits.GAPS.length; g++) {
      boolean reached = side.passes[g] >= 0;
      Spread seconds = new Spread(side.seconds[g]);
      cells.add(reached ? Integer.toString(side.passes[g]) : "not reached");
      cells.add(reached ? seconds.toString() : "-");
      ObjectNode gap = gaps.addObject();
      gap.put("gap", Fits.GAPS[g]);
      gap.put("reached", reached);
      if (reached) {
        gap.put("passes", side.passes[g]);
        seconds.addTo(gap, "seconds");
      }
    }
    cells.add(String.format(Locale.ROOT, "%.0e", Math.max(0.0, side.leastGap)));
    Spread.put(node, "leastGap", side.leastGap);
    table.row(cells);
  }

  /** A candidate on one set of rows. */
  private final class Side implements Session.Contestant {
    private final Candidate candidate;
    private final Dataset<Row> frame;
    private final long rows;
    private final double strength;
    private final double optimum;
    private final int[] passes = new int[Fits.GAPS.length];
    private final double[][] seconds = new double[Fits.GAPS.length][run.rounds()];
    private double leastGap;

    Side(Candidate candidate, Dataset<Row> frame, long rows, double strength, double optimum) {
      this.candidate = candidate;
      this.frame = frame;
      this.rows = rows;
      this.strength = strength;
      this.optimum = optimum;
    }

    @Override
    public void run(int round) {
      if (round < 0 && warm) {
        return;
      }
      int limit = round < 0 ? WARM_PASSES : most;
      MiniBatchLogisticRegression estimator =
          candidate.estimator(rows, most).setEngine(run.engine());
      estimator.setRegParam(strength).setTol(0.0).setMaxIter(limit);
      Clock clock = new Clock(optimum);
      estimator.addListener(clock);
      estimator.fit(frame);
      if (round >= 0) {
        // The passes, and the gap, are the same in every round: training repeats bit by bit.
        leastGap = clock.leastGap;
        for (int g = 0; g < passes.length; g++) {
          passes[g] = clock.passes[g];
          seconds[g][round] = clock.seconds[g];
        }
      }
    }
  }

  /** Notes when each gap is reached, and ends training at the last. */
  private static final class Clock implements TrainingListener {
    private final double optimum;
    private final long start = System.nanoTime();
    private final int[] passes = new int[Fits.GAPS.length];
    private final double[] seconds = new double[passes.length];
    private double leastGap = Double.POSITIVE_INFINITY;
    private int reached;

    /** Starts. */
    Clock(double optimum) {
      this.optimum = optimum;
      Arrays.fill(passes, -1);
      Arrays.fill(seconds, Double.NaN);
    }

    @Override
    public boolean onPass(PassRecord pass) {
      double now = (System.nanoTime() - start) / 1e9;
      leastGap = Math.min(leastGap, (pass.objective() - optimum) / Math.abs(optimum));
      while (reached < passes.length && leastGap <= Fits.GAPS[reached]) {
        passes[reached] = pass.pass();
        seconds[reached++] = now;
      }
      return reached < passes.length;
    }
  }
}
