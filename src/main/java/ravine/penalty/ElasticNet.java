package ravine.penalty;

import java.util.Objects;

/**
 * Lasso and ridge mixed: λ(α‖s⊙w‖₁ + ½(1 − α)‖s⊙w‖₂²), the penalty of Spark's {@code regParam} and
 * {@code elasticNetParam}.
 *
 * @param lambda λ, Spark's {@code regParam}, at least 0 and finite
 * @param alpha α, Spark's {@code elasticNetParam}, in [0, 1]: 0 is {@link L2}, 1 is {@link L1}
 * @param scale how the penalty sees each weight
 */
public record ElasticNet(double lambda, double alpha, CoordinateScale scale) implements Penalty {
  /** Checks λ and α. */
  public ElasticNet {
    Norms.requireRegParam(lambda);
    if (!(alpha >= 0.0 && alpha <= 1.0)) {
      throw new IllegalArgumentException("elasticNetParam must be in [0, 1], but was " + alpha);
    }
    Objects.requireNonNull(scale, "scale");
  }

  /** Every weight counts alike. */
  public ElasticNet(double lambda, double alpha) {
    this(lambda, alpha, CoordinateScale.uniform());
  }

  @Override
  public double value(double[] weights) {
    double norm2 = Norms.norm2(weights, scale);
    return lambda * (alpha * Norms.norm1(weights, scale) + 0.5 * (1.0 - alpha) * norm2 * norm2);
  }

  @Override
  public void addGradient(double[] weights, double[] gradient) {
    Norms.addGradient(lambda * (1.0 - alpha), weights, scale, gradient);
  }

  @Override
  public boolean isSmoothPart() {
    return alpha < 1.0;
  }

  @Override
  public boolean isProximal() {
    return alpha > 0.0;
  }

  @Override
  public void proximal(double[] weights, double[] rates) {
    Norms.threshold(lambda * alpha, weights, scale, rates);
  }

  @Override
  public double curvature(int j) {
    return lambda * (1.0 - alpha) * scale.at(j) * scale.at(j);
  }

  @Override
  public double threshold(int j) {
    return lambda * alpha * scale.at(j);
  }

  @Override
  public void shrink(double[] weights, double rate) {
    Norms.shrink(lambda * (1.0 - alpha), weights, scale, rate);
  }
}
