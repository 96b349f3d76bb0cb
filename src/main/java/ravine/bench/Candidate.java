package ravine.bench;

import java.util.List;
import ravine.ml.classification.MiniBatchLogisticRegression;

/**
 * A way to train that somebody could choose, by public params alone.
 *
 * @param name in tables
 * @param setting of the params that are its own
 */
record Candidate(String name, Setting setting) {
  /** Rows of a mini-batch where the number of steps has to be known beforehand. */
  private static final int BATCH = 128;

  private static final int LOCAL_STEPS = 8;

  /**
   * All of them, the default first. Step sizes are left to the engine, because a benchmark of step
   * sizes tuned in hindsight tells nobody what to choose.
   *
   * <p>Velocity restarts wherever a full-batch step is in a metric, and that cannot be switched
   * off; {@code accelerated, full batch} has neither metric nor restart.
   */
  static List<Candidate> all() {
    return List.of(
        new Candidate("default", (way, rows, passes) -> {}),
        new Candidate("momentum", (way, rows, passes) -> way.setOptimizer("momentum")),
        new Candidate("sgd", (way, rows, passes) -> way.setOptimizer("sgd")),
        new Candidate(
            "accelerated, full batch",
            (way, rows, passes) -> way.setMiniBatchFraction(1.0).setSchedule("constant")),
        new Candidate("adam", (way, rows, passes) -> way.setOptimizer("adam")),
        new Candidate(
            "adam, constant",
            (way, rows, passes) -> way.setOptimizer("adam").setSchedule("constant")),
        new Candidate(
            "adam, cosine",
            (way, rows, passes) ->
                way.setOptimizer("adam")
                    .setBatchSize(BATCH)
                    .setSchedule("cosine(" + Math.max(2, passes * rows / BATCH) + ")")),
        new Candidate(
            "adam, average",
            (way, rows, passes) -> way.setOptimizer("adam").setNoiseReduction("average")),
        new Candidate(
            "nesterov, growing batches",
            (way, rows, passes) -> way.setOptimizer("nesterov").setBatchGrowth(2.0)),
        new Candidate(
            "nesterov, svrg",
            (way, rows, passes) -> way.setOptimizer("nesterov").setNoiseReduction("svrg")),
        new Candidate(
            "nesterov, local steps",
            (way, rows, passes) -> way.setOptimizer("nesterov").setLocalSteps(LOCAL_STEPS)),
        new Candidate(
            "nesterov, local svrg",
            (way, rows, passes) ->
                way.setOptimizer("nesterov").setLocalSteps(LOCAL_STEPS).setNoiseReduction("svrg")));
  }

  /** The estimator of this way, otherwise as it comes. */
  MiniBatchLogisticRegression estimator(long rows, int passes) {
    MiniBatchLogisticRegression way = new MiniBatchLogisticRegression();
    setting.apply(way, rows, passes);
    return way;
  }

  /** Sets params. */
  @FunctionalInterface
  interface Setting {
    /**
     * Sets the params that are this way's own.
     *
     * @param rows there are
     * @param passes there will be at most
     */
    void apply(MiniBatchLogisticRegression way, long rows, int passes);
  }
}
