package ravine.loss;

import org.jspecify.annotations.Nullable;

/**
 * Huber's loss with a scale σ that is estimated together with the weights (Huber's "concomitant"
 * scale; Owen 2007, "A robust hybrid of lasso and ridge regression"): the loss of Spark's {@code
 * LinearRegression.setLoss("huber")}. With r = m − y,
 *
 * <pre>
 * ½(σ + r²/σ)             for |r| &lt; εσ
 * ½(σ + 2ε|r| − ε²σ)      for |r| ≥ εσ
 * </pre>
 *
 * <p>The one {@linkplain #extraParameters() parameter of its own} is <b>ln σ</b>, not σ: Spark
 * needs a bound-constrained solver to keep σ positive, a gradient step on ln σ cannot leave the
 * domain. It starts at 0, that is at σ = 1 where Spark starts. The loss is jointly convex in
 * weights and σ; the change of variable is smooth and one-to-one, so there is still no stationary
 * point but the minimum. The derivative in ln σ is σ times the derivative in σ:
 *
 * <pre>
 * ½(σ − r²/σ)             for |r| &lt; εσ
 * ½(1 − ε²)σ              for |r| ≥ εσ
 * </pre>
 *
 * <p>The derivative in the margin is r/σ, clipped to [−ε, ε], whatever the units of the label.
 *
 * @param epsilon ε, greater than 1: Spark's default is 1.35
 */
public record ConcomitantHuber(double epsilon) implements Loss {
  /** Rows that are met exactly take σ to 0; its square must stay a number that divides. */
  public static final double LEAST_SCALE = 1e-140;

  /** Checks the threshold. */
  public ConcomitantHuber {
    if (!(epsilon > 1.0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "epsilon must be greater than 1 and finite, but was " + epsilon);
    }
  }

  @Override
  public String name() {
    return "concomitant_huber";
  }

  @Override
  public LabelKind labels() {
    return LabelKind.NUMBER;
  }

  @Override
  public int outputs() {
    return 1;
  }

  /** One: ln σ. */
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
    double sigma = scale(extra);
    double threshold = epsilon * sigma;
    double flat = (1.0 - epsilon * epsilon) * sigma;
    double sum = 0.0;
    double sumInLogScale = 0.0;
    for (int i = 0; i < rows; i++) {
      double residual = margins[i] - labels[offset + i];
      double weight = weights == null ? 1.0 : weights[offset + i];
      double size = Math.abs(residual);
      if (size >= threshold) {
        sum += weight * (0.5 * (flat + 2.0 * epsilon * size));
        sumInLogScale += weight * (0.5 * flat);
        margins[i] = weight * Math.copySign(epsilon, residual);
      } else {
        double ratio = residual / sigma;
        sum += weight * (0.5 * (sigma + residual * ratio));
        sumInLogScale += weight * (0.5 * (sigma - residual * ratio));
        margins[i] = weight * ratio;
      }
    }
    extraGradient[0] += sumInLogScale;
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
    double sigma = scale(extra);
    double threshold = epsilon * sigma;
    double flat = (1.0 - epsilon * epsilon) * sigma;
    double sum = 0.0;
    for (int i = 0; i < rows; i++) {
      double residual = margins[i] - labels[offset + i];
      double weight = weights == null ? 1.0 : weights[offset + i];
      double size = Math.abs(residual);
      sum +=
          weight
              * (size >= threshold
                  ? 0.5 * (flat + 2.0 * epsilon * size)
                  : 0.5 * (sigma + residual * (residual / sigma)));
    }
    return sum;
  }

  /** 1/σ within εσ, else 0. */
  @Override
  public void secondDerivatives(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out) {
    double sigma = scale(extra);
    for (int i = 0; i < rows; i++) {
      double weight = weights == null ? 1.0 : weights[offset + i];
      double size = Math.abs(margins[i] - labels[offset + i]);
      out[i] = size < epsilon * sigma ? weight / sigma : 0.0;
    }
  }

  /** In ln σ: −r/σ and ½(σ + r²/σ) within εσ, 0 and ½(1 − ε²)σ beyond. */
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
    double sigma = scale(extra);
    double flat = 0.5 * (1.0 - epsilon * epsilon) * sigma;
    double sum = 0.0;
    for (int i = 0; i < rows; i++) {
      double residual = margins[i] - labels[offset + i];
      double weight = weights == null ? 1.0 : weights[offset + i];
      boolean inside = Math.abs(residual) < epsilon * sigma;
      double ratio = residual / sigma;
      mixed[i] = inside ? -weight * ratio : 0.0;
      sum += weight * (inside ? 0.5 * (sigma + residual * ratio) : flat);
    }
    own[0] += sum;
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
    double sigma = scale(extra);
    for (int i = 0; i < rows; i++) {
      double weight = weights == null ? 1.0 : weights[offset + i];
      double size = Math.abs(margins[i] - labels[offset + i]);
      out[i] = weight * (size <= epsilon * sigma ? 1.0 / sigma : epsilon / size);
    }
  }

  /**
   * The conjugate in margin and σ together, over σ &gt; 0: ay where |a| ≤ ε and c ≤ ½(1 − a²),
   * infinite elsewhere. The loss is the perspective σh((m − y)/σ) of h(t) = ½ + ½t², continued
   * beyond ε by its tangents, so that it is positively homogeneous in (m − y, σ) and its conjugate
   * is 0 on {c ≤ −h*(a)} with h*(a) = ½(a² − 1) (Combettes 2018, "Perspective functions:
   * properties, constructions, and examples", proposition 2.3).
   *
   * @param dual a in the margin and c in σ itself, not in ln σ
   */
  @Override
  public double conjugate(double[] dual, double label) {
    double a = Numbers.clamped(dual[0], -epsilon, epsilon);
    boolean inside = dual[1] <= 0.5 * (1.0 - a * a) + Numbers.OUTSIDE * epsilon * epsilon;
    return inside ? a * label : Double.POSITIVE_INFINITY;
  }

  /** Infinite: 1/σ in the margin, and σ may be as small as the residuals are. */
  @Override
  public double curvatureBound() {
    return Double.POSITIVE_INFINITY;
  }

  private static double scale(double[] extra) {
    if (extra.length != 1) {
      throw new IllegalArgumentException(
          "extra must hold 1 parameter, ln sigma, but held " + extra.length);
    }
    return Math.exp(extra[0]);
  }
}
