package ravine.penalty;

import java.util.Objects;

/**
 * Lasso: λ‖s⊙w‖₁.
 *
 * @param lambda λ, Spark's {@code regParam}, at least 0 and finite
 * @param scale how the penalty sees each weight
 */
public record L1(double lambda, CoordinateScale scale) implements Penalty {
  /** Checks λ. */
  public L1 {
    ElasticNet.requireRegParam(lambda);
    Objects.requireNonNull(scale, "scale");
  }

  /** Every weight counts alike. */
  public L1(double lambda) {
    this(lambda, CoordinateScale.uniform());
  }

  @Override
  public L1 withScale(CoordinateScale newScale) {
    return new L1(lambda, newScale);
  }

  @Override
  public double value(double[] weights) {
    return lambda * scale.norm1(weights);
  }

  @Override
  public void addGradient(double[] weights, double[] gradient) {}

  @Override
  public boolean isSmoothPart() {
    return false;
  }

  @Override
  public boolean isProximal() {
    return true;
  }

  @Override
  public void proximal(double[] weights, double[] rates) {
    scale.threshold(lambda, weights, rates);
  }

  @Override
  public double curvature(int j) {
    return 0.0;
  }

  @Override
  public double threshold(int j) {
    return lambda * scale.at(j);
  }

  @Override
  public void shrink(double[] weights, double rate) {}
}
