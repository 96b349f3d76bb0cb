package ravine.bench;

import java.util.List;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.rdd.RDD;
import ravine.engine.StepRecord;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.kernel.Kernels;
import ravine.mllib.MiniBatchOptimizer;
import scala.Tuple2;

/**
 * Our side of the comparisons of single steps: logistic regression by {@link MiniBatchOptimizer},
 * as a user would call it, for many steps of one size.
 */
final class EngineProbe {
  /** How feature values can be stored. */
  static final List<String> STORAGES = List.of("double", "float");

  private static final int MOST_STEPS = 2000;
  private static final int LEAST_STEPS = 8;

  private final RDD<Tuple2<Object, Vector>> rows;
  private final int features;
  private final Session run;
  private final String rule;

  EngineProbe(Session run, RDD<Tuple2<Object, Vector>> rows, int features, String rule) {
    this.run = run;
    this.rows = rows;
    this.features = features;
    this.rule = rule;
  }

  /**
   * A typical step: medians over the second half of them.
   *
   * @param millis from asking for the gradient to having the new weights
   * @param leastMillis the same of the fastest step
   * @param computeMillis of which the slowest partition computed
   * @param rows in the mini-batch
   * @param engine the engine that ran
   */
  record Step(
      double millis, double leastMillis, double computeMillis, double rows, String engine) {}

  /**
   * Packs the rows and makes steps for a while, but at least 8 and at most 2000.
   *
   * @param fraction of the rows in a mini-batch, in (0, 1]
   * @param storage how feature values are stored: {@code double} or {@code float}
   * @param kernels which do the sums: one of {@link Session#kernels}
   */
  Step step(double fraction, String storage, String kernels) {
    if (!run.isOneJvm()) {
      return step(fraction, storage);
    }
    String before = Kernels.active();
    Kernels.use(kernels);
    try {
      return step(fraction, storage);
    } finally {
      Kernels.use(before);
    }
  }

  /** {@link #step(double, String, String)} with the usual kernels. */
  Step step(double fraction, String storage) {
    MiniBatchOptimizer optimizer =
        new MiniBatchOptimizer(new LogisticGradient())
            .setRule(rule)
            .setStepSize(1e-3)
            .setSchedule("constant")
            .setMiniBatchFraction(fraction)
            .setNumIterations(MOST_STEPS)
            .setStorage(storage)
            .setEngine(run.engine())
            .setListener(new Until(run.quick() ? 0.5 : 1.0));
    optimizer.optimize(rows, Vectors.zeros(features));
    TrainingResult result = optimizer.lastTrainingResult();
    if (result == null) {
      throw new IllegalStateException("optimize leaves a result");
    }
    List<StepRecord> steps = result.steps();
    int from = steps.size() / 2;
    int count = steps.size() - from;
    double[] total = new double[count];
    double[] compute = new double[count];
    double[] used = new double[count];
    for (int i = 0; i < count; i++) {
      StepRecord step = steps.get(from + i);
      total[i] = 1e3 * (step.computeSeconds() + step.exchangeSeconds() + step.driverSeconds());
      compute[i] = 1e3 * step.computeSeconds();
      StepRecord before = from + i == 0 ? null : steps.get(from + i - 1);
      // Of a long run only every second or fourth step is recorded.
      long between = before == null ? step.step() : step.step() - before.step();
      used[i] = (step.pass() - (before == null ? 0.0 : before.pass())) / between * result.rows();
    }
    return new Step(
        Spread.median(total),
        new Spread(total).least(),
        Spread.median(compute),
        Spread.median(used),
        result.engine());
  }

  /** Stops when the time is over. */
  private static final class Until implements TrainingListener {
    private final double seconds;
    private long begun;

    Until(double seconds) {
      this.seconds = seconds;
    }

    @Override
    public boolean onStep(StepRecord step) {
      if (step.step() == 1) {
        begun = System.nanoTime();
      }
      return step.step() < LEAST_STEPS || (System.nanoTime() - begun) / 1e9 < seconds;
    }
  }
}
