package ravine.ml;

import org.apache.spark.ml.classification.LogisticRegressionTrainingSummary;

/**
 * Lazy training summary of a multinomial logistic regression.
 *
 * @param <T> what is made
 */
class DeferredLogisticSummary<T extends LogisticRegressionTrainingSummary>
    extends DeferredSummary<T> implements LogisticRegressionTrainingSummary {
  private static final long serialVersionUID = 1L;

  DeferredLogisticSummary(Deferred<T> summary, double[] objectiveHistory) {
    super(summary, objectiveHistory);
  }

  @Override
  public final String probabilityCol() {
    return made().probabilityCol();
  }

  @Override
  public final String featuresCol() {
    return made().featuresCol();
  }
}
