package ravine.loss;

import org.jspecify.annotations.Nullable;

/**
 * The negative log-likelihood of a class label 0 or 1 under the probability 1/(1 + e⁻ᵐ) of class 1.
 *
 * <p>With z = m for label 1 and z = −m for label 0, the loss is log(1 + e⁻ᶻ) and its derivative in
 * z is −1/(1 + eᶻ). Written with e = e^−|z|, which lies in [0, 1], neither can overflow:
 *
 * <pre>
 * loss       = max(−z, 0) + log(1 + e)
 * derivative = −e/(1 + e) for z ≥ 0, −1/(1 + e) for z &lt; 0
 * </pre>
 *
 * <p>Two things make it 3.6 times as fast as the plain formulas (6.0 against 21.4 ns a row on one
 * core; at 28 features the kernels take 7). The sum of the logarithms of up to {@value
 * #PRODUCT_ROWS} rows is the logarithm of a product: with p = Π(1 + eᵢ) − 1, kept as p ← p(1 + e) +
 * e so that tiny losses keep their digits, one log(1 + p) serves them all (rows with weights have
 * one each). And signs are bits: labels are as good as random, so that branching on them would be
 * mispredicted every other time.
 *
 * <p>At z = −1000 the loss is 1000 and the derivative −1; at z = 1000 both are 0 (e underflows).
 */
public record Logistic() implements Loss {
  /** So few that the product of as many numbers between 1 and 2 is finite. */
  private static final int PRODUCT_ROWS = 256;

  private static final long SIGN = Long.MIN_VALUE;
  private static final long ONE = 0x3FF0000000000000L;

  @Override
  public String name() {
    return "logistic";
  }

  @Override
  public LabelKind labels() {
    return LabelKind.CLASS_INDEX;
  }

  @Override
  public int outputs() {
    return 1;
  }

  @Override
  public double derivatives(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] extraGradient) {
    return weights == null
        ? counted(rows, margins, labels, null, offset, true)
        : weighted(rows, margins, labels, weights, offset, true);
  }

  @Override
  public double value(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra) {
    return weights == null
        ? counted(rows, margins, labels, null, offset, false)
        : weighted(rows, margins, labels, weights, offset, false);
  }

  private static double weighted(
      int rows, double[] margins, double[] labels, double[] weights, int offset, boolean write) {
    if (areCounts(rows, weights, offset)) {
      return counted(rows, margins, labels, weights, offset, write);
    }
    double sum = 0.0;
    for (int i = 0; i < rows; i++) {
      long flip = flip(labels[offset + i]);
      long z = Double.doubleToRawLongBits(margins[i]) ^ flip;
      double e = Numbers.exp(Double.longBitsToDouble(z | SIGN));
      double weight = weights[offset + i];
      sum += weight * (Math.max(-Double.longBitsToDouble(z), 0.0) + Numbers.log1p(e));
      if (write) {
        margins[i] = weight * derivative(z, e, flip);
      }
    }
    return sum;
  }

  /** Whether rows count or do not, as in a fold. */
  private static boolean areCounts(int rows, double[] weights, int offset) {
    for (int i = offset; i < offset + rows; i++) {
      if (weights[i] * (1.0 - weights[i]) != 0.0) {
        return false;
      }
    }
    return true;
  }

  /** One logarithm for many rows: without weights, or of weights that are 0 or 1. */
  private static double counted(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      boolean write) {
    double sum = 0.0;
    for (int from = 0; from < rows; from += PRODUCT_ROWS) {
      int to = Math.min(rows, from + PRODUCT_ROWS);
      double product = 0.0;
      for (int i = from; i < to; i++) {
        long flip = flip(labels[offset + i]);
        long z = Double.doubleToRawLongBits(margins[i]) ^ flip;
        double e = Numbers.exp(Double.longBitsToDouble(z | SIGN));
        double weight = weights == null ? 1.0 : weights[offset + i];
        double own = weight * e;
        sum += weight * Math.max(-Double.longBitsToDouble(z), 0.0);
        product = product * (1.0 + own) + own;
        if (write) {
          margins[i] = weight * derivative(z, e, flip);
        }
      }
      sum += Numbers.log1p(product);
    }
    return sum;
  }

  /** The sign bit where z is −m, that is for label 0. */
  private static long flip(double label) {
    return label > 0.5 ? 0L : SIGN;
  }

  /** −e/(1 + e) or −1/(1 + e) by the sign of z, and by that of dz/dm. */
  private static double derivative(long z, double e, long flip) {
    long negative = z >> 63;
    long numerator = (ONE & negative) | (Double.doubleToRawLongBits(e) & ~negative);
    double error = Double.longBitsToDouble(numerator) / (1.0 + e);
    return Double.longBitsToDouble(Double.doubleToRawLongBits(error) ^ flip ^ SIGN);
  }

  /** tanh(m/2)/2m, at most ¼ (Jaakkola and Jordan 2000, "Bayesian parameter estimation", eq. 7). */
  @Override
  public void majorisers(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out) {
    for (int i = 0; i < rows; i++) {
      double weight = weights == null ? 1.0 : weights[offset + i];
      double size = Math.abs(margins[i]);
      out[i] = weight * (size < 1e-4 ? 0.25 : Math.tanh(0.5 * size) / (2.0 * size));
    }
  }

  /**
   * With q the probability of the wrong class, which is the derivative without its sign: q(1 − q).
   */
  @Override
  public void secondDerivativesAfter(
      int rows,
      double[] margins,
      double[] derivatives,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out) {
    for (int i = 0; i < rows; i++) {
      double weight = weights == null ? 1.0 : weights[offset + i];
      double error = Math.abs(derivatives[i]);
      out[i] = weight == 0.0 ? 0.0 : error * (1.0 - error / weight);
    }
  }

  @Override
  public void curvatures(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out) {
    for (int i = 0; i < rows; i++) {
      double weight = weights == null ? 1.0 : weights[offset + i];
      double e = Numbers.exp(-Math.abs(margins[i]));
      out[i] = weight * e / ((1.0 + e) * (1.0 + e));
    }
  }

  /** With p = a + label: p log p + (1 − p) log(1 − p) for p in [0, 1]. */
  @Override
  public double conjugate(double[] dual, double label) {
    // In the error b of the row's own class: p or 1 − p near 1 would lose its digits.
    double b = Numbers.clamped(label > 0.5 ? -dual[0] : dual[0], 0.0, 1.0);
    return Double.isNaN(b)
        ? Double.POSITIVE_INFINITY
        : Numbers.timesLog(b) + (b < 1.0 ? (1.0 - b) * Math.log1p(-b) : 0.0);
  }

  /** 1: the third derivative is (1 − 2p) times the second. */
  @Override
  public double selfConcordance() {
    return 1.0;
  }

  @Override
  public double curvatureBound() {
    return 0.25;
  }
}
