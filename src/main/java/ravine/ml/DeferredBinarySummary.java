package ravine.ml;

import org.apache.spark.ml.classification.BinaryLogisticRegressionTrainingSummary;
import org.apache.spark.mllib.evaluation.BinaryClassificationMetrics;
import org.apache.spark.sql.SparkSession;

/** The same of a model of two classes. */
final class DeferredBinarySummary
    extends DeferredLogisticSummary<BinaryLogisticRegressionTrainingSummary>
    implements BinaryLogisticRegressionTrainingSummary {
  private static final long serialVersionUID = 1L;

  DeferredBinarySummary(
      Deferred<BinaryLogisticRegressionTrainingSummary> summary, double[] objectiveHistory) {
    super(summary, objectiveHistory);
  }

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
