package ravine.cli;

import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import ravine.bench.StockSgd;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.input.Task;

/**
 * An update rule at the best constant rate of a grid. Whatever the rule, its mini-batches are the
 * same rows in the same order, without a metric, from weights of 0: only the rule and its rate
 * differ.
 *
 * @param rate the one of least objective
 * @param fit at that rate
 */
record BestRate(double rate, ConfiguredEstimator.Fit fit) {
  /** Of 1/L, the rate that is safe for plain descent where the curvature is at most L. */
  private static final double[] SHARES = {0.5, 1.0, 1.5, 2.0, 3.0};

  /** Adam's rates are lengths. */
  private static final double[] LENGTHS = {0.01, 0.02, 0.04, 0.08, 0.16};

  /** The rates that are tried. */
  static double[] rates(String optimizer, double safe) {
    if (optimizer.equals("adam")) {
      return LENGTHS.clone();
    }
    double[] rates = new double[SHARES.length];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = SHARES[i] * safe;
    }
    return rates;
  }

  /** 1/L of the mini-batches' curvature, as plain descent takes it when left to itself. */
  static double safe(Dataset<Row> frame, LearningOptions learning) {
    learning.miniBatchFraction = StockSgd.FRACTION;
    Integer passes = learning.maxIter;
    learning.maxIter = 1;
    TrainingResult result =
        ConfiguredEstimator.of(Task.LOGISTIC, learning, "sgd")
            .fit(frame, TrainingListener.ofPasses(pass -> true))
            .result();
    learning.maxIter = passes;
    return result.steps().get(0).learningRate();
  }

  /** Trains at each rate. */
  static BestRate of(
      Dataset<Row> frame,
      LearningOptions learning,
      String optimizer,
      double[] rates,
      TrainingListener listener) {
    learning.miniBatchFraction = StockSgd.FRACTION;
    learning.schedule = "constant";
    learning.tol = 0.0;
    BestRate best = null;
    for (double rate : rates) {
      learning.stepSize = rate;
      ConfiguredEstimator.Fit fit =
          ConfiguredEstimator.of(Task.LOGISTIC, learning, optimizer).fit(frame, listener);
      if (best == null || objective(fit) < objective(best.fit)) {
        best = new BestRate(rate, fit);
      }
    }
    return Objects.requireNonNull(best, "at least one rate");
  }

  private static double objective(ConfiguredEstimator.Fit fit) {
    double objective = fit.result().objective();
    return Double.isFinite(objective) ? objective : Double.POSITIVE_INFINITY;
  }
}
