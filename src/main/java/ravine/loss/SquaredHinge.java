package ravine.loss;

import org.jspecify.annotations.Nullable;

/**
 * The squared hinge loss: max(0, 1 − z)² with z = m for label 1 and z = −m for label 0; derivative
 * −2·max(0, 1 − z) in z. Without a factor ½, as in LIBLINEAR's L2-loss SVM and scikit-learn's
 * {@code squared_hinge}.
 */
public record SquaredHinge() implements Loss {
  @Override
  public String name() {
    return "squared_hinge";
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
    double sum = 0.0;
    for (int i = 0; i < rows; i++) {
      boolean positive = labels[offset + i] > 0.5;
      double slack = 1.0 - (positive ? margins[i] : -margins[i]);
      double weight = weights == null ? 1.0 : weights[offset + i];
      if (slack <= 0.0) {
        margins[i] = 0.0;
      } else {
        sum += weight * (slack * slack);
        margins[i] = weight * (positive ? -2.0 * slack : 2.0 * slack);
      }
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
      double slack = 1.0 - (labels[offset + i] > 0.5 ? margins[i] : -margins[i]);
      double weight = weights == null ? 1.0 : weights[offset + i];
      if (!(slack <= 0.0)) {
        sum += weight * (slack * slack);
      }
    }
    return sum;
  }

  /** 2 where the hinge is positive, else 0. */
  @Override
  public void secondDerivatives(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out) {
    for (int i = 0; i < rows; i++) {
      double slack = 1.0 - (labels[offset + i] > 0.5 ? margins[i] : -margins[i]);
      double weight = weights == null ? 1.0 : weights[offset + i];
      out[i] = slack > 0.0 ? 2.0 * weight : 0.0;
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
      out[i] = weights == null ? 2.0 : 2.0 * weights[offset + i];
    }
  }

  /** With b = −a for label 1 and a for label 0: ¼b² − b for b ≥ 0. */
  @Override
  public double conjugate(double[] dual, double label) {
    double b = label > 0.5 ? -dual[0] : dual[0];
    double inside = Numbers.clamped(b, 0.0, Double.POSITIVE_INFINITY);
    return Double.isNaN(inside) ? Double.POSITIVE_INFINITY : inside * (0.25 * inside - 1.0);
  }

  @Override
  public double curvatureBound() {
    return 2.0;
  }
}
