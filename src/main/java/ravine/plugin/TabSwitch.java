package ravine.plugin;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.util.kvstore.InMemoryStore;

/**
 * Has the trainings of a context told, or not, for as long as this is open: for what that costs to
 * be measured in one session. It leaves the tab itself as it is.
 */
public final class TabSwitch implements AutoCloseable {
  private final SparkContext context;
  private final Attachment before;
  private final Counting listener;

  private TabSwitch(SparkContext context, Attachment meanwhile) {
    this.context = context;
    this.listener = new Counting();
    this.before = Attachment.replace(context, meanwhile);
    context.addSparkListener(listener);
  }

  /** Tells as in a session with a web interface: events are posted, and a store keeps the fits. */
  public static TabSwitch on(SparkContext context) {
    return new TabSwitch(context, new Attachment(true, new TrainingSource()));
  }

  /** Tells nobody. */
  public static TabSwitch off(SparkContext context) {
    return new TabSwitch(context, new Attachment(false, null));
  }

  /** Events that have arrived so far. */
  public long events() {
    return listener.events.get();
  }

  @Override
  public void close() {
    context.removeSparkListener(listener);
    Attachment.replace(context, before);
  }

  /** Makes records of fits, as the tab does. */
  private static final class Counting extends SparkListener {
    private final FitListener records = new FitListener(new InMemoryStore());
    private final AtomicLong events = new AtomicLong();

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      if (event instanceof FitStarted
          || event instanceof FitProgressed
          || event instanceof FitEnded) {
        events.incrementAndGet();
        records.onOtherEvent(event);
      }
    }
  }
}
