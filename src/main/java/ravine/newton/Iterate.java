package ravine.newton;

import ravine.exchange.WholeBatch;

/**
 * A point that all rows have been read at. The arrays are shared and never changed.
 *
 * @param theta θ, length d
 * @param gradient of the mean loss there, without penalty, same length
 * @param objective mean loss plus penalty, in the loop's units
 * @param sums what else the read gave
 */
public record Iterate(double[] theta, double[] gradient, double objective, WholeBatch.Sums sums) {

  /** Whether the objective and all derivatives are finite. */
  public boolean isFinite() {
    double sum = objective * 0.0;
    for (double slope : gradient) {
      sum += slope * 0.0;
    }
    return sum == 0.0;
  }

  /** Mean loss, without penalty. */
  public double meanLoss() {
    return sums.loss();
  }

  /** Euclidean length of the gradient of the mean loss. */
  public double gradientNorm() {
    double sum = 0.0;
    for (double slope : gradient) {
      sum += slope * slope;
    }
    return Math.sqrt(sum);
  }
}
