package ravine.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.mllib.optimization.SquaredL2Updater;
import org.apache.spark.sql.SparkSession;
import ravine.engine.PassRecord;
import scala.Tuple2;

/**
 * MLlib's own mini-batch SGD on rows of two classes: the best of a few step sizes.
 *
 * @param stepSize the best one
 * @param weights where it ended
 * @param passes its history; each step scans every row, but counts as the share of rows it uses
 * @param steps steps made
 * @param seconds of the best run
 */
public record StockSgd(
    double stepSize, double[] weights, List<PassRecord> passes, int steps, double seconds) {
  /**
   * What it is run on.
   *
   * @param features of each row
   * @param labels of each row, 0 or 1
   * @param regParam L2 penalty
   * @param objective of weights over these rows
   */
  public record Data(
      double[][] features,
      double[] labels,
      double regParam,
      ToDoubleFunction<double[]> objective) {}

  private static final double FRACTION = 0.1;
  private static final double[] STEP_SIZES = {10, 100, 1000};

  public static StockSgd best(SparkSession session, Data data, int passes) {
    List<Tuple2<Object, Vector>> rows = new ArrayList<>();
    for (int i = 0; i < data.labels().length; i++) {
      rows.add(new Tuple2<>(data.labels()[i], Vectors.dense(data.features()[i])));
    }
    JavaRDD<Tuple2<Object, Vector>> input =
        new JavaSparkContext(session.sparkContext())
            .parallelize(rows, session.sparkContext().defaultParallelism())
            .cache();
    StockSgd best = null;
    try {
      input.count();
      for (double stepSize : STEP_SIZES) {
        StockSgd run = run(input, data, passes, stepSize);
        if (best == null || run.objective(data) < best.objective(data)) {
          best = run;
        }
      }
    } finally {
      input.unpersist();
    }
    if (best == null) {
      throw new IllegalStateException("There is at least one step size");
    }
    return best;
  }

  private static StockSgd run(
      JavaRDD<Tuple2<Object, Vector>> input, Data data, int passes, double stepSize) {
    List<PassRecord> history = new ArrayList<>();
    double[] weights = new double[data.features()[0].length];
    int steps = (int) Math.round(passes / FRACTION);
    long start = System.nanoTime();
    Tuple2<Vector, double[]> result =
        GradientDescent.runMiniBatchSGD(
            input.rdd(),
            new LogisticGradient(),
            new SquaredL2Updater(),
            stepSize,
            steps,
            data.regParam(),
            FRACTION,
            Vectors.dense(weights),
            0.0);
    double seconds = (System.nanoTime() - start) / 1e9;
    // Its history is the loss of each mini-batch at the weights before the step.
    int stepsOfPass = (int) Math.round(1 / FRACTION);
    double[] losses = result._2();
    for (int pass = 0; pass < passes; pass++) {
      double mean = 0;
      for (int step = pass * stepsOfPass; step < (pass + 1) * stepsOfPass; step++) {
        mean += losses[Math.min(step, losses.length - 1)] / stepsOfPass;
      }
      history.add(record(pass, stepsOfPass, mean, seconds * pass / passes));
    }
    weights = result._1().toArray();
    history.add(record(passes, stepsOfPass, data.objective().applyAsDouble(weights), seconds));
    return new StockSgd(stepSize, weights, history, steps, seconds);
  }

  private static PassRecord record(int pass, int stepsOfPass, double objective, double seconds) {
    return new PassRecord(
        pass, (long) pass * stepsOfPass, objective, Double.NaN, Double.NaN, 0, 0, seconds);
  }

  private double objective(Data data) {
    double objective = data.objective().applyAsDouble(weights);
    return Double.isFinite(objective) ? objective : Double.POSITIVE_INFINITY;
  }
}
