package ravine.engine;

import java.util.List;

/**
 * What training gave beyond the model.
 *
 * @param weights the final (or best, see {@code stopReason}) weights in the coordinates of the loop
 * @param passes one record per pass, the first before any step
 * @param steps one record per step, in order
 * @param stopReason why training ended
 * @param advice one sentence: what the reason means and what to do about it
 * @param bestPass the pass whose weights are returned
 * @param rule text of the rule, readable by {@code Specs.rule}
 * @param schedule text of the learning-rate schedule
 * @param engine name of the engine that ran
 * @param seed the seed of the shuffle and of the order of the mini-batches
 * @param rows training rows
 * @param seconds where the time went
 */
public record TrainingResult(
    double[] weights,
    List<PassRecord> passes,
    List<StepRecord> steps,
    StopReason stopReason,
    String advice,
    int bestPass,
    String rule,
    String schedule,
    String engine,
    long seed,
    long rows,
    Seconds seconds) {

  /**
   * Wall-clock seconds by stage.
   *
   * @param pack reading, validating and packing the rows
   * @param train from the first to the last step
   */
  public record Seconds(double pack, double train) {}

  /** The objective after each pass, the first before any step. */
  public double[] objectiveHistory() {
    return passes.stream().mapToDouble(PassRecord::objective).toArray();
  }

  /** The objective at the returned weights. */
  public double objective() {
    return passes.get(bestPass).objective();
  }
}
