package ravine.penalty;

import java.util.Objects;

/**
 * No regularisation. The scale changes nothing here; it tells a rule with decoupled weight decay
 * (AdamW) which coordinates to leave alone.
 *
 * @param scale factor 0 marks the coordinates that decoupled decay must not touch
 */
public record None(CoordinateScale scale) implements Penalty {
  /** Checks that there is a scale. */
  public None {
    Objects.requireNonNull(scale, "scale");
  }

  /** Nothing is exempt from decoupled decay. */
  public None() {
    this(CoordinateScale.uniform());
  }

  @Override
  public None withScale(CoordinateScale newScale) {
    return new None(newScale);
  }

  @Override
  public double value(double[] weights) {
    return 0.0;
  }

  @Override
  public void addGradient(double[] weights, double[] gradient) {}

  @Override
  public boolean isSmoothPart() {
    return false;
  }

  @Override
  public boolean isProximal() {
    return false;
  }

  @Override
  public void proximal(double[] weights, double[] rates) {}

  @Override
  public double curvature(int j) {
    return 0.0;
  }

  @Override
  public double threshold(int j) {
    return 0.0;
  }

  @Override
  public void shrink(double[] weights, double rate) {}
}
