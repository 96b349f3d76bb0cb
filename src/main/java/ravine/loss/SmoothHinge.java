package ravine.loss;

import org.jspecify.annotations.Nullable;

/**
 * The hinge loss with its kink replaced by a parabola of width μ: with slack q = 1 − z, and z = m
 * for label 1 and −m for label 0, the loss is q − μ/2 above μ, q²/2μ between 0 and μ, and 0 below.
 * It lies under the hinge by μ/2 at most (Nesterov 2005, "Smooth minimization of non-smooth
 * functions", applied to max(0, q)).
 *
 * @param width μ, positive and finite
 */
public record SmoothHinge(double width) implements Loss {
  /** Checks μ. */
  public SmoothHinge {
    Numbers.requirePositive("width", width);
  }

  @Override
  public String name() {
    return "smooth_hinge";
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
      sum += weight * loss(slack);
      double slope = slack >= width ? weight : slack <= 0.0 ? 0.0 : weight * (slack / width);
      margins[i] = positive ? -slope : slope;
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
      sum += (weights == null ? 1.0 : weights[offset + i]) * loss(slack);
    }
    return sum;
  }

  private double loss(double slack) {
    if (slack >= width) {
      return slack - 0.5 * width;
    }
    return slack <= 0.0 ? 0.0 : 0.5 * slack * (slack / width);
  }

  /** 1/μ inside the parabola, else 0. */
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
      out[i] = slack > 0.0 && slack < width ? weight / width : 0.0;
    }
  }

  /** 1 / max(|2q − μ|, μ): by symmetry about q = μ/2. */
  @Override
  public void majorisers(
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
      out[i] = weight / Math.max(Math.abs(2.0 * slack - width), width);
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
    touchingParabolas(width, rows, margins, labels, weights, offset, out);
  }

  /** 1 / 2max(|q|, kink): the parabola above max(0, q) that touches it at ±q. */
  static void touchingParabolas(
      double kink,
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] out) {
    for (int i = 0; i < rows; i++) {
      double slack = 1.0 - (labels[offset + i] > 0.5 ? margins[i] : -margins[i]);
      double weight = weights == null ? 1.0 : weights[offset + i];
      out[i] = weight * 0.5 / Math.max(Math.abs(slack), kink);
    }
  }

  /** With b = −a for label 1 and a for label 0: ½μb² − b for b in [0, 1]. */
  @Override
  public double conjugate(double[] dual, double label) {
    double b = Numbers.clamped(label > 0.5 ? -dual[0] : dual[0], 0.0, 1.0);
    return Double.isNaN(b) ? Double.POSITIVE_INFINITY : b * (0.5 * width * b - 1.0);
  }

  @Override
  public double curvatureBound() {
    return 1.0 / width;
  }
}
