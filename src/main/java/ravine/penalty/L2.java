package ravine.penalty;

import java.util.Objects;

/**
 * Ridge: ½λ‖s⊙w‖₂².
 *
 * @param lambda λ, Spark's {@code regParam}, at least 0 and finite
 * @param scale how the penalty sees each weight
 */
public record L2(double lambda, CoordinateScale scale) implements Penalty {
  /** Checks λ. */
  public L2 {
    ElasticNet.requireRegParam(lambda);
    Objects.requireNonNull(scale, "scale");
  }

  /** Every weight counts alike. */
  public L2(double lambda) {
    this(lambda, CoordinateScale.uniform());
  }

  @Override
  public L2 withScale(CoordinateScale newScale) {
    return new L2(lambda, newScale);
  }

  /** Rounded as by Spark's {@code SquaredL2Updater}: the norm is taken, then squared. */
  @Override
  public double value(double[] weights) {
    double norm = scale.norm2(weights);
    return 0.5 * lambda * norm * norm;
  }

  @Override
  public void addGradient(double[] weights, double[] gradient) {
    scale.addGradient(lambda, weights, gradient);
  }

  @Override
  public boolean isSmoothPart() {
    return true;
  }

  @Override
  public boolean isProximal() {
    return false;
  }

  @Override
  public void proximal(double[] weights, double[] rates) {}

  @Override
  public double curvature(int j) {
    return lambda * scale.at(j) * scale.at(j);
  }

  @Override
  public double threshold(int j) {
    return 0.0;
  }

  @Override
  public void shrink(double[] weights, double rate) {
    scale.shrink(lambda, weights, rate);
  }
}
