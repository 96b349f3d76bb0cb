package ravine.ml.redirect;

import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingData;
import ravine.ml.MiniBatchFit;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.objective.Problem;

/** Declines, once it has read the rows, what Spark answers otherwise. */
final class OurLogisticRegression extends MiniBatchLogisticRegression {
  private static final long serialVersionUID = 1L;

  OurLogisticRegression(String uid) {
    super(uid);
  }

  /** Not by a constructor that Spark looks up: this class is not public. */
  @Override
  public OurLogisticRegression copy(ParamMap extra) {
    OurLogisticRegression copy = copyValues(new OurLogisticRegression(uid()), extra);
    LogisticRegressionModel start = startModel();
    if (start != null) {
      copy.setInitialModel(start);
    }
    return copy;
  }

  /**
   * The same.
   *
   * @throws IllegalArgumentException also for labels of one class where there is an intercept:
   *     Spark's model then has intercepts of infinity; and for thresholds of another number than
   *     that of classes, in which Spark has a sentence of its own
   */
  @Override
  public Problem objective(
      MiniBatchFit fit, TrainingData data, StructField label, @Nullable Model<?> start) {
    int present = 0;
    for (double weight : data.stats().label().classWeights()) {
      present += weight > 0.0 ? 1 : 0;
    }
    if (present == 1 && getFitIntercept()) {
      throw new IllegalArgumentException(
          "all labels in column " + label.name() + " are the same, which needs no training");
    }
    Problem problem = super.objective(fit, data, label, start);
    if (isDefined(thresholds()) && getThresholds().length != problem.loss().classes()) {
      throw new IllegalArgumentException(
          "there are " + problem.loss().classes() + " classes, but thresholds are others");
    }
    return problem;
  }
}
