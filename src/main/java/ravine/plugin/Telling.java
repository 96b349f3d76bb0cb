package ravine.plugin;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Spark of one fit, from the thread that trains: posts events to the listener bus, a sample
 * of them, and sets metrics. A step costs a look at the clock, and an event a few microseconds.
 *
 * <p>A fit of a week posts less than a thousand events: the first few at once, then four a second,
 * and none before the fit is an eightieth older than at the last. Nothing that goes wrong here is
 * thrown: it is logged once, and the fit goes on untold.
 */
public final class Telling {
  /** Events that need not wait. */
  private static final double BURST = 4.0;

  private static final double LEAST_INTERVAL = 0.25e9;

  /** Of the age of the fit. */
  private static final double LEAST_SHARE = 0.0125;

  /** Passes of one event. */
  private static final int MOST_PASSES = 32;

  private static final Logger LOG = LoggerFactory.getLogger(Telling.class);
  private static final AtomicBoolean WARNED = new AtomicBoolean();
  private static final AtomicLong FITS = new AtomicLong();
  private static final Telling NOBODY = new Telling(null, null, "", System::nanoTime);

  /** Takes events; null where nobody reads them. */
  private @Nullable Consumer<SparkListenerEvent> bus;

  private @Nullable TrainingSource source;
  private final String id;
  private final LongSupplier clock;
  private final long begun;
  private long posted;
  private double credit = BURST;
  private Curve passes = new Curve();
  private double gap = Double.NaN;
  private boolean gapIsProven;
  private boolean fresh;
  private int lastPass;
  private long steps;
  private long lastStep;
  private double lossSum;
  private double lastStepPass;
  private double lastRate;

  /**
   * Of a fit that has begun.
   *
   * @param bus takes events; null where nobody reads them
   * @param source of metrics; null where nobody is told anything
   * @param clock in nanoseconds
   */
  Telling(
      @Nullable Consumer<SparkListenerEvent> bus,
      @Nullable TrainingSource source,
      String id,
      LongSupplier clock) {
    this.bus = bus;
    this.source = source;
    this.id = id;
    this.clock = clock;
    this.begun = clock.getAsLong();
    this.posted = begun;
  }

  /**
   * Begins, if the session has somebody to tell.
   *
   * @param way how steps are made
   * @param why that way was taken, a clause to follow "because"
   * @param fit says what else began; asked only if somebody listens
   */
  public static Telling begin(
      SparkContext context, String way, String why, Supplier<FitStarted> fit) {
    try {
      Attachment attached = Attachment.to(context, false);
      if (attached.source() == null) {
        return NOBODY;
      }
      long now = System.currentTimeMillis();
      String id = String.format("%013d-%06d", now, FITS.incrementAndGet());
      Consumer<SparkListenerEvent> bus =
          attached.posts() ? event -> context.listenerBus().post(event) : null;
      if (bus != null) {
        FitStarted started = fit.get();
        started.id = id;
        started.time = now;
        started.way = way;
        started.why = why;
        bus.accept(started);
      }
      attached.source().began();
      return new Telling(bus, attached.source(), id, System::nanoTime);
    } catch (Throwable e) {
      warn(e);
      return NOBODY;
    }
  }

  /** Tells nobody. */
  public static Telling nobody() {
    return NOBODY;
  }

  /**
   * After a step.
   *
   * @param pass passes made, fractional
   * @param loss objective on the mini-batch
   */
  public void step(long step, double pass, double loss, double rate) {
    TrainingSource told = source;
    if (told == null) {
      return;
    }
    try {
      told.step(rate);
      steps++;
      lossSum += loss;
      lastStep = step;
      lastStepPass = pass;
      lastRate = rate;
      postIfDue();
    } catch (Throwable e) {
      giveUp(e);
    }
  }

  /** After a pass; NaN for what is not known. */
  public void pass(
      int pass,
      long step,
      double seconds,
      double objective,
      double validation,
      double gapBound,
      boolean isProven,
      double rate) {
    TrainingSource told = source;
    if (told == null) {
      return;
    }
    try {
      passes =
          passes.plus(
              Curve.point(pass, step, seconds, objective, validation, gapBound, rate), MOST_PASSES);
      gap = gapBound;
      gapIsProven = isProven;
      fresh = true;
      told.pass(Math.max(0, pass - lastPass), objective, gapBound);
      lastPass = pass;
      postIfDue();
    } catch (Throwable e) {
      giveUp(e);
    }
  }

  /** What was learned of the pass told last. */
  public void gap(double bound, boolean isProven) {
    TrainingSource told = source;
    if (told == null || Double.isNaN(bound)) {
      return;
    }
    try {
      passes = passes.withLastGap(bound);
      gap = bound;
      gapIsProven = isProven;
      fresh = true;
      told.gap(bound);
      postIfDue();
    } catch (Throwable e) {
      giveUp(e);
    }
  }

  /**
   * The end of it.
   *
   * @param end says how it ended, but for the fit and the time; asked only if somebody listens
   */
  public void ended(Supplier<FitEnded> end) {
    try {
      TrainingSource told = source;
      source = null;
      if (told != null) {
        told.ended();
      }
      Consumer<SparkListenerEvent> heard = bus;
      if (heard != null) {
        progress(heard, clock.getAsLong());
        FitEnded ended = end.get();
        if (told != null && !Double.isNaN(ended.gap)) {
          told.gap(ended.gap);
        }
        ended.id = id;
        ended.time = System.currentTimeMillis();
        ended.passes = ended.passes.thinned(FitRecord.MOST_POINTS);
        heard.accept(ended);
      }
    } catch (Throwable e) {
      giveUp(e);
    }
  }

  /** The end of a fit that gives its caller no result but an exception. */
  public void failed(Throwable failure) {
    ended(
        () -> {
          String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
          FitEnded end = new FitEnded();
          end.reason = "FAILED";
          end.advice = message.lines().findFirst().orElse(message);
          end.trainSeconds = (clock.getAsLong() - begun) / 1e9;
          return end;
        });
  }

  private void postIfDue() {
    Consumer<SparkListenerEvent> heard = bus;
    if (heard == null) {
      return;
    }
    long now = clock.getAsLong();
    double interval = Math.max(LEAST_INTERVAL, LEAST_SHARE * (now - begun));
    if (credit + (now - posted) / interval >= 1.0) {
      credit = Math.min(BURST, credit + (now - posted) / interval) - 1.0;
      posted = now;
      progress(heard, now);
    }
  }

  private void progress(Consumer<SparkListenerEvent> heard, long now) {
    if (!fresh && steps == 0) {
      return;
    }
    FitProgressed more = new FitProgressed();
    more.id = id;
    more.time = System.currentTimeMillis();
    more.passes = passes;
    more.gap = gap;
    more.gapIsProven = gapIsProven;
    if (steps > 0) {
      more.steps =
          Curve.point(
              lastStepPass,
              lastStep,
              (now - begun) / 1e9,
              lossSum / steps,
              Double.NaN,
              Double.NaN,
              lastRate);
    }
    passes = new Curve();
    steps = 0;
    lossSum = 0.0;
    fresh = false;
    heard.accept(more);
  }

  private void giveUp(Throwable e) {
    TrainingSource told = source;
    bus = null;
    source = null;
    if (told != null) {
      told.ended();
    }
    warn(e);
  }

  private static void warn(Throwable e) {
    if (WARNED.compareAndSet(false, true)) {
      LOG.warn("Fits cannot be watched in Spark's web interface: {}", e.toString(), e);
    }
  }
}
