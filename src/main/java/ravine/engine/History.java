package ravine.engine;

import java.util.ArrayList;
import java.util.List;
import ravine.checkpoint.Sections;
import ravine.step.Stepper;

/** What happened so far: records for the result, and the best weights seen at the end of a pass. */
final class History {
  private static final int PASS_NUMBERS = 8;
  private static final int STEP_NUMBERS = 9;

  private final List<PassRecord> passes = new ArrayList<>();
  private final List<StepRecord> steps = new ArrayList<>();
  private final List<TrainingListener> listeners;
  private final double reportUnit;
  private final boolean validates;
  private long start = System.nanoTime();
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

  /** Writes copies of all that was recorded. */
  void save(Sections to) {
    double[] numbers = new double[PASS_NUMBERS * passes.size()];
    int at = 0;
    for (PassRecord pass : passes) {
      numbers[at++] = pass.pass();
      numbers[at++] = pass.step();
      numbers[at++] = pass.objective();
      numbers[at++] = pass.validationLoss();
      numbers[at++] = pass.learningRate();
      numbers[at++] = pass.gradientNorm();
      numbers[at++] = pass.velocityNorm();
      numbers[at++] = pass.seconds();
    }
    to.putNumbers("history.passes", numbers);
    numbers = new double[STEP_NUMBERS * steps.size()];
    at = 0;
    for (StepRecord step : steps) {
      numbers[at++] = step.step();
      numbers[at++] = step.pass();
      numbers[at++] = step.loss();
      numbers[at++] = step.learningRate();
      numbers[at++] = step.gradientNorm();
      numbers[at++] = step.velocityNorm();
      numbers[at++] = step.computeSeconds();
      numbers[at++] = step.exchangeSeconds();
      numbers[at++] = step.driverSeconds();
    }
    to.putNumbers("history.steps", numbers);
    to.putNumbers("best.weights", bestWeights);
    to.putNumbers("best.score", bestScore);
    to.putIntegers("best.pass", bestPass, lastImprovement);
    to.putNumbers("history.seconds", seconds());
  }

  /** Goes on from what was saved; listeners are not told of it again. */
  void restore(Sections from) {
    double[] n = from.numbers("history.passes");
    for (int at = 0; at + PASS_NUMBERS <= n.length; at += PASS_NUMBERS) {
      passes.add(
          new PassRecord(
              (int) n[at],
              (long) n[at + 1],
              n[at + 2],
              n[at + 3],
              n[at + 4],
              n[at + 5],
              n[at + 6],
              n[at + 7]));
    }
    n = from.numbers("history.steps");
    for (int at = 0; at + STEP_NUMBERS <= n.length; at += STEP_NUMBERS) {
      steps.add(
          new StepRecord(
              (long) n[at],
              n[at + 1],
              n[at + 2],
              n[at + 3],
              n[at + 4],
              n[at + 5],
              n[at + 6],
              n[at + 7],
              n[at + 8]));
    }
    bestWeights = from.numbers("best.weights", bestWeights.length);
    bestScore = from.number("best.score");
    long[] best = from.integers("best.pass", 2);
    bestPass = (int) best[0];
    lastImprovement = (int) best[1];
    start = System.nanoTime() - (long) (1e9 * from.number("history.seconds"));
  }
}
