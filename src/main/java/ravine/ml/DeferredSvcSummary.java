package ravine.ml;

import org.apache.spark.ml.classification.LinearSVCTrainingSummary;

/** Lazy training summary of a linear support vector machine. */
final class DeferredSvcSummary extends DeferredSummary<LinearSVCTrainingSummary>
    implements LinearSVCTrainingSummary {
  private static final long serialVersionUID = 1L;

  DeferredSvcSummary(Deferred<LinearSVCTrainingSummary> summary, double[] objectiveHistory) {
    super(summary, objectiveHistory);
  }
}
