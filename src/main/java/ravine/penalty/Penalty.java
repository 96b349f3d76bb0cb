package ravine.penalty;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A regularisation term: its value, the gradient of its smooth part, and the proximal step of its
 * non-smooth part. Every penalty sees the weights through a {@link CoordinateScale}, which also
 * exempts intercepts.
 *
 * <p>Every method throws {@link IllegalArgumentException} if the arrays' length is not the one the
 * scale was made for.
 */
public sealed interface Penalty extends Serializable permits None, L2, L1, ElasticNet, Bounded {

  /** The factor by which the penalty sees each weight. */
  CoordinateScale scale();

  /** The same term of weights that it sees by another scale. */
  Penalty withScale(CoordinateScale newScale);

  /** The term's value at {@code weights}, in the units of the mean loss. */
  double value(double[] weights);

  /** Adds the gradient of the smooth (L2) part at {@code weights} to {@code gradient}. */
  void addGradient(double[] weights, double[] gradient);

  /** Whether there is a smooth part. */
  boolean isSmoothPart();

  /**
   * Whether there is a non-smooth part (L1, or bounds), that is, whether {@link #proximal} does
   * anything.
   */
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

  /** Whether no part of the penalty sees coordinate j: an intercept, or any weight where λ is 0. */
  default boolean isFree(int j) {
    return curvature(j) == 0.0 && threshold(j) == 0.0;
  }

  /** The box outside of which the penalty is infinite; null where there is none. */
  default @Nullable Bounds bounds() {
    return null;
  }

  /**
   * Whether nothing keeps the conjugate from being infinite at this dual variable, however small it
   * is: no part of the penalty sees coordinate j, and no bound is on the side that u points to; or
   * u is no more than rounding, and the bound too far to be met by it.
   *
   * @param dual u of the coordinate, not 0
   * @param weight w
   * @param rounding the largest |u| that is rounding
   */
  default boolean isFree(int j, double dual, double weight, double rounding) {
    return isFree(j);
  }

  /**
   * The convex conjugate R*(u) = sup over w of ⟨u, w⟩ − R(w). With L1 weight t and curvature c a
   * coordinate gives max(0, |u| − t)² / 2c; where c is 0, 0 for |u| ≤ t and positive infinity
   * beyond (Boyd and Vandenberghe 2004, section 3.3). For a {@linkplain #isFree free} coordinate
   * that is infinite unless u is exactly 0.
   *
   * @param dual u, length d
   */
  default double conjugate(double[] dual) {
    scale().requireDimension(dual.length);
    double sum = 0.0;
    for (int j = 0; j < dual.length; j++) {
      double beyond = Math.abs(dual[j]) - threshold(j);
      if (!(beyond <= 0.0)) {
        double curvature = curvature(j);
        sum += curvature > 0.0 ? 0.5 * beyond * (beyond / curvature) : Double.POSITIVE_INFINITY;
      }
    }
    return sum;
  }

  /**
   * The largest s in [0, 1] that brings s · u into the domain of {@link #conjugate}; free
   * coordinates are left out, because no factor but 0 would do for them.
   *
   * @param dual u, length d
   */
  default double domainScale(double[] dual) {
    scale().requireDimension(dual.length);
    double scale = 1.0;
    for (int j = 0; j < dual.length; j++) {
      double threshold = threshold(j);
      if (curvature(j) == 0.0 && threshold > 0.0 && Math.abs(dual[j]) * scale > threshold) {
        scale = threshold / Math.abs(dual[j]);
      }
    }
    return scale;
  }

  /**
   * How far 0 is from g + ∂R(w) in coordinate j, the violation of its optimality condition: |g + cw
   * + t·sign(w)| where w is not 0, max(0, |g| − t) where it is.
   *
   * @param weight w
   * @param slope g, the derivative of the data's part
   */
  default double violation(int j, double weight, double slope) {
    double threshold = threshold(j);
    return weight == 0.0
        ? Math.max(0.0, Math.abs(slope) - threshold)
        : Math.abs(slope + curvature(j) * weight + threshold * Math.signum(weight));
  }

  /**
   * The largest {@linkplain #violation(int, double, double) violation}; a NaN counts as infinite.
   *
   * @param weights w, length d
   * @param gradient g of the data's part, same length
   */
  default Violation violation(double[] weights, double[] gradient) {
    scale().requireDimension(weights.length);
    int worst = -1;
    double size = 0.0;
    for (int j = 0; j < weights.length; j++) {
      double here = violation(j, weights[j], gradient[j]);
      double counted = Double.isNaN(here) ? Double.POSITIVE_INFINITY : here;
      if (counted > size || worst < 0) {
        worst = j;
        size = counted;
      }
    }
    return new Violation(worst, size);
  }

  /**
   * An optimality condition that does not hold.
   *
   * @param coordinate index of the weight; −1 where there are no weights
   * @param size distance of 0 from the subdifferential in that coordinate, at least 0
   */
  record Violation(int coordinate, double size) {}
}
