package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.terminal.Table;

/**
 * How long it takes to come within a relative gap of the optimum: {@code ml.LogisticRegression}
 * against {@code MiniBatchLogisticRegression} with its defaults, on the same cached DataFrame and
 * objective (standardised features, L2, free intercept), packing on the clock.
 *
 * <p>Each is first run far enough to see how many iterations or passes a gap takes, then timed for
 * just so many, with no tolerance that could stop it. Neither so pays for finding out that it has
 * arrived. The discarded round checks that the shorter run does arrive, and allows more where not.
 */
final class Fits {
  /** Relative gaps to the optimum. */
  static final double[] GAPS = {1e-3, 1e-4};

  private static final int MOST_ITERATIONS = 300;
  private static final int MOST_PASSES = 100;

  /** Before the first measurement of all: fits run through much code that is compiled late. */
  private static final int WARM_FITS = 3;

  private final Session run;
  private final @Nullable Double regParam;
  private final Table table =
      new Table("data", "gap", "L-BFGS its", "our passes", "ml.LR", "ours", "ml.LR / ours");

  private final Profile.Report profile = new Profile.Report();

  /**
   * @param regParam of the L2 penalty; null for 1 over the rows, before they are repeated
   */
  Fits(Session run, @Nullable Double regParam) {
    this.run = run;
    this.regParam = regParam;
  }

  /** On generated data. */
  void run(ArrayNode json) {
    int rows = run.quick() ? 30_000 : 200_000;
    List<GeneratedRows> all =
        List.of(
            run.data(GeneratedRows.Shape.WELL, rows, 28),
            run.data(GeneratedRows.Shape.AXIS, rows, 100),
            run.data(GeneratedRows.Shape.ROTATED, rows, 100),
            run.data(GeneratedRows.Shape.SPARSE, rows, 5_000));
    for (GeneratedRows data : all) {
      Dataset<Row> frame = data.frame(run.session(), run.seed());
      measure(data.toString(), data.rows(), frame, frame, json);
    }
    print();
  }

  /** On a user's rows. */
  void run(UserFile file, ArrayNode json) {
    measure(file.toString(), file.distinctRows(), file.distinct(), file.frame(), json);
    print();
  }

  private void print() {
    run.print("A fit to a relative gap, from the same cached DataFrame (packing included):", table);
    run.print(
        "Where our time goes, and storage memory of packed rows over MLlib's:", profile.table());
  }

  /**
   * @param distinct rows of the same optimum as {@code rows}, and no more of them
   */
  private void measure(
      String name, long distinctRows, Dataset<Row> distinct, Dataset<Row> rows, ArrayNode json) {
    run.measuring(name);
    boolean first = table.rows().isEmpty();
    double strength = regParam == null ? 1.0 / distinctRows : regParam;
    Dataset<Row> frame = rows.cache();
    if (distinct != rows) {
      distinct.cache();
    }
    try {
      frame.count();
      for (int i = 0; first && i < WARM_FITS; i++) {
        stock(strength, 10, 0.0).fit(distinct);
        ours(strength, 10, 0.0).fit(distinct);
      }
      double[] stock = history(stock(strength, MOST_ITERATIONS, 1e-10).fit(distinct));
      double[] ours = history(ours(strength, MOST_PASSES, 1e-9).fit(distinct));
      double optimum = Math.min(least(stock), least(ours));
      if (distinct != rows) {
        // Our way depends on the number of rows; that of L-BFGS does not.
        ours = history(ours(strength, MOST_PASSES, 1e-6).fit(frame));
      }
      double reading = Profile.reading(frame, run.rounds());
      double memory = memory(strength, frame);
      for (double gap : GAPS) {
        double goal = optimum + gap * Math.abs(optimum);
        Side stockSide =
            new Side(frame, goal, reached(stock, goal), MOST_ITERATIONS, run.rounds()) {
              @Override
              LogisticRegression estimator(int most) {
                return stock(strength, most, 0.0);
              }
            };
        Side ourSide =
            new Side(frame, goal, reached(ours, goal), MOST_PASSES, run.rounds()) {
              @Override
              LogisticRegression estimator(int most) {
                return ours(strength, most, 0.0);
              }
            };
        run.alternate(List.of(stockSide, ourSide));
        ObjectNode node = add(name, strength, gap, stockSide, ourSide, json);
        profile.add(name, gap, ourSide.profile(), reading, memory, node);
      }
    } finally {
      frame.unpersist(true);
      if (distinct != rows) {
        distinct.unpersist(true);
      }
    }
  }

