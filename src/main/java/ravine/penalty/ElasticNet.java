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
    requireRegParam(lambda);
    if (!(alpha >= 0.0 && alpha <= 1.0)) {
      throw new IllegalArgumentException("elasticNetParam must be in [0, 1], but was " + alpha);
    }
    Objects.requireNonNull(scale, "scale");
  }

  static void requireRegParam(double lambda) {
    if (!(lambda >= 0.0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "regParam must be at least 0 and finite, but was " + lambda);
    }
  }

  /** Every weight counts alike. */
  public ElasticNet(double lambda, double alpha) {
    this(lambda, alpha, CoordinateScale.uniform());
  }

  @Override
  public ElasticNet withScale(CoordinateScale newScale) {
    return new ElasticNet(lambda, alpha, newScale);
  }

  @Override
  public double value(double[] weights) {
    double norm2 = scale.norm2(weights);
    return lambda * (alpha * scale.norm1(weights) + 0.5 * (1.0 - alpha) * norm2 * norm2);
  }

  @Override
  public void addGradient(double[] weights, double[] gradient) {
    scale.addGradient(lambda * (1.0 - alpha), weights, gradient);
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
    scale.threshold(lambda * alpha, weights, rates);
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
    scale.shrink(lambda * (1.0 - alpha), weights, rate);
  }
}
