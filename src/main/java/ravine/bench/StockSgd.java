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
 * @param passes its history, of all rows at the weights of the moment; each step scans every row,
 *     but counts as the share of rows it uses
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

  /** Rows of a step, as a share of all. */
  public static final double FRACTION = 0.1;

  private static final double[] STEP_SIZES = {10, 30, 100, 300, 1000};

  /** The step sizes that are tried. */
  public static double[] stepSizes() {
    return STEP_SIZES.clone();
  }

  /** The run of least objective, each of this many passes. */
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
    double[] start = new double[data.features()[0].length];
    int stepsOfPass = (int) Math.round(1 / FRACTION);
    Watched updater = new Watched(stepsOfPass);
    Vector weights =
        GradientDescent.runMiniBatchSGD(
                input.rdd(),
                new LogisticGradient(),
                updater,
                stepSize,
                passes * stepsOfPass,
                data.regParam(),
                FRACTION,
                Vectors.dense(start),
                0.0)
            ._1();
    List<PassRecord> history = new ArrayList<>();
    for (int pass = 0; pass < updater.weights.size(); pass++) {
      double objective = data.objective().applyAsDouble(updater.weights.get(pass));
      double seconds = updater.seconds.get(pass);
      long steps = (long) pass * stepsOfPass;
      history.add(new PassRecord(pass, steps, objective, Double.NaN, Double.NaN, 0, 0, seconds));
    }
    return new StockSgd(
        stepSize,
        weights.toArray(),
        history,
        passes * stepsOfPass,
        history.get(history.size() - 1).seconds());
  }

  /**
   * MLlib's updater, and what it made of the weights pass by pass: the losses that MLlib tells are
   * those of mini-batches. It is called on the driver, the first time to probe the penalty.
   */
  private static final class Watched extends SquaredL2Updater {
    private static final long serialVersionUID = 1L;

    private final transient List<double[]> weights = new ArrayList<>();
    private final transient List<Double> seconds = new ArrayList<>();
    private final long start = System.nanoTime();
    private final int stepsOfPass;
    private int calls;

    Watched(int stepsOfPass) {
      this.stepsOfPass = stepsOfPass;
    }

    @Override
    public Tuple2<Vector, Object> compute(
        Vector before, Vector gradient, double stepSize, int step, double regParam) {
      Tuple2<Vector, Object> result = super.compute(before, gradient, stepSize, step, regParam);
      if (calls % stepsOfPass == 0) {
        weights.add(result._1().toArray().clone());
        seconds.add((System.nanoTime() - start) / 1e9);
      }
      calls++;
      return result;
    }
  }

  private double objective(Data data) {
    double objective = data.objective().applyAsDouble(weights);
    return Double.isFinite(objective) ? objective : Double.POSITIVE_INFINITY;
  }
}
