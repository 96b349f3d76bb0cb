package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.mllib.optimization.SimpleUpdater;
import ravine.terminal.Table;
import scala.Tuple2;

/**
 * What a step costs: MLlib's {@code runMiniBatchSGD} against the engine with either storage, on the
 * same cached rows, at several sizes of mini-batch.
 */
final class Steps {
  /** Shares of the rows in a mini-batch. */
  static final double[] FRACTIONS = {1.0, 0.1, 0.01, 0.001};

  /** A mini-batch of fewer rows could come out empty in MLlib, which draws each row by itself. */
  private static final double LEAST_ROWS = 10.0;

  private static final int STOCK_STEPS = 15;
  private static final int WARM_STEPS = 60;

  private final Session run;
  private final Table table =
      new Table(
          "data",
          "batch",
          "storage",
          "kernels",
          "engine",
          "MLlib step",
          "our step",
          "MLlib / ours",
          "rows/s, ours / MLlib",
          "compute / full");

  Steps(Session run) {
    this.run = run;
  }

  void run(ArrayNode json) {
    boolean warm = false;
    for (GeneratedRows data : data()) {
      run.measuring(data);
      JavaRDD<Tuple2<Object, Vector>> rows = data.mllib(run.session(), run.seed()).cache();
      try {
        rows.count();
        if (!warm) {
          // MLlib's own path through the scheduler is slow until it is compiled, too.
          stock(rows, data, 0.1, WARM_STEPS);
          warm = true;
        }
        Map<String, Double> full = new HashMap<>();
        for (double fraction : FRACTIONS) {
          if (fraction == 1.0 || fraction * data.rows() >= LEAST_ROWS) {
            cell(rows, data, fraction, full, json);
          }
        }
      } finally {
        rows.unpersist(true);
      }
    }
    run.print("One step of logistic regression (medians; ratios: median, min-max):", table);
  }

  private List<GeneratedRows> data() {
    return run.quick()
        ? List.of(
            run.data(GeneratedRows.Shape.WELL, 20_000, 200),
            run.data(GeneratedRows.Shape.SPARSE, 50_000, 10_000))
        : List.of(
            run.data(GeneratedRows.Shape.WELL, 20_000, 2_000),
            run.data(GeneratedRows.Shape.WELL, 200_000, 28),
            run.data(GeneratedRows.Shape.SPARSE, 200_000, 10_000));
  }

  private void cell(
      JavaRDD<Tuple2<Object, Vector>> rows,
      GeneratedRows data,
      double fraction,
      Map<String, Double> full,
      ArrayNode json) {
    double[] stock = new double[run.rounds()];
    List<Ours> ours = new ArrayList<>();
    List<Session.Contestant> contestants = new ArrayList<>();
    contestants.add(
        round -> {
          double millis = stock(rows, data, fraction, STOCK_STEPS);
          if (round >= 0) {
            stock[round] = millis;
          }
        });
    EngineProbe engine = new EngineProbe(run, rows.rdd(), data.features(), "momentum");
    for (String storage : EngineProbe.STORAGES) {
      for (String kernels : kernels(data, fraction)) {
        Ours side = new Ours(engine, fraction, storage, kernels, run.rounds());
        ours.add(side);
        contestants.add(side);
      }
    }
    run.alternate(contestants);
    for (Ours side : ours) {
      double compute = Spread.median(side.compute);
      String key = side.storage + side.kernels;
      if (fraction == 1.0) {
        full.put(key, compute);
      }
      add(data, side, new Spread(stock), compute / full.getOrDefault(key, Double.NaN), json);
    }
  }

  /** All that can run for full passes over dense rows, where they make a difference. */
  private List<String> kernels(GeneratedRows data, double fraction) {
    List<String> all = run.kernels();
    return fraction == 1.0 && data.shape() != GeneratedRows.Shape.SPARSE ? all : all.subList(0, 1);
  }

  private void add(GeneratedRows data, Ours side, Spread stock, double share, ArrayNode json) {
    Spread ours = new Spread(side.millis);
    Spread ratio = stock.over(ours);
    double stockRows = side.fraction * data.rows();
    Spread examples = ratio.times(side.rows / stockRows);
    table.row(
        List.of(
            data.toString(),
            percent(side.fraction),
            side.storage,
            side.kernels,
            side.engineName,
            Spread.digits(stock.median()) + " ms",
            Spread.digits(ours.median()) + " ms",
            ratio.toString(),
            Spread.digits(examples.median()),
            percent(share)));
    ObjectNode node = json.addObject();
    node.put("data", data.toString());
    node.put("fraction", side.fraction);
    node.put("storage", side.storage);
    node.put("kernels", side.kernels);
    node.put("engine", side.engineName);
    stock.addTo(node, "stockMillis");
    ours.addTo(node, "ourMillis");
    new Spread(side.compute).addTo(node, "computeMillis");
    Spread.put(node, "computeShareOfFullPass", share);
    ratio.addTo(node, "ratio");
    Spread.put(node, "stockRowsPerSecond", 1e3 * stockRows / stock.median());
    Spread.put(node, "ourRowsPerSecond", 1e3 * side.rows / ours.median());
    examples.addTo(node, "examplesRatio");
  }

  /** Our steps of one size and storage, round by round. */
  private static final class Ours implements Session.Contestant {
    private final EngineProbe engine;
    private final double fraction;
    private final String storage;
    private final String kernels;
    private final double[] millis;
    private final double[] compute;
    private double rows;
    private String engineName = "";

    Ours(EngineProbe engine, double fraction, String storage, String kernels, int rounds) {
      this.engine = engine;
      this.fraction = fraction;
      this.storage = storage;
      this.kernels = kernels;
      this.millis = new double[rounds];
      this.compute = new double[rounds];
    }

    @Override
    public void run(int round) {
      EngineProbe.Step step = engine.step(fraction, storage, kernels);
      if (round >= 0) {
        millis[round] = step.millis();
        compute[round] = step.computeMillis();
        rows = step.rows();
        engineName = step.engine();
      }
    }
  }

  /** Milliseconds a step. */
  private static double stock(
      JavaRDD<Tuple2<Object, Vector>> rows, GeneratedRows data, double fraction, int steps) {
    StepClock clock = new StepClock(steps);
    GradientDescent.runMiniBatchSGD(
        rows.rdd(),
        new LogisticGradient(),
        clock,
        1e-3,
        steps,
        0.0,
        fraction,
        Vectors.zeros(data.features()),
        0.0);
    return clock.millis();
  }

  /**
   * MLlib calls its updater once a step, on the driver: from one call to the next is a whole step.
   */
  private static final class StepClock extends SimpleUpdater {
    private static final long serialVersionUID = 1L;

    private final long[] calls;
    private int count;

    StepClock(int steps) {
      this.calls = new long[steps];
    }

    @Override
    public Tuple2<Vector, Object> compute(
        Vector weights, Vector gradient, double stepSize, int iteration, double regParam) {
      // The first call, of step size 0, only asks for the penalty.
      if (stepSize > 0.0 && count < calls.length) {
        calls[count++] = System.nanoTime();
      }
      return super.compute(weights, gradient, stepSize, iteration, regParam);
    }

    /** The median, without the first third. */
    double millis() {
      int from = count / 3;
      double[] steps = new double[Math.max(0, count - 1 - from)];
      for (int i = 0; i < steps.length; i++) {
        steps[i] = (calls[from + i + 1] - calls[from + i]) / 1e6;
      }
      return Spread.median(steps);
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3g %%", 100.0 * share);
  }
}
