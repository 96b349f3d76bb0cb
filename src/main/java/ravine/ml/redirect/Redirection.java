package ravine.ml.redirect;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.ml.ClientWarnings;

/** One fit of a redirected estimator: by Ravine, or by Spark where Ravine does not do. */
final class Redirection {
  private static final Logger LOG = LoggerFactory.getLogger(Redirection.class);

  private Redirection() {}

  /**
   * Trains, whoever does it. A training of ours that fails is followed by Spark's, because the same
   * program would have had that one without us; one that somebody ended is not.
   *
   * @param estimator name of the class
   * @param exception what leaves this to Spark, a clause to follow "because"; null for nothing
   * @param ours trains by Ravine
   * @param sparks trains by Spark
   * @param <M> the model
   */
  static <M> M train(
      String estimator,
      SparkContext context,
      @Nullable String exception,
      Supplier<M> ours,
      Supplier<M> sparks) {
    if (exception == null) {
      try {
        return ours.get();
      } catch (Exception failed) { // SparkException is checked, and comes undeclared from Scala
        if (isEnd(failed, context)) {
          throw failed;
        }
        LOG.debug("Ravine failed", failed);
        warn(estimator, failed instanceof IllegalArgumentException ? "" : "it failed: ", failed);
        return sparks.get();
      }
    }
    warn(byWhom(estimator, exception));
    return sparks.get();
  }

  /**
   * Does nothing if training came to an end of some kind.
   *
   * @throws IllegalStateException if it diverged
   */
  static void requireSound(@Nullable TrainingResult result) {
    if (result != null && result.stopReason() == StopReason.DIVERGED) {
      throw new IllegalStateException(result.advice());
    }
  }

  /** The sentence that says who trains. */
  static String byWhom(String estimator, @Nullable String exception) {
    return exception == null
        ? estimator + " is trained by Ravine."
        : estimator + " is trained by Spark, not by Ravine, because " + exception + ".";
  }

  private static void warn(String estimator, String how, Exception failed) {
    String message = String.valueOf(failed.getMessage());
    String line = message.lines().findFirst().orElse(message);
    warn(estimator + " is trained by Spark, because Ravine declined: " + how + line);
  }

  private static void warn(String line) {
    LOG.warn(line);
    ClientWarnings.add(line);
  }

  /** Whether somebody wanted the training to end: nobody wants it to begin anew then. */
  private static boolean isEnd(Throwable thrown, SparkContext context) {
    if (Thread.currentThread().isInterrupted() || context.isStopped()) {
      return true;
    }
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      String message = at.getMessage();
      if (at instanceof InterruptedException
          || (message != null && message.lines().findFirst().orElse("").contains(" cancelled"))) {
        return true;
      }
    }
    return false;
  }
}
