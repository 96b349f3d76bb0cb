package ravine.ml;

import java.io.Serializable;
import org.apache.spark.ml.classification.BinaryClassificationSummary;
import org.apache.spark.ml.classification.ClassificationSummary;
import org.apache.spark.ml.classification.TrainingSummary;
import org.apache.spark.mllib.evaluation.BinaryClassificationMetrics;
import org.apache.spark.mllib.evaluation.MulticlassMetrics;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Spark's training summary of a classifier, made when it is needed: see {@link Deferred}. Holds
 * what Spark's traits leave open; all else they make of that. The setters are what a trait calls
 * when it is constructed, which these are not.
 *
 * @param <T> what is made
 */
abstract class DeferredSummary<T extends ClassificationSummary & TrainingSummary>
    implements ClassificationSummary, TrainingSummary, Serializable {
  private static final long serialVersionUID = 1L;

  private final Deferred<T> summary;
  private final double[] objectiveHistory;

  DeferredSummary(Deferred<T> summary, double[] objectiveHistory) {
    this.summary = summary;
    this.objectiveHistory = objectiveHistory;
  }

  final T made() {
    return summary.get();
  }

  @Override
  public final double[] objectiveHistory() {
    return objectiveHistory.clone();
  }

  @Override
  public final Dataset<Row> predictions() {
    return made().predictions();
  }

  @Override
  public final String predictionCol() {
    return made().predictionCol();
  }

  @Override
  public final String labelCol() {
    return made().labelCol();
  }

  @Override
  public final String weightCol() {
    return made().weightCol();
  }

  @Override
  public final MulticlassMetrics
      org$apache$spark$ml$classification$ClassificationSummary$$multiclassMetrics() {
    return made().org$apache$spark$ml$classification$ClassificationSummary$$multiclassMetrics();
  }

  @Override
  public final void
      org$apache$spark$ml$classification$ClassificationSummary$_setter_$org$apache$spark$ml$classification$ClassificationSummary$$multiclassMetrics_$eq(
          MulticlassMetrics metrics) {}

  /** Of those of two classes, as the methods that follow. */
  public final BinaryClassificationMetrics
      org$apache$spark$ml$classification$BinaryClassificationSummary$$binaryMetrics() {
    return binary().org$apache$spark$ml$classification$BinaryClassificationSummary$$binaryMetrics();
  }

  /** Where their curves are made. */
  public final SparkSession
      org$apache$spark$ml$classification$BinaryClassificationSummary$$sparkSession() {
    return binary().org$apache$spark$ml$classification$BinaryClassificationSummary$$sparkSession();
  }

  /** Not called. */
  public final void
      org$apache$spark$ml$classification$BinaryClassificationSummary$_setter_$org$apache$spark$ml$classification$BinaryClassificationSummary$$binaryMetrics_$eq(
          BinaryClassificationMetrics metrics) {}

  /** Not called. */
  public final void
      org$apache$spark$ml$classification$BinaryClassificationSummary$_setter_$org$apache$spark$ml$classification$BinaryClassificationSummary$$sparkSession_$eq(
          SparkSession session) {}

  private BinaryClassificationSummary binary() {
    return (BinaryClassificationSummary) made();
  }
}
