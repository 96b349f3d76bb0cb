package ravine.loss;

import org.jspecify.annotations.Nullable;

/**
 * The hinge loss as the limit of a smooth one: with slack q = 1 − z, and z = m for label 1 and −m
 * for label 0, the loss is μ·log(1 + e^(q/μ)), which lies above the hinge by μ·log 2 at most (Chen
 * and Mangasarian 1995, "Smoothing methods for convex inequalities and linear complementarity
 * problems"). Every row has curvature, as in a path-following method.
 *
 * <p>The one {@linkplain #extraParameters() parameter of its own} is <b>ln μ</b>. It is not
 * learned: the loss falls with μ whatever the weights, so whoever trains makes it smaller step by
 * step. It travels with the weights because it has to change between two questions to the
 * partitions. The derivative in ln μ is μ times the entropy of the slope, and that is what a solved
 * twin is above the hinge's optimum: the loss is jointly convex in margin and μ.
 */
public record SoftHinge() implements Loss {
  /** A second derivative below this share of 1/μ counts as 0, so that its row can be skipped. */
  private static final double FLAT = 1e-6;

  @Override
  public String name() {
    return "soft_hinge";
  }

  @Override
  public LabelKind labels() {
    return LabelKind.CLASS_INDEX;
  }

  @Override
  public int outputs() {
    return 1;
  }

  /** One: ln μ. */
  @Override
  public int extraParameters() {
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
    double width = width(extra);
    double sum = 0.0;
    double sumInLogWidth = 0.0;
    for (int i = 0; i < rows; i++) {
      boolean positive = labels[offset + i] > 0.5;
      double slack = 1.0 - (positive ? margins[i] : -margins[i]);
      double weight = weights == null ? 1.0 : weights[offset + i];
      double size = Math.abs(slack) / width;
      double e = Numbers.exp(-size);
      double above = width * Numbers.log1p(e);
      sum += weight * (Math.max(slack, 0.0) + above);
      sumInLogWidth += weight * (above + (e == 0.0 ? 0.0 : Math.abs(slack) * (e / (1.0 + e))));
      double slope = weight * ((slack > 0.0 ? 1.0 : e) / (1.0 + e));
      margins[i] = positive ? -slope : slope;
    }
    extraGradient[0] += sumInLogWidth;
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
    double width = width(extra);
    double sum = 0.0;
    for (int i = 0; i < rows; i++) {
      double slack = 1.0 - (labels[offset + i] > 0.5 ? margins[i] : -margins[i]);
      double above = width * Numbers.log1p(Numbers.exp(-(Math.abs(slack) / width)));
      sum += (weights == null ? 1.0 : weights[offset + i]) * (Math.max(slack, 0.0) + above);
    }
    return sum;
  }

  /** The second derivative itself; 0 where it is below a millionth of 1/μ. */
  @Override
  public void curvatures(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out) {
    double width = width(extra);
    for (int i = 0; i < rows; i++) {
      double slack = 1.0 - (labels[offset + i] > 0.5 ? margins[i] : -margins[i]);
      double weight = weights == null ? 1.0 : weights[offset + i];
      double e = Numbers.exp(-(Math.abs(slack) / width));
      double curvature = e / ((1.0 + e) * (1.0 + e));
      out[i] = curvature < FLAT ? 0.0 : weight * (curvature / width);
    }
  }

  /** tanh(q/2μ)/2q: the bound of Jaakkola and Jordan 2000 for the logistic loss, scaled. */
  @Override
  public void majorisers(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out) {
    double width = width(extra);
    for (int i = 0; i < rows; i++) {
      double slack = 1.0 - (labels[offset + i] > 0.5 ? margins[i] : -margins[i]);
      double weight = weights == null ? 1.0 : weights[offset + i];
      double size = Math.abs(slack) / width;
      double touching = size < 1e-4 ? 0.25 : Math.tanh(0.5 * size) / (2.0 * size);
      out[i] = weight * (touching / width);
    }
  }

  /** With u = q/μ and σ′ the logistic density at u: ∓uσ′, and the first derivative plus μu²σ′. */
  @Override
  public void ownSecondDerivatives(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] mixed,
      double[] own) {
    double width = width(extra);
    double sum = 0.0;
    for (int i = 0; i < rows; i++) {
      boolean positive = labels[offset + i] > 0.5;
      double ratio = (1.0 - (positive ? margins[i] : -margins[i])) / width;
      double weight = weights == null ? 1.0 : weights[offset + i];
      double size = Math.abs(ratio);
      double e = Numbers.exp(-size);
      double bent = e == 0.0 ? 0.0 : ratio * (e / ((1.0 + e) * (1.0 + e)));
      mixed[i] = weight * (positive ? bent : -bent);
      double first = Numbers.log1p(e) + (e == 0.0 ? 0.0 : size * (e / (1.0 + e)));
      sum += weight * width * (first + (e == 0.0 ? 0.0 : ratio * bent));
    }
    own[0] += sum;
  }

  /**
   * The conjugate in margin and μ together, over μ &gt; 0: with b = −a for label 1 and a for label
   * 0, it is −b for b in [0, 1] and c at most the entropy −b log b − (1 − b) log(1 − b), infinite
   * elsewhere: the loss is a perspective function, see {@link ConcomitantHuber#conjugate}.
   *
   * @param dual a in the margin and c in μ itself, not in ln μ
   */
  @Override
  public double conjugate(double[] dual, double label) {
    double b = Numbers.clamped(label > 0.5 ? -dual[0] : dual[0], 0.0, 1.0);
    if (Double.isNaN(b)) {
      return Double.POSITIVE_INFINITY;
    }
    double entropy = -Numbers.timesLog(b) - (b < 1.0 ? (1.0 - b) * Math.log1p(-b) : 0.0);
    return dual[1] <= entropy + Numbers.OUTSIDE ? -b : Double.POSITIVE_INFINITY;
  }

  /** Infinite: 1/4μ, and μ may be as small as one likes. */
  @Override
  public double curvatureBound() {
    return Double.POSITIVE_INFINITY;
  }

  private static double width(double[] extra) {
    if (extra.length != 1) {
      throw new IllegalArgumentException(
          "extra must hold 1 parameter, ln mu, but held " + extra.length);
    }
    return Math.exp(extra[0]);
  }
}
