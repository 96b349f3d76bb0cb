package ravine.penalty;

/** No regularisation. */
public record None() implements Penalty {
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
  public void shrink(double[] weights, double rate) {}
}
