package ravine.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ravine.checkpoint.Sections;
import ravine.curvature.Certificate;
import ravine.exchange.GradientEngine;
import ravine.plugin.Telling;
import ravine.step.Motion;
import ravine.step.Stepper;
import ravine.validation.Held;
import ravine.validation.ValidationMetric;

/** What happened so far: records for the result, and the best weights seen at the end of a pass. */
final class History {
  private final List<PassRecord> passes = new ArrayList<>();
  private final StepLog steps = new StepLog();
  private final List<TrainingListener> listeners;
  private final double reportUnit;
  private final @Nullable ValidationMetric metric;
  private final Supplier<GradientEngine.Spent> spending;
  private final PassMotion motion = new PassMotion();
  private GradientEngine.Spent spent = GradientEngine.Spent.NOTHING;
  private long bytes;
  private double secondsBefore;
  private final long began = System.nanoTime();
  private long start = began;
  private final Telling telling;
  private double[] bestWeights;
  private double bestScore = Double.POSITIVE_INFINITY;

  /** The score of {@link #lastImprovement}: many small gains count once they are large together. */
  private double improved = Double.POSITIVE_INFINITY;

  private int bestPass;
  private double bestObjective = Double.NaN;
  private double lastObjective = Double.NaN;
  private double lastScore = Double.NaN;
  private @Nullable Certificate bestCertificate;
  private @Nullable Certificate lastCertificate;
  private int lastImprovement;
  private boolean stopAsked;
  private boolean stepped;

  /** Nothing has happened yet, and there are no validation rows. */
  History(List<TrainingListener> listeners, double reportUnit, double[] initial) {
    this(listeners, reportUnit, initial, null, () -> GradientEngine.Spent.NOTHING);
  }

  /** The same, of which Spark is told nothing. */
  History(
      List<TrainingListener> listeners,
      double reportUnit,
      double[] initial,
      @Nullable ValidationMetric metric,
      Supplier<GradientEngine.Spent> spending) {
    this(listeners, reportUnit, initial, metric, spending, Telling.nobody());
  }

  /**
   * Nothing has happened yet.
   *
   * @param metric of the validation rows, which then decides what is best; null where there are
   *     none
   * @param spending what questions have cost so far
   * @param telling tells Spark of it
   */
  History(
      List<TrainingListener> listeners,
      double reportUnit,
      double[] initial,
      @Nullable ValidationMetric metric,
      Supplier<GradientEngine.Spent> spending,
      Telling telling) {
    this.listeners = listeners;
    this.metric = metric;
    this.spending = spending;
    this.telling = telling;
    this.reportUnit = reportUnit;
    this.bestWeights = initial.clone();
  }