  private ObjectNode add(
      String name, double strength, double gap, Side stock, Side ours, ArrayNode json) {
    Spread stockSeconds = new Spread(stock.seconds);
    Spread ourSeconds = new Spread(ours.seconds);
    Spread ratio = stockSeconds.over(ourSeconds);
    // A run that did not arrive took at least as long as it was given.
    String text =
        !ours.arrives() ? "not reached" : stock.arrives() ? ratio.toString() : "> " + ratio;
    table.row(
        List.of(
            name,
            String.format(Locale.ROOT, "%.0e", gap),
            stock.text(),
            ours.text(),
            Spread.digits(stockSeconds.median()) + " s",
            Spread.digits(ourSeconds.median()) + " s",
            text));
    ObjectNode node = json.addObject();
    node.put("data", name);
    node.put("gap", gap);
    node.put("regParam", strength);
    node.put("stockReached", stock.arrives());
    node.put("stockIterations", stock.most);
    node.put("ourReached", ours.arrives());
    node.put("passes", ours.most);
    stockSeconds.addTo(node, "stockSeconds");
    ourSeconds.addTo(node, "ourSeconds");
    ratio.addTo(node, "ratio");
    return node;
  }

  /** Most storage memory of our packed rows over that of the blocks which MLlib makes of them. */
  private double memory(double strength, Dataset<Row> frame) {
    SparkContext context = run.session().sparkContext();
    double stock = StorageMemory.most(context, () -> stock(strength, 1, 0.0).fit(frame));
    return StorageMemory.most(context, () -> ours(strength, 1, 0.0).fit(frame)) / stock;
  }

  private static LogisticRegression stock(double regParam, int iterations, double tol) {
    return new LogisticRegression().setRegParam(regParam).setTol(tol).setMaxIter(iterations);
  }

  private MiniBatchLogisticRegression ours(double regParam, int passes, double tol) {
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setEngine(run.engine());
    estimator.setRegParam(regParam).setTol(tol).setMaxIter(passes);
    return estimator;
  }

  private static double[] history(LogisticRegressionModel model) {
    return model.summary().objectiveHistory();
  }

  private static double least(double[] history) {
    double least = Double.POSITIVE_INFINITY;
    for (double value : history) {
      least = Math.min(least, value);
    }
    return least;
  }

  /** Index of the first entry at the goal; −1 for none. */
  private static int reached(double[] history, double goal) {
    for (int i = 0; i < history.length; i++) {
      if (history[i] <= goal) {
        return i;
      }
    }
    return -1;
  }

  /** One estimator on its way to one goal. */
  private abstract static class Side implements Session.Contestant {
    /** So often may a run that is told to end earlier need one iteration more. */
    private static final int PATIENCE = 3;

    private final Dataset<Row> frame;
    private final double goal;
    private final int limit;
    private final double[] seconds;
    private final Profile profile;
    private int most;
    private boolean arrives;

    Side(Dataset<Row> frame, double goal, int reached, int limit, int rounds) {
      this.frame = frame;
      this.seconds = new double[rounds];
      this.profile = new Profile(rounds);
      this.goal = goal;
      this.limit = limit;
      this.most = reached < 0 ? limit : reached;
      this.arrives = reached >= 0;
    }

    abstract LogisticRegression estimator(int most);

    boolean arrives() {
      return arrives;
    }

    Profile profile() {
      return profile;
    }

    String text() {
      return arrives ? Integer.toString(most) : "not reached";
    }

    @Override
    public void run(int round) {
      if (round >= 0) {
        LogisticRegression estimator = estimator(most);
        long start = System.nanoTime();
        estimator.fit(frame);
        seconds[round] = (System.nanoTime() - start) / 1e9;
        if (estimator instanceof MiniBatchLogisticRegression ours) {
          profile.add(round, seconds[round], Objects.requireNonNull(ours.lastTrainingResult()));
        }
        return;
      }
      int tries = 0;
      boolean there = least(history(estimator(most).fit(frame))) <= goal;
      while (arrives && !there && most < limit && tries++ < PATIENCE) {
        most++;
        there = least(history(estimator(most).fit(frame))) <= goal;
      }
      arrives = arrives && there;
    }
  }
}
