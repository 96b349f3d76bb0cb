package ravine.mllib;

import org.apache.spark.mllib.classification.SVMModel;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.regression.GeneralizedLinearAlgorithm;
import ravine.loss.Hinge;

/**
 * A linear support vector machine on RDDs, like MLlib's {@code SVMWithSGD}: any rule and penalty
 * through {@link #optimizer()}, features scaled to unit deviation, the intercept unpenalised, and
 * MLlib's own model. With a step size of 0 the hinge is trained as its smooth twin {@code
 * ravine.loss.SoftHinge}.
 */
public class SVMWithMiniBatch extends GeneralizedLinearAlgorithm<SVMModel> {
  private static final long serialVersionUID = 1L;

  private final MiniBatchOptimizer optimizer = new MiniBatchOptimizer(new Hinge());

  /** With an intercept. */
  @SuppressWarnings("this-escape")
  public SVMWithMiniBatch() {
    setIntercept(true);
    setFeatureScaling(true);
  }

  @Override
  public MiniBatchOptimizer optimizer() {
    return optimizer.setInterceptExempt(isAddIntercept());
  }

  @Override
  public SVMModel createModel(Vector weights, double intercept) {
    return new SVMModel(weights, intercept);
  }
}
