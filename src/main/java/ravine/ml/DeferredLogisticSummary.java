package ravine.ml;

import java.io.Serializable;
import org.apache.spark.ml.classification.LogisticRegressionTrainingSummary;
import org.apache.spark.mllib.evaluation.MulticlassMetrics;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Spark's summary of a model of several classes, made when it is needed: see {@link Deferred}. All
 * else that Spark's trait can tell it makes of these.
 *
 * @param <T> what kind is made
 */
class DeferredLogisticSummary<T extends LogisticRegressionTrainingSummary>
    implements LogisticRegressionTrainingSummary, Serializable {
  private static final long serialVersionUID = 1L;

  final Deferred<T> summary;
  private final double[] objectiveHistory;

  DeferredLogisticSummary(Deferred<T> summary, double[] objectiveHistory) {
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
  public String probabilityCol() {
    return summary.get().probabilityCol();
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
  public String featuresCol() {
    return summary.get().featuresCol();
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
}
