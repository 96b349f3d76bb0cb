package ravine.penalty;

import java.io.Serializable;

/**
 * A regularisation term: its value, the gradient of its smooth part, and the proximal step of its
 * non-smooth part. Every penalty sees the weights through a {@link CoordinateScale}, which also
 * exempts intercepts.
 *
 * <p>Every method throws {@link IllegalArgumentException} if the arrays' length is not the one the
 * scale was made for.
 */
public sealed interface Penalty extends Serializable permits None, L2, L1, ElasticNet {

  /** The factor by which the penalty sees each weight. */
  CoordinateScale scale();

  /** The term's value at {@code weights}, in the units of the mean loss. */
  double value(double[] weights);

  /** Adds the gradient of the smooth (L2) part at {@code weights} to {@code gradient}. */
  void addGradient(double[] weights, double[] gradient);

  /** Whether there is a smooth part. */
  boolean isSmoothPart();

  /** Whether there is a non-smooth (L1) part, that is, whether {@link #proximal} does anything. */
  boolean isProximal();

  /**
   * The second derivative of the smooth part along coordinate j: its gradient there is this times
   * the weight.
   */
  double curvature(int j);

  /**
   * The proximal step of the L1 part, in place: soft thresholding by {@code rates[j]} times the L1
   * weight of coordinate j. Weights inside the threshold become exactly 0, with the sign they had,
   * as under Spark's {@code L1Updater}.
   *
   * @param rates the effective rate of each coordinate, at least 0, length d
   */
  void proximal(double[] weights, double[] rates);

  /**
   * The L1 weight of coordinate j: what {@link #proximal} multiplies its rate by; 0 without L1
   * part.
   */
  double threshold(int j);

  /**
   * Plain gradient descent on the smooth part in MLlib's arithmetic: {@code weights[j] *= 1 - rate
   * * λ s²}. Mathematically the same as adding the gradient and stepping by {@code rate}; the order
   * of rounding is that of Spark's {@code SquaredL2Updater}.
   */
  void shrink(double[] weights, double rate);
}
