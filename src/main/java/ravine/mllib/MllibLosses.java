package ravine.mllib;

import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.apache.spark.mllib.optimization.HingeGradient;
import org.apache.spark.mllib.optimization.LeastSquaresGradient;
import org.apache.spark.mllib.optimization.LogisticGradient;
import ravine.loss.Hinge;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Softmax;
import ravine.loss.Squared;

/** Which loss one of MLlib's gradients, or of ours, is the gradient of. */
final class MllibLosses {
  private MllibLosses() {}

  /**
   * The loss that the engine has kernels for.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Loss of(Gradient gradient) {
    Class<?> type = gradient.getClass();
    if (type == LeastSquaresGradient.class) {
      return new Squared();
    }
    if (type == HingeGradient.class) {
      return new Hinge();
    }
    if (type == LogisticGradient.class) {
      // numClasses is private; the binary gradient gives a loss for weights as long as the row.
      Vector one = Vectors.dense(1.0);
      try {
        gradient.compute(one, 0.0, one);
        return new Logistic();
      } catch (RuntimeException multinomial) {
        throw new IllegalArgumentException(
            "For several classes say setLoss(new Softmax(numClasses)) instead of LogisticGradient.",
            multinomial);
      }
    }
    if (gradient instanceof MarginGradient margin) {
      return margin.loss();
    }
    if (gradient instanceof SoftmaxGradient softmax) {
      return new Softmax(softmax.numClasses());
    }
    throw new IllegalArgumentException(
        "The engine has no kernels for "
            + type.getName()
            + ": use it with MLlib's GradientDescent and a RuleUpdater, or set a loss of ravine.loss.");
  }
}
