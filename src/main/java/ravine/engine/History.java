package ravine.engine;

import java.util.ArrayList;
import java.util.List;
import ravine.step.Stepper;

/** What happened so far: records for the result, and the best weights seen at the end of a pass. */
final class History {
  private final List<PassRecord> passes = new ArrayList<>();
  private final List<StepRecord> steps = new ArrayList<>();
  private final List<TrainingListener> listeners;
  private final double reportUnit;
  private final boolean validates;
  private final long start = System.nanoTime();
  private double[] bestWeights;
  private double bestScore = Double.POSITIVE_INFINITY;
  private int bestPass;
  private int lastImprovement;
  private boolean stopAsked;

  /** Nothing has happened yet, and there are no validation rows. */
  History(List<TrainingListener> listeners, double reportUnit, double[] initial) {
    this(listeners, reportUnit, initial, false);
  }

  /**
   * Nothing has happened yet.
   *
   * @param validates whether there are validation rows, whose loss then decides what is best
   */
  History(
      List<TrainingListener> listeners, double reportUnit, double[] initial, boolean validates) {
    this.listeners = listeners;
    this.validates = validates;
    this.reportUnit = reportUnit;
    this.bestWeights = initial.clone();
  }

  void step(StepRecord step) {
    steps.add(step);
    for (TrainingListener listener : listeners) {
      stopAsked |= !listener.onStep(step);
    }
  }

  /**
   * Records the state after a pass.
   *
   * @param objective in the loop's units
   * @param validationLoss in the loop's units; NaN where there is none
   * @param margin relative decrease that counts as improvement
   */
  void pass(
      int pass,
      Stepper stepper,
      double[] weights,
      double objective,
      double validationLoss,
      double margin) {
    pass(
        new PassRecord(
            pass,
            stepper.steps(),
            objective * reportUnit,
            validationLoss * reportUnit,
            stepper.learningRate(),
            stepper.gradientNorm(),
            stepper.velocityNorm(),
            seconds()),
        weights,
        objective,
        validationLoss,
        margin);
  }

  /**
   * Records the state after a pass whose record is made already.
   *
   * @param passRecord in reported units
   * @param objective in the loop's units
   * @param validationLoss in the loop's units
   */
  void pass(
      PassRecord passRecord,
      double[] weights,
      double objective,
      double validationLoss,
      double margin) {
    int pass = passRecord.pass();
    passes.add(passRecord);
    double score = validates ? validationLoss : objective;
    // A validation loss that is no number is no reason to prefer weights, and the objective is on
    // another scale; but the first weights are the best so far, whatever they are.
    if (score < bestScore || passes.size() == 1) {
      if (score < bestScore - margin * Math.abs(bestScore)
          || bestScore == Double.POSITIVE_INFINITY) {
        lastImprovement = pass;
      }
      bestScore = Double.isNaN(score) ? Double.POSITIVE_INFINITY : score;
      bestPass = passes.size() - 1;
      bestWeights = weights.clone();
    }
    for (TrainingListener listener : listeners) {
      stopAsked |= !listener.onPass(passRecord);
    }
  }

  /** Returns the weights recorded last, whatever came before. */
  void preferLast(double[] weights) {
    bestPass = passes.size() - 1;
    bestWeights = weights.clone();
  }

  /** What objectives are multiplied by in records. */
  double reportUnit() {
    return reportUnit;
  }

  boolean stopAsked() {
    return stopAsked;
  }

  double[] bestWeights() {
    return bestWeights;
  }

  /** Index of the best pass in {@link #passes}. */
  int bestPass() {
    return bestPass;
  }

  /** The last pass whose score was better by the margin. */
  int lastImprovement() {
    return lastImprovement;
  }

  /** From the last improvement to the pass recorded last; 0 before the first record. */
  int passesWithoutImprovement() {
    return passes.isEmpty() ? 0 : passes.get(passes.size() - 1).pass() - lastImprovement;
  }

  List<PassRecord> passes() {
    return List.copyOf(passes);
  }

  List<StepRecord> steps() {
    return List.copyOf(steps);
  }

  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}
