package ravine.plugin;

import org.apache.spark.util.kvstore.KVIndex;
import org.jspecify.annotations.Nullable;

/** What Spark's store holds of a fit; hence the public fields. Not changed once it is written. */
public final class FitRecord {
  /** Most points of a curve. */
  static final int MOST_POINTS = 200;

  /** {@link FitStarted#id}. */
  @KVIndex public String id = "";

  /** How it began. */
  public FitStarted started = new FitStarted();

  /** States at the ends of passes. */
  public Curve passes = new Curve();

  /** Losses of mini-batches. */
  public Curve steps = new Curve();

  /** How far the objective of the last pass can be above the optimum; NaN where it is not known. */
  public double gap = Double.NaN;

  /** Whether that bound holds always. */
  public boolean gapIsProven;

  /** When it was last heard of, in milliseconds since 1970. */
  public long heard;

  /** How it ended; null while it runs. */
  public @Nullable FitEnded ended;

  /** Nothing is known yet. */
  public FitRecord() {}

  /** A fit that begins. */
  static FitRecord of(FitStarted started) {
    FitRecord record = new FitRecord();
    record.id = started.id;
    record.started = started;
    record.heard = started.time;
    return record;
  }

  FitRecord with(FitProgressed more) {
    FitRecord record = copy();
    record.passes = passes.plus(more.passes, MOST_POINTS);
    record.steps = steps.plus(more.steps, MOST_POINTS);
    if (!Double.isNaN(more.gap)) {
      record.passes = record.passes.withLastGap(more.gap);
      record.gap = more.gap;
      record.gapIsProven = more.gapIsProven;
    }
    record.heard = more.time;
    return record;
  }

  FitRecord with(FitEnded end) {
    FitRecord record = copy();
    record.passes = end.passes.size() > 0 ? end.passes : passes;
    record.gap = end.gap;
    record.gapIsProven = end.gapIsProven;
    record.heard = end.time;
    record.ended = end;
    return record;
  }

  private FitRecord copy() {
    FitRecord record = of(started);
    record.passes = passes;
    record.steps = steps;
    record.gap = gap;
    record.gapIsProven = gapIsProven;
    return record;
  }
}
