package ravine.ml;

import java.io.Serializable;
import org.apache.spark.ml.classification.LinearSVCTrainingSummary;
import org.apache.spark.mllib.evaluation.BinaryClassificationMetrics;
import org.apache.spark.mllib.evaluation.MulticlassMetrics;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Spark's summary of a support vector machine, made when it is needed: see {@link Deferred}. */
final class DeferredSvcSummary implements LinearSVCTrainingSummary, Serializable {
  private static final long serialVersionUID = 1L;

  private final Deferred<LinearSVCTrainingSummary> summary;
  private final double[] objectiveHistory;

  DeferredSvcSummary(Deferred<LinearSVCTrainingSummary> summary, double[] objectiveHistory) {
    this.summary = summary;
    this.objectiveHistory = objectiveHistory;
  }

  @Override
  public double[] objectiveHistory() {
    return objectiveHistory.clone();
  }

  @Override
  public Dataset<Row> predictions() {
    return summary.get().predictions();
  }

  @Override
  public String predictionCol() {
    return summary.get().predictionCol();
  }

  @Override
  public String labelCol() {
    return summary.get().labelCol();
  }

  @Override
  public String weightCol() {
    return summary.get().weightCol();
  }

  @Override
  public MulticlassMetrics
      org$apache$spark$ml$classification$ClassificationSummary$$multiclassMetrics() {
    return summary
        .get()
        .org$apache$spark$ml$classification$ClassificationSummary$$multiclassMetrics();
  }

  /** What Spark's trait calls when it is constructed, which this is not. */
  @Override
  public void
      org$apache$spark$ml$classification$ClassificationSummary$_setter_$org$apache$spark$ml$classification$ClassificationSummary$$multiclassMetrics_$eq(
          MulticlassMetrics metrics) {}

  @Override
  public SparkSession
      org$apache$spark$ml$classification$BinaryClassificationSummary$$sparkSession() {
    return summary
        .get()
        .org$apache$spark$ml$classification$BinaryClassificationSummary$$sparkSession();
  }

  @Override
  public BinaryClassificationMetrics
      org$apache$spark$ml$classification$BinaryClassificationSummary$$binaryMetrics() {
    return summary
        .get()
        .org$apache$spark$ml$classification$BinaryClassificationSummary$$binaryMetrics();
  }

  @Override
  public void
      org$apache$spark$ml$classification$BinaryClassificationSummary$_setter_$org$apache$spark$ml$classification$BinaryClassificationSummary$$sparkSession_$eq(
          SparkSession session) {}

  @Override
  public void
      org$apache$spark$ml$classification$BinaryClassificationSummary$_setter_$org$apache$spark$ml$classification$BinaryClassificationSummary$$binaryMetrics_$eq(
          BinaryClassificationMetrics metrics) {}
}
