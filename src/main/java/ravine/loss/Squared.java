package ravine.loss;

import org.jspecify.annotations.Nullable;

/**
 * Half the squared error: ½(m − y)², derivative m − y. The loss of Spark's linear regression; also
 * of its {@code LeastSquaresGradient}.
 */
public record Squared() implements Loss {
  @Override
  public String name() {
    return "squared";
  }

  @Override
  public LabelKind labels() {
    return LabelKind.NUMBER;
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
      double residual = margins[i] - labels[offset + i];
      double weight = weights == null ? 1.0 : weights[offset + i];
      sum += weight * (0.5 * residual * residual);
      margins[i] = weight * residual;
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
      double residual = margins[i] - labels[offset + i];
      double weight = weights == null ? 1.0 : weights[offset + i];
      sum += weight * (0.5 * residual * residual);
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
      out[i] = weights == null ? 1.0 : weights[offset + i];
    }
  }

  /** ½a² + ay. */
  @Override
  public double conjugate(double[] dual, double label) {
    return dual[0] * (0.5 * dual[0] + label);
  }

  /** 0: the second derivative is constant. */
  @Override
  public double selfConcordance() {
    return 0.0;
  }

  @Override
  public double curvatureBound() {
    return 1.0;
  }
}
