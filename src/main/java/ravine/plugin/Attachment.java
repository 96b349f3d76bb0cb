package ravine.plugin;

import java.util.Map;
import java.util.WeakHashMap;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.ui.SparkUI;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * What was added to a Spark context so that trainings can be watched: once, at its start by the
 * plug-in, or by its first fit.
 *
 * @param posts whether anybody reads events: a web interface, or an event log
 * @param source of metrics; null where nobody is told anything
 */
record Attachment(boolean posts, @Nullable TrainingSource source) {
  /** Switches all of it off. */
  static final String ENABLED = "spark.ravine.tab.enabled";

  /** What was added lives as long as the context does, which its own listeners keep alive. */
  private static final Map<SparkContext, Attachment> KNOWN = new WeakHashMap<>();

  /**
   * Attaches what is not attached yet.
   *
   * @param always registers metrics where nothing else is to be told, too
   */
  static Attachment to(SparkContext context, boolean always) {
    synchronized (KNOWN) {
      Attachment known = KNOWN.get(context);
      if (known == null) {
        KNOWN.put(context, new Attachment(false, null)); // what fails is not tried again
        known = attach(context, always);
        KNOWN.put(context, known);
      }
      return known;
    }
  }

  /** Puts another in its place, and returns what was there, attached if it was not. */
  static Attachment replace(SparkContext context, Attachment other) {
    synchronized (KNOWN) {
      Attachment before = to(context, false);
      KNOWN.put(context, other);
      return before;
    }
  }

  private static Attachment attach(SparkContext context, boolean always) {
    SparkConf conf = context.getConf();
    if (!conf.getBoolean(ENABLED, true)) {
      return new Attachment(false, null);
    }
    Option<SparkUI> ui = context.ui();
    boolean posts = ui.isDefined() || conf.getBoolean("spark.eventLog.enabled", false);
    if (!posts && !always) {
      return new Attachment(false, null);
    }
    if (ui.isDefined() && !TrainingTab.isIn(ui.get())) {
      context.addSparkListener(new FitListener(ui.get().store().store()));
      TrainingTab.addTo(ui.get(), true);
    }
    TrainingSource source = new TrainingSource();
    context.env().metricsSystem().registerSource(source);
    return new Attachment(posts, source);
  }
}
