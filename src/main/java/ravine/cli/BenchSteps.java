package ravine.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.mllib.optimization.SimpleUpdater;
import org.apache.spark.sql.SparkSession;
import ravine.engine.StepRecord;
import ravine.engine.TrainingResult;
import ravine.loss.Logistic;
import ravine.mllib.MiniBatchOptimizer;
import scala.Tuple2;

/**
 * What a step costs: MLlib's {@code runMiniBatchSGD} against the engine on the same cached rows,
 * run in turn, at several sizes of mini-batch.
 */
final class BenchSteps {
  /** Shares of the rows in a mini-batch. */
  static final double[] FRACTIONS = {1.0, 0.1, 0.01, 0.001};

  private final SparkSession session;
  private final BenchData data;
  private final int rounds;
  private final String engine;
  private final long seed;

  BenchSteps(SparkSession session, BenchData data, int rounds, String engine, long seed) {
    this.session = session;
    this.data = data;
    this.rounds = rounds;
    this.engine = engine;
    this.seed = seed;
  }

  /**
   * Medians over the rounds.
   *
   * @param fraction of the rows in a mini-batch
   * @param stockMillis a step of MLlib
   * @param ourMillis a step of the engine, waiting and update included
   * @param computeMillis of which the slowest partition computed
   * @param ratios MLlib over ours, round by round
   * @param engineName the engine that ran
   */
  record Cell(
      double fraction,
      double stockMillis,
      double ourMillis,
      double computeMillis,
      double[] ratios,
      String engineName) {}

  List<Cell> run() {
    JavaRDD<Tuple2<Object, Vector>> rows =
        data.rdd(session, seed)
            .map(
                row ->
                    new Tuple2<Object, Vector>(
                        row.getDouble(0),
                        Vectors.fromML((org.apache.spark.ml.linalg.Vector) row.get(1))))
            .cache();
    try {
      rows.count();
      List<Cell> cells = new ArrayList<>();
      for (double fraction : FRACTIONS) {
        if (fraction * data.rows() >= 1.0) {
          cells.add(cell(rows, fraction));
        }
      }
      return cells;
    } finally {
      rows.unpersist();
    }
  }

  private Cell cell(JavaRDD<Tuple2<Object, Vector>> rows, double fraction) {
    double[] stock = new double[rounds];
    double[] ours = new double[rounds];
    double[] compute = new double[rounds];
    double[] ratios = new double[rounds];
    String name = "";
    for (int round = -1; round < rounds; round++) {
      double stockMillis = stock(rows, fraction);
      TrainingResult result = ours(rows, fraction);
      if (round >= 0) {
        List<StepRecord> steps =
            result.steps().subList(result.steps().size() / 2, result.steps().size());
        stock[round] = stockMillis;
        ours[round] =
            1e3
                * median(
                    steps.stream()
                        .mapToDouble(
                            step ->
                                step.computeSeconds()
                                    + step.exchangeSeconds()
                                    + step.driverSeconds())
                        .toArray());
        compute[round] =
            1e3 * median(steps.stream().mapToDouble(StepRecord::computeSeconds).toArray());
        ratios[round] = stockMillis / ours[round];
        name = result.engine();
      }
    }
    return new Cell(fraction, median(stock), median(ours), median(compute), ratios, name);
  }

  /** Milliseconds a step, without MLlib's count at the start. */
  private double stock(JavaRDD<Tuple2<Object, Vector>> rows, double fraction) {
    Vector start = Vectors.zeros(data.features());
    int few = 2;
    int many = 12;
    long begun = System.nanoTime();
    stockRun(rows, fraction, few, start);
    long between = System.nanoTime();
    stockRun(rows, fraction, many, start);
    long ended = System.nanoTime();
    return ((ended - between) - (between - begun)) / 1e6 / (many - few);
  }

  private static void stockRun(
      JavaRDD<Tuple2<Object, Vector>> rows, double fraction, int steps, Vector start) {
    GradientDescent.runMiniBatchSGD(
        rows.rdd(),
        new LogisticGradient(),
        new SimpleUpdater(),
        1e-3,
        steps,
        0.0,
        fraction,
        start,
        0.0);
  }

  private TrainingResult ours(JavaRDD<Tuple2<Object, Vector>> rows, double fraction) {
    MiniBatchOptimizer optimizer =
        new MiniBatchOptimizer(new Logistic())
            .setRule("momentum")
            .setStepSize(1e-3)
            .setSchedule("constant")
            .setMiniBatchFraction(fraction)
            .setNumIterations(fraction == 1.0 ? 40 : engine.equals("jobs") ? 100 : 2000)
            .setEngine(engine);
    optimizer.optimize(rows.rdd(), Vectors.zeros(data.features()));
    TrainingResult result = optimizer.lastTrainingResult();
    if (result == null) {
      throw new IllegalStateException("optimize leaves a result");
    }
    return result;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
  }
}
