package ravine.ml;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.curvature.Certificate;
import ravine.engine.TrainingResult;

/**
 * Lines that a Spark Connect server gives back to its client with the model, where pyspark logs
 * them. From 4.1 on such a server begins a list of them for the thread that fits; elsewhere there
 * is none, and nothing happens here.
 */
public final class ClientWarnings {
  private static final Logger LOG = LoggerFactory.getLogger(ClientWarnings.class);

  /**
   * Of Scala's ArrayBuffer by thread: not named by type, as its methods are others in Scala 2.12.
   */
  private static final @Nullable ThreadLocal<?> LISTS = lists();

  private ClientWarnings() {}

  /** Adds a line for the client of this thread, if there is one. */
  public static void add(String line) {
    Object list = LISTS == null ? null : LISTS.get();
    if (list == null) {
      return;
    }
    try {
      list.getClass().getMethod("addOne", Object.class).invoke(list, line);
    } catch (ReflectiveOperationException e) {
      LOG.debug("No way to tell the client", e);
    }
  }

  /** Says why training ended and what the weights are worth. */
  static void add(TrainingResult result) {
    Certificate certificate = result.certificate();
    add(
        String.format(
            Locale.ROOT,
            "%s after %d passes by %s (objective %.10g). %s",
            result.stopReason(),
            result.passes().get(result.passes().size() - 1).pass(),
            result.way(),
            result.passes().get(result.bestPass()).objective(),
            certificate == null ? result.advice() : certificate.sentence()));
  }

  private static @Nullable ThreadLocal<?> lists() {
    try {
      Class<?> holder = Class.forName("org.apache.spark.ml.EstimatorUtils$");
      Object only = holder.getField("MODULE$").get(null);
      return (ThreadLocal<?>) holder.getMethod("warningMessagesBuffer").invoke(only);
    } catch (ReflectiveOperationException older) {
      return null;
    }
  }
}
