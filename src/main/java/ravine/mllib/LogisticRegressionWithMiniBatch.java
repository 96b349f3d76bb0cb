package ravine.mllib;

import org.apache.spark.mllib.classification.LogisticRegressionModel;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.regression.GeneralizedLinearAlgorithm;
import ravine.loss.Logistic;
import ravine.loss.Softmax;

/**
 * Logistic regression for two or more classes on RDDs, in place of the {@code
 * LogisticRegressionWithSGD} that Spark 3.0 removed: any rule through {@link #optimizer()},
 * features scaled to unit deviation, the intercept unpenalised, and MLlib's own model.
 *
 * <p>With several classes the penalty sees one block of weights per class, symmetric in the
 * classes; the model holds their differences from class 0, as MLlib's does.
 */
public class LogisticRegressionWithMiniBatch
    extends GeneralizedLinearAlgorithm<LogisticRegressionModel> {
  private static final long serialVersionUID = 1L;

  private final MiniBatchOptimizer optimizer = new MiniBatchOptimizer(new Logistic());
  private int numClasses = 2;

  /** Two classes, with an intercept. */
  @SuppressWarnings("this-escape")
  public LogisticRegressionWithMiniBatch() {
    setIntercept(true);
    setFeatureScaling(true);
  }

  /** Number of classes, at least 2. */
  public LogisticRegressionWithMiniBatch setNumClasses(int value) {
    if (value < 2) {
      throw new IllegalArgumentException("numClasses must be at least 2, but was " + value);
    }
    numClasses = value;
    numOfLinearPredictor_$eq(value - 1);
    optimizer.setLoss(value == 2 ? new Logistic() : new Softmax(value));
    return this;
  }

  @Override
  public MiniBatchOptimizer optimizer() {
    return optimizer.setInterceptExempt(isAddIntercept());
  }

  @Override
  public LogisticRegressionModel createModel(Vector weights, double intercept) {
    return numClasses == 2
        ? new LogisticRegressionModel(weights, intercept)
        : new LogisticRegressionModel(weights, intercept, numFeatures(), numClasses);
  }
}
