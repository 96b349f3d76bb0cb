package ravine.loss;

import org.jspecify.annotations.Nullable;

/**
 * The hinge loss of a linear support vector machine: max(0, 1 − z) with z = m for label 1 and z =
 * −m for label 0; derivative −1 in z inside the margin, 0 outside and at the kink z = 1.
 */
public record Hinge() implements Loss {
  /**
   * Slacks nearer to the kink than this count as this near: the parabola through the kink is
   * infinite.
   */
  private static final double KINK = 1e-2;

  @Override
  public String name() {
    return "hinge";
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
        sum += weight * slack;
        margins[i] = positive ? -weight : weight;
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
        sum += weight * slack;
      }
    }
    return sum;
  }

  /** 0: both sides of the kink are straight. */
  @Override
  public void secondDerivatives(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out) {
    java.util.Arrays.fill(out, 0, rows, 0.0);
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
    SmoothHinge.touchingParabolas(KINK, rows, margins, labels, weights, offset, out);
  }

  /** With b = −a for label 1 and a for label 0: −b for b in [0, 1]. */
  @Override
  public double conjugate(double[] dual, double label) {
    double b = Numbers.clamped(label > 0.5 ? -dual[0] : dual[0], 0.0, 1.0);
    return Double.isNaN(b) ? Double.POSITIVE_INFINITY : -b;
  }

  /** Infinite: the slope jumps at the kink. */
  @Override
  public double curvatureBound() {
    return Double.POSITIVE_INFINITY;
  }
}
