package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.LogisticGradient;
import ravine.engine.StepRecord;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.mllib.MiniBatchOptimizer;
import ravine.plugin.TabSwitch;
import ravine.terminal.Table;
import scala.Tuple2;

/**
 * What it costs that trainings can be watched: steps of about a millisecond, and the shortest there
 * are, with a listener and what the tab <i>Training</i> lives of, and without. They are the same
 * steps on the same rows. The records of steps and passes are made in both, for they are part of
 * every result; what they cost is in the time that the driver's thread takes from the end of a step
 * to its listeners, which is measured by itself.
 */
final class TellingCost {
  /** Of a step, at which the share is told. */
  private static final double MILLIS = 1.0;

  /** Rows of the shortest step. */
  private static final long FEWEST = 32;

  private static final long MOST_STEPS = 20_000;
  private static final long LEAST_STEPS = 50;

  private final Session run;
  private final Table table =
      new Table(
          "data",
          "batch",
          "engine",
          "untold step",
          "told step",
          "told / untold",
          "on the driver's thread",
          "share of a step",
          "events of steps");

  TellingCost(Session run) {
    this.run = run;
  }

  void run(ArrayNode json) {
    GeneratedRows data =
        run.data(GeneratedRows.Shape.WELL, run.quick() ? 40_000 : 100_000, run.quick() ? 200 : 500);
    JavaRDD<Tuple2<Object, Vector>> rows = data.mllib(run.session(), run.seed()).cache();
    try {
      rows.count();
      EngineProbe probe = new EngineProbe(run, rows.rdd(), data.features(), "momentum");
      double share = 0.1;
      // What a step takes beside its rows does not shrink with them: once more, from nearer.
      share = Math.min(0.5, share * MILLIS / probe.step(share, "double").millis());
      share = Math.min(0.5, share * MILLIS / probe.step(share, "double").millis());
      long size = Math.max(FEWEST, Math.round(share * data.rows()));
      cell(rows, data, size, json);
      cell(rows, data, FEWEST, json);
    } finally {
      rows.unpersist(true);
    }
    run.print(
        "What listeners, history and the tab of Spark's web interface cost a step of momentum:",
        table);
  }

  private void cell(
      JavaRDD<Tuple2<Object, Vector>> rows, GeneratedRows data, long size, ArrayNode json) {
    run.measuring(String.format(Locale.ROOT, "%s, %,d rows a step", data, size));
    Fit fit = new Fit(rows, data, size);
    double millis = fit.untold(LEAST_STEPS).millis();
    double wanted = (run.quick() ? 1_000.0 : 3_000.0) / millis;
    long steps = Math.round(Math.max(LEAST_STEPS, Math.min(MOST_STEPS, wanted)));
    double[] untold = new double[run.rounds()];
    double[] told = new double[run.rounds()];
    double[] driver = new double[run.rounds()];
    Told[] last = new Told[1];
    List<Session.Contestant> contestants =
        List.of(
            round -> {
              Told one = fit.untold(steps);
              if (round >= 0) {
                untold[round] = one.millis();
              }
            },
            round -> {
              Told one = fit.told(steps);
              if (round >= 0) {
                told[round] = one.millis();
                driver[round] = 1e6 * one.watchingSeconds();
              }
              last[0] = one;
            });
    run.alternate(contestants);
    add(data, size, last[0], new Spread(untold), new Spread(told), new Spread(driver), json);
  }

