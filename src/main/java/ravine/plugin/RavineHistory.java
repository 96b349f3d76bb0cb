package ravine.plugin;

import java.util.Iterator;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.status.AppHistoryServerPlugin;
import org.apache.spark.status.ElementTrackingStore;
import org.apache.spark.ui.SparkUI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.immutable.List;
import scala.collection.immutable.Nil$;

/**
 * The tab <i>Training</i> in the history server, of applications that had fits. Found by Spark as a
 * service, if this jar is on the history server's class path.
 */
public final class RavineHistory implements AppHistoryServerPlugin, HistoryOfScala213 {
  private static final Logger LOG = LoggerFactory.getLogger(RavineHistory.class);

  /** Made by Spark. */
  public RavineHistory() {}

  /** A list is a sequence of Scala 2.12's and of 2.13's kind. */
  @Override
  public List<SparkListener> createListeners(SparkConf conf, ElementTrackingStore store) {
    return Nil$.MODULE$.$colon$colon(new FitListener(store));
  }

  @Override
  public void setupUI(SparkUI ui) {
    try {
      Iterator<FitRecord> fits = ui.store().store().view(FitRecord.class).iterator();
      if (fits.hasNext() && !TrainingTab.isIn(ui)) {
        TrainingTab.addTo(ui, false);
      }
    } catch (Throwable e) {
      LOG.warn("The fits of {} cannot be shown: {}", ui.appName(), e.toString(), e);
    }
  }
}
