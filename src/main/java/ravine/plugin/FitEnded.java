package ravine.plugin;

import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * A fit is over, with a model or without. Spark writes it to event logs as JSON, hence the public
 * fields.
 */
public final class FitEnded implements SparkListenerEvent {
  /** The fit. */
  public String id = "";

  /** When, in milliseconds since 1970. */
  public long time;

  /** Why it ended, such as {@code CONVERGED}. */
  public String reason = "";

  /** What that means and what to do about it; the error of a fit that has thrown one. */
  public String advice = "";

  /** The pass whose weights are returned. */
  public int bestPass;

  /** The objective at the weights returned; NaN where there are none. */
  public double objective = Double.NaN;

  /** How far that can be above the optimum; NaN where it is not known. */
  public double gap = Double.NaN;

  /** Whether that bound holds always, or is an estimate. */
  public boolean gapIsProven;

  /** Text of the learning-rate schedule. */
  public String schedule = "";

  /** Wall-clock seconds of reading and packing the rows. */
  public double packSeconds;

  /** Wall-clock seconds from there until the engine was open. */
  public double openSeconds;

  /** Wall-clock seconds from there to the last step. */
  public double trainSeconds;

  /** States at the ends of passes, with what was learned of them later; thinned. */
  public Curve passes = new Curve();

  /** Nothing is known yet. */
  public FitEnded() {}

  /** Adds the state at the end of a pass; NaN for what is not known. */
  public void add(
      int pass,
      long step,
      double seconds,
      double value,
      double validation,
      double bound,
      double rate) {
    passes =
        passes.plus(
            Curve.point(pass, step, seconds, value, validation, bound, rate),
            2 * FitRecord.MOST_POINTS);
  }
}
