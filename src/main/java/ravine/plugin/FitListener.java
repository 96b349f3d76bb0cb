package ravine.plugin;

import java.util.NoSuchElementException;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.util.kvstore.KVStore;
import org.apache.spark.util.kvstore.KVStoreIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes records of fits from their events, in a live session and in the history server. */
final class FitListener extends SparkListener {
  /** Fits that are remembered of an application. */
  static final int RETAINED = 100;

  private static final Logger LOG = LoggerFactory.getLogger(FitListener.class);

  private final KVStore store;
  private boolean failed;

  FitListener(KVStore store) {
    this.store = store;
  }

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    try {
      if (event instanceof FitStarted started) {
        forgetTheOldest();
        store.write(FitRecord.of(started));
      } else if (event instanceof FitProgressed more) {
        store.write(store.read(FitRecord.class, more.id).with(more));
      } else if (event instanceof FitEnded end) {
        store.write(store.read(FitRecord.class, end.id).with(end));
      }
    } catch (NoSuchElementException forgotten) {
      LOG.debug("A fit that is forgotten goes on", forgotten);
    } catch (Exception e) {
      if (!failed) {
        LOG.warn("The tab of trainings misses a fit", e);
      }
      failed = true;
    }
  }

  private void forgetTheOldest() throws Exception {
    for (long over = store.count(FitRecord.class) - RETAINED + 1; over > 0; over--) {
      String oldest;
      try (KVStoreIterator<FitRecord> fits = store.view(FitRecord.class).closeableIterator()) {
        oldest = fits.next().id;
      }
      store.delete(FitRecord.class, oldest);
    }
  }
}
