package ravine.ml;

import org.apache.spark.ml.classification.BinaryLogisticRegressionTrainingSummary;

/** Lazy training summary of a binary logistic regression. */
final class DeferredBinarySummary
    extends DeferredLogisticSummary<BinaryLogisticRegressionTrainingSummary>
    implements BinaryLogisticRegressionTrainingSummary {
  private static final long serialVersionUID = 1L;

  DeferredBinarySummary(
      Deferred<BinaryLogisticRegressionTrainingSummary> summary, double[] objectiveHistory) {
    super(summary, objectiveHistory);
  }
}
