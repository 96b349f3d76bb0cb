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
 * Lazy training summary of a classifier: Spark's own summary is made when it is first asked for,
 * see {@link Deferred}. Implemented here is what Spark's traits leave abstract; everything else is
 * inherited from them. Among it are the setters that a Scala trait calls from its initializer; a
 * Java class has no such initializer, so they do nothing.
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

  /** Abstract in the trait of binary summaries only, like the methods below. */
  public final BinaryClassificationMetrics
      org$apache$spark$ml$classification$BinaryClassificationSummary$$binaryMetrics() {
    return binary().org$apache$spark$ml$classification$BinaryClassificationSummary$$binaryMetrics();
  }

  /** The session that a binary summary makes its ROC curve in. */
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

  // What follows, Spark's trait computes by itself, anew at each call; and Python does not find
  // what
  // a class has from an interface of its interface alone.

  /** The receiver-operating-characteristic curve of a binary summary. */
  public final Dataset<Row> roc() {
    return binary().roc();
  }

  /** The area under that curve. */
  public final double areaUnderROC() {
    return binary().areaUnderROC();
  }

  /** The precision-recall curve of a binary summary. */
  public final Dataset<Row> pr() {
    return binary().pr();
  }

  /** The F measure of a binary summary by threshold, β = 1. */
  public final Dataset<Row> fMeasureByThreshold() {
    return binary().fMeasureByThreshold();
  }

  /** The precision of a binary summary by threshold. */
  public final Dataset<Row> precisionByThreshold() {
    return binary().precisionByThreshold();
  }

  /** The recall of a binary summary by threshold. */
  public final Dataset<Row> recallByThreshold() {
    return binary().recallByThreshold();
  }

  /** The column that the curves of a binary summary are made of. */
  public final String scoreCol() {
    return binary().scoreCol();
  }

  private BinaryClassificationSummary binary() {
    return (BinaryClassificationSummary) made();
  }
}
