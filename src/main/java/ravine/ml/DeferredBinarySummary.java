package ravine.ml;

import org.apache.spark.ml.classification.BinaryLogisticRegressionTrainingSummary;

/** Of a logistic regression of two classes. */
final class DeferredBinarySummary
    extends DeferredLogisticSummary<BinaryLogisticRegressionTrainingSummary>
    implements BinaryLogisticRegressionTrainingSummary {
  private static final long serialVersionUID = 1L;

  DeferredBinarySummary(
      Deferred<BinaryLogisticRegressionTrainingSummary> summary, double[] objectiveHistory) {
    super(summary, objectiveHistory);
  }
}
