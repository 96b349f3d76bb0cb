package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import ravine.engine.PassRecord;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.terminal.Table;

/**
 * What momentum adds by itself, where no metric does its work: passes to a relative gap of {@link
 * #GAP}, each rule at one and the same rate, that which plain descent is given of the measured
 * curvature. In full batches the rate is constant, and the pass is told at which the objective is
 * there. In mini-batches it is annealed by half a cosine, and the least number of passes is told,
 * among powers of two, at whose end it is there.
 *
 * <p>Passes are counted and no seconds, for a pass costs every rule the same; so one run tells.
 */
final class WithoutMetric {
  static final double GAP = 1e-3;

  /** Plain descent first. */
  static final List<String> RULES = List.of("sgd", "momentum", "nesterov");

  /** As many mini-batches in a pass as the engine makes where their size is left to it. */
  private static final long MINI_BATCHES = 256;

  private static final long LEAST_BATCH = 32;

  /** A pass of mini-batches has many steps, of full batches one. */
  private static final int FEWER = 16;

  private final Session run;
  private final int most;
  private final Table table;

  /**
   * Nothing measured yet.
   *
   * @param most full-batch passes after which a rule is given up; of mini-batches a sixteenth
   */
  WithoutMetric(Session run, int most) {
    this.run = run;
    this.most = most;
    List<String> headings = new ArrayList<>(List.of("data", "batches"));
    headings.addAll(RULES);
    this.table = new Table(headings.toArray(new String[0]));
  }

  /**
   * Adds a row for full batches and one for mini-batches.
   *
   * @param rows of the frame
   * @param strength of the L2 penalty
   * @param optimum least objective
   */
  void measure(
      String name, Dataset<Row> frame, long rows, double strength, double optimum, ArrayNode json) {
    double goal = optimum + GAP * Math.abs(optimum);
    long size = Math.max(LEAST_BATCH, rows / MINI_BATCHES);
    for (boolean full : new boolean[] {true, false}) {
      double rate = full ? 0.0 : rate(frame, size, strength);
      List<String> cells = new ArrayList<>(List.of(name, full ? "full" : "mini"));
      for (String rule : RULES) {
        int passes =
            full
                ? ofFull(frame, rule, strength, goal)
                : ofMini(frame, rule, rows, size, rate, strength, goal);
        cells.add(passes < 0 ? "not reached" : Integer.toString(passes));
        add(
            name,
            rule + (full ? ", full, no metric" : ", mini, no metric"),
            strength,
            passes,
            json);
      }
      table.row(cells);
    }
  }

  /** Without a step size, a constant schedule and all rows in a batch, the rate is 1/L for all. */
  private int ofFull(Dataset<Row> frame, String rule, double strength, double goal) {
    MiniBatchLogisticRegression way = way(rule, strength, most);
    way.setMiniBatchFraction(1.0).setSchedule("constant");
    Arrival arrival = new Arrival(goal);
    way.addListener(arrival);
    way.fit(frame);
    return arrival.pass;
  }

  private int ofMini(
      Dataset<Row> frame,
      String rule,
      long rows,
      long size,
      double rate,
      double strength,
      double goal) {
    for (int passes = 1; passes <= most / FEWER; passes *= 2) {
      long steps = Math.max(2L, passes * Math.round((double) rows / size));
      MiniBatchLogisticRegression way = way(rule, strength, passes);
      way.setBatchSize((int) size).setStepSize(rate).setSchedule("cosine(" + steps + ")");
      way.fit(frame);
      if (Objects.requireNonNull(way.lastTrainingResult()).objective() <= goal) {
        return passes;
      }
    }
    return -1;
  }

  /** That of plain descent's first step. */
  private double rate(Dataset<Row> frame, long size, double strength) {
    MiniBatchLogisticRegression way = way("sgd", strength, 1);
    way.setBatchSize((int) size);
    way.fit(frame);
    TrainingResult result = Objects.requireNonNull(way.lastTrainingResult());
    return result.steps().get(0).learningRate();
  }

  private MiniBatchLogisticRegression way(String rule, double strength, int passes) {
    MiniBatchLogisticRegression way = new MiniBatchLogisticRegression().setOptimizer(rule);
    return way.setRegParam(strength).setTol(0.0).setMaxIter(passes).setEngine(run.engine());
  }

  private void add(String name, String candidate, double strength, int passes, ArrayNode json) {
    ObjectNode node = json.addObject();
    node.put("data", name);
    node.put("candidate", candidate);
    node.put("regParam", strength);
    ObjectNode gap = node.putArray("gaps").addObject();
    gap.put("gap", GAP);
    gap.put("reached", passes >= 0);
    if (passes >= 0) {
      gap.put("passes", passes);
    }
  }

  /** Prints what was measured. */
  void print() {
    if (!table.rows().isEmpty()) {
      run.print(
          String.format(
              Locale.ROOT, "Momentum at plain descent's rate, no metric: passes to %.0e:", GAP),
          table);
    }
  }

  /** Notes the pass that arrives, and ends training there. */
  private static final class Arrival implements TrainingListener {
    private final double goal;
    private int pass = -1;

    Arrival(double goal) {
      this.goal = goal;
    }

    @Override
    public boolean onPass(PassRecord record) {
      if (record.objective() <= goal && pass < 0) {
        pass = record.pass();
      }
      return pass < 0;
    }
  }
}
