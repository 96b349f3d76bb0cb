package ravine.mllib;

import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.optimization.Gradient;
import ravine.loss.Loss;

/**
 * The gradient of a linear model whose loss depends on one margin, the row's dot product with w.
 */
abstract class MarginGradient extends Gradient {
  private static final long serialVersionUID = 1L;

  private final Loss loss;

  MarginGradient(Loss loss) {
    this.loss = loss;
  }

  Loss loss() {
    return loss;
  }

  /** The label as it is, or an exception that says which labels there are. */
  abstract double checked(double label);

  /**
   * Adds the gradient of one row to {@code cumGradient}.
   *
   * @param data the row, size d
   * @param label the label
   * @param weights w, size d
   * @param cumGradient a dense vector, size d, changed in place
   * @return the loss of the row
   * @throws IllegalArgumentException if sizes differ or the label is not one of this loss
   */
  @Override
  public double compute(Vector data, double label, Vector weights, Vector cumGradient) {
    if (data.size() != weights.size()) {
      throw new IllegalArgumentException(
          "the row has size " + data.size() + " but the weights have size " + weights.size());
    }
    double[] sums = VectorArithmetic.sums(cumGradient);
    double[] margin = {VectorArithmetic.dot(data, weights.toArray(), 0)};
    double value = loss.derivatives(1, margin, new double[] {checked(label)}, null, 0);
    if (margin[0] != 0.0) {
      VectorArithmetic.addTo(sums, 0, margin[0], data);
    }
    return value;
  }
}
