package ravine.plugin;

import org.apache.spark.ui.SparkUI;
import org.apache.spark.ui.SparkUITab;
import org.apache.spark.ui.WebUITab;
import scala.collection.Iterator;
import scala.collection.Seq;

/** The tab <i>Training</i>, under {@code /ravine/}. */
final class TrainingTab extends SparkUITab {
  static final String PREFIX = "ravine";

  private TrainingTab(SparkUI ui) {
    super(ui, PREFIX);
  }

  /**
   * Adds it.
   *
   * @param live whether the application runs, so that there may be more to see soon
   */
  static void addTo(SparkUI ui, boolean live) {
    TrainingTab tab = new TrainingTab(ui);
    TrainingPage page = new TrainingPage(tab, ui.store().store(), live);
    tab.attachPage(new SparkPage(page::html, page::json));
    ui.attachTab(tab);
  }

  /** Whether an interface has it, be it of another class loader. */
  static boolean isIn(SparkUI ui) {
    for (Iterator<?> tabs = tabs(ui).iterator(); tabs.hasNext(); ) {
      if (tabs.next() instanceof WebUITab tab && tab.prefix().equals(PREFIX)) {
        return true;
      }
    }
    return false;
  }

  /** What Scala 2.12 and 2.13 call a Seq are two classes. */
  private static Seq<?> tabs(SparkUI ui) {
    try {
      return (Seq<?>) SparkUI.class.getMethod("getTabs").invoke(ui);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This Spark's web interface has no tabs", e);
    }
  }

  @Override
  public String name() {
    return "Training";
  }
}
