package ravine.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ravine.checkpoint.Sections;
import ravine.curvature.Certificate;
import ravine.plugin.Telling;
import ravine.step.Stepper;

/** What happened so far: records for the result, and the best weights seen at the end of a pass. */
final class History {
  private final List<PassRecord> passes = new ArrayList<>();
  private final StepLog steps = new StepLog();
  private final List<TrainingListener> listeners;
  private final double reportUnit;
  private final boolean validates;
  private final Telling telling;
  private long start = System.nanoTime();
  private double[] bestWeights;
  private double bestScore = Double.POSITIVE_INFINITY;
  private int bestPass;
  private double bestObjective = Double.NaN;
  private double lastObjective = Double.NaN;
  private @Nullable Certificate bestCertificate;
  private @Nullable Certificate lastCertificate;
  private int lastImprovement;
  private boolean stopAsked;

  /** Nothing has happened yet, and there are no validation rows. */
  History(List<TrainingListener> listeners, double reportUnit, double[] initial) {
    this(listeners, reportUnit, initial, false);
  }

  /** The same, of which Spark is told nothing. */
  History(
      List<TrainingListener> listeners, double reportUnit, double[] initial, boolean validates) {
    this(listeners, reportUnit, initial, validates, Telling.nobody());
  }

  /**
   * Nothing has happened yet.
   *
   * @param validates whether there are validation rows, whose loss then decides what is best
   * @param telling tells Spark of it
   */
  History(
      List<TrainingListener> listeners,
      double reportUnit,
      double[] initial,
      boolean validates,
      Telling telling) {
    this.listeners = listeners;
    this.validates = validates;
    this.telling = telling;
    this.reportUnit = reportUnit;
    this.bestWeights = initial.clone();
  }

  /**
   * Records a step.
   *
   * @param weights gives those that it led to, and is asked only where somebody wants them
   */
  void step(StepRecord step, Supplier<double[]> weights) {
    steps.add(step);
    telling.step(step.step(), step.pass(), step.loss(), step.learningRate());
    for (TrainingListener listener : listeners) {
      if (listener instanceof TrainingListener.OfWeights watcher) {
        watcher.onWeights(step.step(), weights.get().clone());
      }
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
    lastObjective = objective;
    lastCertificate = null;
    double score = validates ? validationLoss : objective;
    // A validation loss that is no number is no reason to prefer weights, and the objective is on
    // another scale; but the first weights are the best so far, whatever they are.
    if (score < bestScore || passes.size() == 1) {
      if (score < bestScore - margin * Math.abs(bestScore)
          || bestScore == Double.POSITIVE_INFINITY) {
        lastImprovement = pass;
      }
      bestScore = Double.isNaN(score) ? Double.POSITIVE_INFINITY : score;
      preferLast(weights);
    }
    telling.pass(
        pass,
        passRecord.step(),
        passRecord.seconds(),
        passRecord.objective(),
        passRecord.validationLoss(),
        passRecord.gapBound(),
        passRecord.gapIsProven(),
        passRecord.learningRate());
    for (TrainingListener listener : listeners) {
      stopAsked |= !listener.onPass(passRecord);
    }
  }

  /** Returns the weights recorded last, whatever came before. */
  void preferLast(double[] weights) {
    bestPass = passes.size() - 1;
    bestWeights = weights.clone();
    bestObjective = lastObjective;
    bestCertificate = lastCertificate;
  }

  /** What the weights recorded last are worth, in the loop's units: the latest word is kept. */
  void judged(Certificate certificate) {
    int last = passes.size() - 1;
    lastCertificate = certificate;
    PassRecord judged = passes.get(last).with(certificate.times(reportUnit));
    passes.set(last, judged);
    telling.gap(judged.gapBound(), judged.gapIsProven());
    if (bestPass == last) {
      bestCertificate = certificate;
    }
  }

  /**
   * What the best weights are worth, in the loop's units. A lower bound of the optimum holds for
   * all weights, whichever proved it: of the best ones the bound is their own objective less the
   * best lower bound, and an estimate made at the last ones serves in the same way.
   *
   * @param proven the proven certificate of an objective
   */
  Certificate worthOfBest(DoubleFunction<Certificate> proven) {
    Certificate last = lastCertificate;
    if (last != null && bestPass == passes.size() - 1) {
      return last;
    }
    Certificate worth = proven.apply(bestObjective);
    if (last != null && !last.isProven()) {
      double bound = Math.max(0.0, bestObjective - lastObjective + last.bound());
      worth = bound < worth.bound() ? last.of(bound) : worth;
    }
    return bestCertificate == null ? worth : worth.at(bestCertificate);
  }

  /** Puts what the best weights turned out to be worth, in reported units, into their record. */
  void tell(Certificate certificate) {
    if (!passes.isEmpty()) {
      passes.set(bestPass, passes.get(bestPass).with(certificate));
    }
  }

  /** The objective of the best weights, in the loop's units; NaN before any pass. */
  double bestObjective() {
    return bestObjective;
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
    return steps.records();
  }

  /** How many steps were made, of which {@link #steps} holds some. */
  long stepsMade() {
    return steps.made();
  }

  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /**
   * Writes copies of all that was recorded, for a run of mini-batches: certificates of its passes
   * are in their records.
   */
  void save(Sections to) {
    double[] numbers = new double[PassRecord.NUMBERS * passes.size()];
    for (int i = 0; i < passes.size(); i++) {
      passes.get(i).write(numbers, PassRecord.NUMBERS * i);
    }
    to.putNumbers("history.passes", numbers);
    steps.save(to);
    to.putNumbers("best.weights", bestWeights);
    to.putNumbers("best.score", bestScore, bestObjective, lastObjective);
    to.putIntegers("best.pass", bestPass, lastImprovement);
    to.putNumbers("history.seconds", seconds());
  }

  /** Goes on from what was saved; listeners are not told of it again. */
  void restore(Sections from) {
    double[] numbers = from.numbers("history.passes");
    for (int at = 0; at + PassRecord.NUMBERS <= numbers.length; at += PassRecord.NUMBERS) {
      passes.add(PassRecord.read(numbers, at));
    }
    steps.restore(from);
    bestWeights = from.numbers("best.weights", bestWeights.length);
    double[] scores = from.numbers("best.score", 3);
    bestScore = scores[0];
    bestObjective = scores[1];
    lastObjective = scores[2];
    long[] best = from.integers("best.pass", 2);
    bestPass = (int) best[0];
    lastImprovement = (int) best[1];
    start = System.nanoTime() - (long) (1e9 * from.number("history.seconds"));
  }
}
