package ravine.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.plugin.FitEnded;

/**
 * What training gave beyond the model.
 *
 * @param weights the final (or best, see {@code stopReason}) weights in the coordinates of the loop
 * @param passes one record per pass after which the weights were others, the first before any step
 * @param steps a record of each step, in order; of more than 10,000 steps only of the first, every
 *     second, fourth, … of those after it, the one of least loss and the last, so that a training
 *     of any length holds less than 2 MB of them
 * @param stopReason why training ended
 * @param advice one sentence: what the reason means and what to do about it
 * @param bestPass the pass whose weights are returned
 * @param rule text of what was asked for, readable by {@code Specs.optimizer}: a rule, or L-BFGS
 * @param way how the steps were made, such as {@code normal equations}, {@code newton}, {@code
 *     metric of a sample}, {@code lbfgs(10)}, {@code full batches} or {@code mini-batches}
 * @param why that way was taken, a clause to follow "because"
 * @param schedule text of the learning-rate schedule
 * @param engine name of the engine that ran; {@code none} where it was not needed
 * @param seed the seed of the shuffle and of the order of the mini-batches
 * @param rows training rows
 * @param seconds where the time went
 * @param validationMetric name of the metric of the validation rows that {@code bestPass} was
 *     chosen by; empty where there were none
 * @param certificate how far the objective at the returned weights can be above the optimum,
 *     whichever pass they are of; null where that was not measured
 */
public record TrainingResult(
    double[] weights,
    List<PassRecord> passes,
    List<StepRecord> steps,
    StopReason stopReason,
    String advice,
    int bestPass,
    String rule,
    String way,
    String why,
    String schedule,
    String engine,
    long seed,
    long rows,
    Seconds seconds,
    String validationMetric,
    @Nullable Certificate certificate) {

  /** The result of a training without validation rows. */
  public TrainingResult(
      double[] weights,
      List<PassRecord> passes,
      List<StepRecord> steps,
      StopReason stopReason,
      String advice,
      int bestPass,
      String rule,
      String way,
      String why,
      String schedule,
      String engine,
      long seed,
      long rows,
      Seconds seconds,
      @Nullable Certificate certificate) {
    this(
        weights,
        passes,
        steps,
        stopReason,
        advice,
        bestPass,
        rule,
        way,
        why,
        schedule,
        engine,
        seed,
        rows,
        seconds,
        "",
        certificate);
  }

  /**
   * Wall-clock seconds by stage.
   *
   * @param pack reading, validating and packing the rows
   * @param open from there until the engine is open
   * @param train from there to the last step, the driver's own start included
   */
  public record Seconds(double pack, double open, double train) {}

  /** The same with other weights. */
  TrainingResult ofWeights(double[] newWeights) {
    return new TrainingResult(
        newWeights,
        passes,
        steps,
        stopReason,
        advice,
        bestPass,
        rule,
        way,
        why,
        schedule,
        engine,
        seed,
        rows,
        seconds,
        validationMetric,
        certificate);
  }

  /**
   * The same with one more record of the objective: where training minimised a smooth twin of it,
   * the twin's values stand in the records before. The bound changes with the objective: what is
   * proven is a lower bound of the optimum, and that stays.
   *
   * @param newWeights without what only the twin has
   */
  TrainingResult measured(double[] newWeights, double objective) {
    PassRecord best = passes.get(bestPass);
    PassRecord last = passes.get(passes.size() - 1);
    PassRecord record =
        new PassRecord(
                last.pass(),
                best.step(),
                objective,
                best.validationLoss(),
                best.learningRate(),
                best.gradientNorm(),
                best.velocityNorm(),
                last.seconds())
            .with(best.validationMetric(), best.motion(), PassRecord.Cost.NONE);
    Certificate twins = certificate;
    Certificate own =
        twins == null
            ? null
            : twins.of(Math.max(0.0, twins.bound() - best.objective() + objective));
    List<PassRecord> more = new ArrayList<>(passes);
    more.add(own == null ? record : record.with(own));
    return new TrainingResult(
        newWeights,
        List.copyOf(more),
        steps,
        stopReason,
        advice,
        passes.size(),
        rule,
        way,
        why,
        schedule,
        engine,
        seed,
        rows,
        seconds,
        validationMetric,
        own);
  }

  /**
   * The objective after each pass, the first before any step. A pass after which the weights are
   * those of before (it went into a Hessian, or its step was not taken) repeats the value, so that
   * the position tells how many passes were made.
   */
  public double[] objectiveHistory() {
    return everyPass().stream().mapToDouble(PassRecord::objective).toArray();
  }

  /**
   * The records of {@link #passes}, the one before repeated for a pass after which the weights were
   * the same, so that the position tells how many passes were made.
   */
  public List<PassRecord> everyPass() {
    List<PassRecord> every = new ArrayList<>();
    @Nullable PassRecord before = null;
    for (PassRecord record : passes) {
      if (before != null) {
        for (int pass = before.pass() + 1; pass < record.pass(); pass++) {
          every.add(before);
        }
      }
      every.add(record);
      before = record;
    }
    return every;
  }

  /**
   * A clause: how far the objective at the returned weights can be above the optimum, such as
   * "objective at most 3.1e-07 of itself above the optimum (proven)".
   */
  public String worth() {
    Certificate known = certificate;
    return known == null || passes.isEmpty()
        ? Certificate.none().clause(Double.NaN)
        : known.clause(objective());
  }

  /** The bound of {@link #certificate}, in units of the objective; NaN where nothing is known. */
  public double gapBound() {
    return certificate != null && certificate.bound() < Double.POSITIVE_INFINITY
        ? certificate.bound()
        : Double.NaN;
  }

  /** Whether that bound holds always; false where it is an estimate, or nothing is known. */
  public boolean gapIsProven() {
    return certificate != null && certificate.isKnownAndProven();
  }

  /** The objective at the returned weights. */
  public double objective() {
    return passes.get(bestPass).objective();
  }

  /** What Spark is told of the end. */
  FitEnded told() {
    FitEnded end = new FitEnded();
    end.reason = stopReason.toString();
    end.advice = advice;
    end.bestPass = passes.get(bestPass).pass();
    end.objective = objective();
    end.gap = gapBound();
    end.gapIsProven = gapIsProven();
    end.schedule = schedule;
    end.packSeconds = seconds.pack();
    end.openSeconds = seconds.open();
    end.trainSeconds = seconds.train();
    for (PassRecord pass : passes) {
      end.add(
          pass.pass(),
          pass.step(),
          pass.seconds(),
          pass.objective(),
          pass.validationLoss(),
          pass.gapBound(),
          pass.learningRate());
    }
    return end;
  }
}
