package ravine.plugin;

import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * What a fit did since it last said so: a sample, a few times a second at most. Spark writes it to
 * event logs as JSON, hence the public fields.
 */
public final class FitProgressed implements SparkListenerEvent {
  /** The fit. */
  public String id = "";

  /** When, in milliseconds since 1970. */
  public long time;

  /** States at the ends of passes. */
  public Curve passes = new Curve();

  /** One point for all mini-batch steps since; none where there was no step. */
  public Curve steps = new Curve();

  /** How far the objective of the last pass can be above the optimum; NaN where it is not known. */
  public double gap = Double.NaN;

  /** Whether that bound holds always, or is an estimate. */
  public boolean gapIsProven;

  /** Nothing has happened yet. */
  public FitProgressed() {}
}
