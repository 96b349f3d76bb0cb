package ravine.mllib;

import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.regression.GeneralizedLinearAlgorithm;
import org.apache.spark.mllib.regression.LinearRegressionModel;
import ravine.loss.Squared;

/**
 * Linear regression on RDDs, in place of the {@code LinearRegressionWithSGD}, {@code
 * RidgeRegressionWithSGD} and {@code LassoWithSGD} that Spark 3.0 removed: any rule and penalty
 * through {@link #optimizer()}, features scaled to unit deviation, the intercept unpenalised, and
 * MLlib's own model. The loss is ½(error)², MLlib's.
 */
public class LinearRegressionWithMiniBatch
    extends GeneralizedLinearAlgorithm<LinearRegressionModel> {
  private static final long serialVersionUID = 1L;

  private final MiniBatchOptimizer optimizer = new MiniBatchOptimizer(new Squared());

  /** With an intercept. */
  @SuppressWarnings("this-escape")
  public LinearRegressionWithMiniBatch() {
    setIntercept(true);
    setFeatureScaling(true);
  }

  @Override
  public MiniBatchOptimizer optimizer() {
    return optimizer.setInterceptExempt(isAddIntercept());
  }

  @Override
  public LinearRegressionModel createModel(Vector weights, double intercept) {
    return new LinearRegressionModel(weights, intercept);
  }
}
