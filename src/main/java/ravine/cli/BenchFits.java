package ravine.cli;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import ravine.ml.classification.MiniBatchLogisticRegression;

/**
 * How long it takes to come within a relative gap of the optimum: {@code ml.LogisticRegression}
 * against {@code MiniBatchLogisticRegression} with its defaults, on the same cached DataFrame and
 * objective, packing on the clock. Each is first run far enough to see how many iterations or
 * passes a gap takes, then timed for just so many, in turn.
 */
final class BenchFits {
  /** Relative gaps to the optimum. */
  static final double[] GAPS = {1e-3, 1e-4};

  private final SparkSession session;
  private final BenchData data;
  private final int rounds;
  private final String engine;
  private final long seed;
  private final double regParam;

  BenchFits(SparkSession session, BenchData data, int rounds, String engine, long seed) {
    this.session = session;
    this.data = data;
    this.rounds = rounds;
    this.engine = engine;
    this.seed = seed;
    this.regParam = 1.0 / data.rows();
  }

  /**
   * Medians over the rounds.
   *
   * @param gap relative gap to the optimum
   * @param stockIterations of L-BFGS; −1 where it did not get there
   * @param passes ours; −1 where it did not get there
   * @param stockSeconds of the fit
   * @param ourSeconds of the fit
   * @param ratios stock over ours, round by round
   */
  record Cell(
      double gap,
      int stockIterations,
      int passes,
      double stockSeconds,
      double ourSeconds,
      double[] ratios) {}

  List<Cell> run() {
    Dataset<Row> frame = data.frame(session, seed).cache();
    try {
      frame.count();
      double[] stock = stock(300).fit(frame).summary().objectiveHistory();
      double[] ours = ours(100, 1e-9).fit(frame).summary().objectiveHistory();
      double optimum = Math.min(least(stock), least(ours));
      List<Cell> cells = new ArrayList<>();
      for (double gap : GAPS) {
        cells.add(cell(frame, gap, reached(stock, optimum, gap), reached(ours, optimum, gap)));
      }
      return cells;
    } finally {
      frame.unpersist();
    }
  }

  private Cell cell(Dataset<Row> frame, double gap, int iterations, int passes) {
    double[] stock = new double[rounds];
    double[] ours = new double[rounds];
    double[] ratios = new double[rounds];
    int most = iterations < 0 ? 300 : iterations;
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      stock(most).fit(frame);
      long between = System.nanoTime();
      ours(passes < 0 ? 100 : passes, 0.0).fit(frame);
      long end = System.nanoTime();
      stock[round] = (between - start) / 1e9;
      ours[round] = (end - between) / 1e9;
      ratios[round] = stock[round] / ours[round];
    }
    return new Cell(
        gap, iterations, passes, BenchSteps.median(stock), BenchSteps.median(ours), ratios);
  }

  private LogisticRegression stock(int iterations) {
    return new LogisticRegression().setRegParam(regParam).setTol(0.0).setMaxIter(iterations);
  }

  private MiniBatchLogisticRegression ours(int passes, double tol) {
    return new MiniBatchLogisticRegression()
        .setRegParam(regParam)
        .setTol(tol)
        .setEngine(engine)
        .setMaxIter(passes);
  }

  private static double least(double[] history) {
    double least = Double.POSITIVE_INFINITY;
    for (double value : history) {
      least = Math.min(least, value);
    }
    return least;
  }

  /** Index of the first entry within the gap; −1 for none. */
  private static int reached(double[] history, double optimum, double gap) {
    for (int i = 0; i < history.length; i++) {
      if (history[i] - optimum <= gap * Math.abs(optimum)) {
        return i;
      }
    }
    return -1;
  }
}