  private void add(
      GeneratedRows data,
      long size,
      Told last,
      Spread untold,
      Spread told,
      Spread driver,
      ArrayNode json) {
    Spread ratio = told.over(untold);
    Spread share = driver.times(1e-3).over(told);
    table.row(
        List.of(
            data.toString(),
            String.format(Locale.ROOT, "%,d", size),
            last.engine(),
            Spread.digits(untold.median()) + " ms",
            Spread.digits(told.median()) + " ms",
            ratio.toString(),
            driver + " µs",
            Spread.digits(100.0 * share.median()) + " %",
            String.format(Locale.ROOT, "%,d of %,d", last.events(), last.steps())));
    ObjectNode node = json.addObject();
    node.put("data", data.toString());
    node.put("batchSize", size);
    node.put("engine", last.engine());
    node.put("steps", last.steps());
    node.put("events", last.events());
    untold.addTo(node, "untoldMillis");
    told.addTo(node, "toldMillis");
    ratio.addTo(node, "ratio");
    driver.addTo(node, "driverMicros");
    share.addTo(node, "shareOfStep");
  }

  /**
   * One fit.
   *
   * @param millis a step, from the first to the end, what is measured after passes shared out
   * @param watchingSeconds that the driver's thread took beside steps and answers, a step
   * @param events that were posted
   */
  private record Told(
      long steps, double millis, double watchingSeconds, long events, String engine) {}

  private final class Fit {
    private final JavaRDD<Tuple2<Object, Vector>> rows;
    private final GeneratedRows data;
    private final long size;

    Fit(JavaRDD<Tuple2<Object, Vector>> rows, GeneratedRows data, long size) {
      this.rows = rows;
      this.data = data;
      this.size = size;
    }

    Told untold(long steps) {
      try (TabSwitch off = TabSwitch.off(run.session().sparkContext())) {
        return fit(optimizer(steps), new Between(), off);
      }
    }

    Told told(long steps) {
      try (TabSwitch on = TabSwitch.on(run.session().sparkContext())) {
        Between between = new Between();
        return fit(optimizer(steps).setListener(between), between, on);
      }
    }

    private MiniBatchOptimizer optimizer(long steps) {
      return new MiniBatchOptimizer(new LogisticGradient())
          .setRule("momentum")
          .setStepSize(1e-3)
          .setSchedule("constant")
          .setBatchSize(size)
          .setNumIterations((int) steps)
          .setEngine(run.engine())
          .setSeed(run.seed());
    }

    private Told fit(MiniBatchOptimizer optimizer, Between between, TabSwitch tab) {
      optimizer.optimize(rows.rdd(), Vectors.zeros(data.features()));
      TrainingResult result = optimizer.lastTrainingResult();
      if (result == null) {
        throw new IllegalStateException("optimize leaves a result");
      }
      long made = result.passes().get(result.passes().size() - 1).step();
      return new Told(
          made,
          1e3 * result.seconds().train() / made,
          between.seconds(),
          tab.events(),
          result.engine());
    }
  }

  /**
   * What watching takes of the driver's thread: the time between the steps of one pass, which is
   * that of records, telling and listeners, and what measured steps take longer than others.
   */
  private static final class Between implements TrainingListener {
    private final double[] driver = new double[2];
    private final long[] steps = new long[2];
    private long last;
    private double pass = Double.NaN;
    private double seconds;
    private long count;

    @Override
    public boolean onStep(StepRecord step) {
      long now = System.nanoTime();
      int measured = Double.isNaN(step.motion().updateRatio()) ? 0 : 1;
      driver[measured] += step.driverSeconds();
      steps[measured]++;
      // After a pass the objective of all rows is asked for.
      if (Math.ceil(step.pass() - 1e-9) == Math.ceil(pass - 1e-9)) {
        seconds +=
            (now - last) / 1e9
                - step.computeSeconds()
                - step.exchangeSeconds()
                - step.driverSeconds();
        count++;
      }
      pass = step.pass();
      last = now;
      return true;
    }

    /** A step. */
    double seconds() {
      return seconds / count + motionSeconds();
    }

    private double motionSeconds() {
      if (steps[0] == 0 || steps[1] == 0) {
        return 0.0;
      }
      double longer = driver[1] / steps[1] - driver[0] / steps[0];
      return Math.max(0.0, longer) * steps[1] / (steps[0] + steps[1]);
    }
  }
}
