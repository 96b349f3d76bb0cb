package ravine.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * A fit has begun: its rows are packed and the way is chosen. Spark writes it to event logs as
 * JSON, hence the public fields.
 */
public final class FitStarted implements SparkListenerEvent {
  /** Names the fit among those of the application; sorts by the time it began. */
  public String id = "";

  /** When, in milliseconds since 1970. */
  public long time;

  /** What the caller has set as description of the thread's jobs; empty for nothing. */
  public String description = "";

  /** Name of the loss. */
  public String loss = "";

  /** Text of what was asked for: a rule, or L-BFGS. */
  public String rule = "";

  /** How steps are made. */
  public String way = "";

  /** Why that way was taken, a clause to follow "because". */
  public String why = "";

  /** Name of the engine. */
  public String engine = "";

  /** Training rows. */
  public long rows;

  /** Rows that only validate. */
  public long validationRows;

  /** Number of features. */
  public int features;

  /** Number of weights. */
  public int weights;

  /** Most passes. */
  public int maxPasses;

  /** Most seconds of training; 0 for any number. */
  public double maxSeconds;

  /** Relative accuracy at which the fit has converged. */
  public double tol;

  /** What else was asked for, by name. */
  public Map<String, String> params = new LinkedHashMap<>();

  /** Nothing is known yet. */
  public FitStarted() {}
}