  /**
   * Records a step.
   *
   * @param weights gives those that it led to, and is asked only where somebody wants them
   */
  void step(StepRecord made, Supplier<double[]> weights) {
    long sent = spending.get().bytes();
    StepRecord step = made.withBytes(sent - bytes);
    bytes = sent;
    motion.add(step.motion());
    stepped = true;
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
   * @param held what the validation rows say
   * @param margin relative decrease that counts as improvement
   */
  void pass(
      int pass, Stepper stepper, double[] weights, double objective, Held held, double margin) {
    pass(
        new PassRecord(
            pass,
            stepper.steps(),
            objective * reportUnit,
            held.loss() * reportUnit,
            stepper.learningRate(),
            stepper.gradientNorm(),
            stepper.velocityNorm(),
            seconds()),
        weights,
        objective,
        held,
        margin);
  }

  /**
   * Records the state after a pass whose record is made already.
   *
   * @param made in reported units
   * @param objective in the loop's units
   * @param held what the validation rows say
   */
  void pass(PassRecord made, double[] weights, double objective, Held held, double margin) {
    int pass = made.pass();
    PassRecord passRecord = made.with(held.metric(), motion.take(), cost());
    passes.add(passRecord);
    lastObjective = objective;
    lastCertificate = null;
    double score = metric == null ? objective : metric.score(held);
    lastScore = score;
    // A validation loss that is no number is no reason to prefer weights, and the objective is on
    // another scale; but the first weights are the best so far, whatever they are.
    if (score < bestScore || passes.size() == 1) {
      if (score < improved - margin * Math.abs(improved) || bestScore == Double.POSITIVE_INFINITY) {
        lastImprovement = pass;
        improved = Double.isNaN(score) ? Double.POSITIVE_INFINITY : score;
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

  private PassRecord.Cost cost() {
    GradientEngine.Spent now = spending.get();
    double seconds = seconds();
    double compute = now.computeSeconds() - spent.computeSeconds();
    double exchange = now.exchangeSeconds() - spent.exchangeSeconds();
    double driver = Math.max(0.0, seconds - secondsBefore - compute - exchange);
    PassRecord.Cost cost =
        new PassRecord.Cost(compute, exchange, driver, now.bytes() - spent.bytes());
    spent = now;
    secondsBefore = seconds;
    return cost;
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

  /**
   * What the pass recorded last was judged by, of which less is better: the validation metric, or
   * where there is none the objective.
   */
  double lastScore() {
    return lastScore;
  }

  /** What objectives are multiplied by in records. */
  double reportUnit() {
    return reportUnit;
  }

  /** Whether there are validation rows. */
  boolean validates() {
    return metric != null;
  }

  /** Since this object was made: what a run before has taken is not counted again. */
  double secondsOfThisRun() {
    return (System.nanoTime() - began) / 1e9;
  }

  /** Whether this run has made a step, and not only one before that it goes on from. */
  boolean hasStepped() {
    return stepped;
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
    double[] more = new double[PassRecord.MORE * passes.size()];
    for (int i = 0; i < passes.size(); i++) {
      passes.get(i).writeMore(more, PassRecord.MORE * i);
    }
    to.putNumbers("history.passes.more", more);
    motion.save(to);
    steps.save(to);
    to.putNumbers("best.weights", bestWeights);
    to.putNumbers("best.score", bestScore, bestObjective, lastObjective);
    to.putNumbers("best.improved", improved);
    to.putIntegers("best.pass", bestPass, lastImprovement);
    to.putNumbers("history.seconds", seconds());
  }

  /** Goes on from what was saved; listeners are told that it was. */
  void restore(Sections from) {
    double[] numbers = from.numbers("history.passes");
    double[] more =
        from.has("history.passes.more") ? from.numbers("history.passes.more") : new double[0];
    for (int i = 0; i < numbers.length / PassRecord.NUMBERS; i++) {
      passes.add(PassRecord.read(numbers, more, i));
    }
    motion.restore(from);
    steps.restore(from);
    bestWeights = from.numbers("best.weights", bestWeights.length);
    double[] scores = from.numbers("best.score", 3);
    bestScore = scores[0];
    bestObjective = scores[1];
    lastObjective = scores[2];
    improved = from.has("best.improved") ? from.number("best.improved") : bestScore;
    long[] best = from.integers("best.pass", 2);
    bestPass = (int) best[0];
    lastImprovement = (int) best[1];
    secondsBefore = from.number("history.seconds");
    start = System.nanoTime() - (long) (1e9 * secondsBefore);
    listeners.forEach(listener -> stopAsked |= !listener.onResume(List.copyOf(passes)));
  }

  /** The motion of a pass, from those of its steps. */
  private static final class PassMotion {
    private static final String SECTION = "history.motion";

    private double momentum = Double.NaN;
    private double cosines;
    private double ratios;
    private long withCosine;
    private long withRatio;

    void add(Motion step) {
      momentum = step.momentum();
      if (!Double.isNaN(step.cosine())) {
        cosines += step.cosine();
        withCosine++;
      }
      if (!Double.isNaN(step.updateRatio())) {
        ratios += step.updateRatio();
        withRatio++;
      }
    }

    /** What there was since the last call; 0/0 is the NaN of what was not measured. */
    Motion take() {
      Motion mean = new Motion(momentum, cosines / withCosine, ratios / withRatio);
      cosines = 0.0;
      ratios = 0.0;
      withCosine = 0;
      withRatio = 0;
      return mean;
    }

    void save(Sections to) {
      to.putNumbers(SECTION, momentum, cosines, ratios, (double) withCosine, (double) withRatio);
    }

    void restore(Sections from) {
      if (from.has(SECTION)) {
        double[] saved = from.numbers(SECTION, 5);
        momentum = saved[0];
        cosines = saved[1];
        ratios = saved[2];
        withCosine = (long) saved[3];
        withRatio = (long) saved[4];
      }
    }
  }
}
