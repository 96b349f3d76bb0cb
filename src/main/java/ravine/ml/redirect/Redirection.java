package ravine.ml.redirect;

import java.io.Serializable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.PredictionModel;
import org.apache.spark.ml.Predictor;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.ml.ClientWarnings;
import ravine.ml.MiniBatchParams;

/**
 * The fits of one redirected estimator: by Ravine, or by Spark where Ravine does not do. Knows who
 * trained last.
 */
final class Redirection implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Redirection.class);

  private final String estimator;
  private transient @Nullable TrainingResult lastTrainingResult;

  /**
   * Of an estimator that has not been fitted.
   *
   * @param estimator name of its class
   */
  Redirection(String estimator) {
    this.estimator = estimator;
  }

  /**
   * Trains, whoever does it. A training of ours that fails is followed by Spark's, because the same
   * program would have had that one without us; one that somebody ended is not.
   *
   * @param exception what leaves this to Spark, a clause to follow "because"; null for nothing
   * @param ours makes the estimator of ours with the same params
   * @param sparks trains by Spark
   * @param <E> the estimator of ours
   * @param <M> the model
   */
  <E extends Predictor<Vector, ?, M> & MiniBatchParams<E>, M extends PredictionModel<Vector, M>>
      M train(
          Dataset<?> rows,
          @Nullable String exception,
          Supplier<E> ours,
          Function<Dataset<?>, M> sparks) {
    return train(
        rows.sparkSession().sparkContext(),
        exception,
        () -> {
          E trained = ours.get();
          M model = trained.train(rows);
          trained(trained.lastTrainingResult());
          return model;
        },
        () -> sparks.apply(rows));
  }

  /** The same of any two trainings. */
  <M> M train(
      SparkContext context, @Nullable String exception, Supplier<M> ours, Supplier<M> sparks) {
    lastTrainingResult = null;
    if (exception == null) {
      try {
        return ours.get();
      } catch (Exception failed) { // SparkException is checked, and comes undeclared from Scala
        if (isEnd(failed, context)) {
          throw failed;
        }
        LOG.debug("Ravine failed", failed);
        warn(failed instanceof IllegalArgumentException ? "" : "it failed: ", failed);
        return sparks.get();
      }
    }
    warn(explanation(exception));
    return sparks.get();
  }

  /** What the last fit gave beyond the model; null before the first, and where Spark trained. */
  @Nullable TrainingResult lastTrainingResult() {
    return lastTrainingResult;
  }

  /**
   * Remembers a training of ours.
   *
   * @throws IllegalStateException if it diverged
   */
  void trained(@Nullable TrainingResult result) {
    requireSound(result);
    lastTrainingResult = result;
  }

  /**
   * Does nothing if training came to an end of some kind.
   *
   * @throws IllegalStateException if it diverged
   */
  private static void requireSound(@Nullable TrainingResult result) {
    if (result != null && result.stopReason() == StopReason.DIVERGED) {
      throw new IllegalStateException(result.advice());
    }
  }

  /** The sentence that says who trains. */
  String explanation(@Nullable String exception) {
    return exception == null
        ? estimator + " is trained by Ravine."
        : estimator + " is trained by Spark, not by Ravine, because " + exception + ".";
  }

  private void warn(String how, Exception failed) {
    String message = String.valueOf(failed.getMessage());
    String line = message.lines().findFirst().orElse(message);
    warn(estimator + " is trained by Spark, because Ravine declined: " + how + line);
  }

  private static void warn(String line) {
    LOG.warn(line);
    ClientWarnings.add(line);
  }

  /** Whether somebody wanted the training to end: nobody wants it to begin anew then. */
  static boolean isEnd(Throwable thrown, SparkContext context) {
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
