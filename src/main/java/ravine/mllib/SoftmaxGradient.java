package ravine.mllib;

import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import ravine.loss.Softmax;

/**
 * The multinomial logistic loss of K classes, labels 0 … K−1, with one block of weights per class
 * (over-parametrised, as in {@code spark.ml}, PyTorch and scikit-learn) or with class 0 as the
 * pivot (as in MLlib's {@code LogisticGradient}).
 *
 * <p>With n features (a row's size, the appended 1 of an intercept included) the layout is told by
 * the number of weights:
 *
 * <ul>
 *   <li>K·n weights: class k's weights are {@code weights[k * n .. (k + 1) * n - 1]}. Symmetric in
 *       the classes, and so is an L2 penalty on it. {@link #pivoted} makes of them what {@code
 *       LogisticRegressionModel} wants.
 *   <li>(K−1)·n weights: the margin of class 0 is 0, class k's weights stand at block k−1. This is
 *       the layout of {@code LogisticRegressionModel(weights, intercept, numFeatures, numClasses)}
 *       and gives the loss and gradient of {@code new LogisticGradient(K)}.
 * </ul>
 */
public final class SoftmaxGradient extends Gradient {
  private static final long serialVersionUID = 1L;

  private final int numClasses;
  private final Softmax loss;

  /**
   * The gradient for labels 0 … {@code numClasses} − 1.
   *
   * @param numClasses K, at least 2
   */
  public SoftmaxGradient(int numClasses) {
    if (numClasses < 2) {
      throw new IllegalArgumentException("numClasses must be at least 2, but was " + numClasses);
    }
    this.numClasses = numClasses;
    this.loss = new Softmax(numClasses);
  }

  int numClasses() {
    return numClasses;
  }

  /**
   * Adds the gradient of one row to {@code cumGradient}.
   *
   * @param data the row, size n
   * @param label a whole number in 0 … K−1
   * @param weights size K·n or (K−1)·n, see above
   * @param cumGradient a dense vector of the same size, changed in place
   * @return the loss of the row
   * @throws IllegalArgumentException if sizes do not fit or the label is not a class
   */
  @Override
  public double compute(Vector data, double label, Vector weights, Vector cumGradient) {
    int size = data.size();
    int first = firstClassWithWeights(size, weights.size());
    if (!(label >= 0.0 && label < numClasses && label == Math.rint(label))) {
      throw new IllegalArgumentException(
          "label must be a whole number in 0 ... " + (numClasses - 1) + ", but was " + label);
    }
    double[] values = weights.toArray();
    double[] sums = VectorArithmetic.sums(cumGradient);
    double[] margins = new double[numClasses];
    for (int k = first; k < numClasses; k++) {
      margins[k] = VectorArithmetic.dot(data, values, (k - first) * size);
    }
    double value = loss.derivatives(1, margins, new double[] {label}, null, 0);
    for (int k = first; k < numClasses; k++) {
      VectorArithmetic.addTo(sums, (k - first) * size, margins[k], data);
    }
    return value;
  }

  private int firstClassWithWeights(int size, int weights) {
    if (weights == (long) numClasses * size) {
      return 0;
    }
    if (weights == (numClasses - 1L) * size) {
      return 1;
    }
    throw new IllegalArgumentException(
        "rows of size "
            + size
            + " and "
            + numClasses
            + " classes need "
            + (long) numClasses * size
            + " weights, or with class 0 as the pivot "
            + (numClasses - 1L) * size
            + ", but there are "
            + weights);
  }

  /**
   * The weights of the same model with class 0 as the pivot: block k minus block 0. Probabilities
   * stay the same.
   *
   * @param weights one block per class, size a multiple of {@code numClasses}
   * @param numClasses K, at least 2
   * @return (K−1) blocks, to be given to {@code LogisticRegressionModel}
   * @throws IllegalArgumentException if the size is no multiple of {@code numClasses}
   */
  public static Vector pivoted(Vector weights, int numClasses) {
    if (numClasses < 2 || weights.size() % numClasses != 0) {
      throw new IllegalArgumentException(
          "the number of weights must be a multiple of numClasses, at least 2, but was "
              + weights.size()
              + " for "
              + numClasses);
    }
    double[] full = weights.toArray();
    int size = full.length / numClasses;
    double[] pivoted = new double[full.length - size];
    for (int j = 0; j < pivoted.length; j++) {
      pivoted[j] = full[size + j] - full[j % size];
    }
    return Vectors.dense(pivoted);
  }
}
