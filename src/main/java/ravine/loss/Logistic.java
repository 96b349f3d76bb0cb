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
 * At z = −1000 the loss is 1000 and the derivative −1; at z = 1000 both are 0 (e underflows).
 */
public record Logistic() implements Loss {
  @Override
  public String name() {
    return "logistic";
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
    double sum = 0.0;
    for (int i = 0; i < rows; i++) {
      boolean positive = labels[offset + i] > 0.5;
      double z = positive ? margins[i] : -margins[i];
      double weight = weights == null ? 1.0 : weights[offset + i];
      double e = Math.exp(-Math.abs(z));
      sum += weight * ((z < 0.0 ? -z : 0.0) + Numbers.log1p(e));
      double probabilityOfError = (z < 0.0 ? 1.0 : e) / (1.0 + e);
      margins[i] = weight * (positive ? -probabilityOfError : probabilityOfError);
    }
    return sum;
  }

  @Override
  public double value(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra) {
    double sum = 0.0;
    for (int i = 0; i < rows; i++) {
      double z = labels[offset + i] > 0.5 ? margins[i] : -margins[i];
      double weight = weights == null ? 1.0 : weights[offset + i];
      double e = Math.exp(-Math.abs(z));
      sum += weight * ((z < 0.0 ? -z : 0.0) + Numbers.log1p(e));
    }
    return sum;
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
      double e = Math.exp(-Math.abs(margins[i]));
      out[i] = weight * e / ((1.0 + e) * (1.0 + e));
    }
  }

  @Override
  public double curvatureBound() {
    return 0.25;
  }
}
