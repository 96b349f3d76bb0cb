package ravine.loss;

import org.jspecify.annotations.Nullable;

/**
 * Huber's loss with a fixed threshold ε, in the units of the label: ½r² for |r| ≤ ε, else ε(|r| −
 * ½ε), where r = m − y; derivative r, clipped to [−ε, ε]. PyTorch's {@code HuberLoss(delta)}.
 *
 * <p>Not the loss of Spark's {@code LinearRegression.setLoss("huber")}, whose threshold is relative
 * to a scale learned from the data: that is {@link ConcomitantHuber}.
 *
 * @param epsilon ε, greater than 0 and finite
 */
public record Huber(double epsilon) implements Loss {
  /** Checks the threshold. */
  public Huber {
    Numbers.requirePositive("epsilon", epsilon);
  }

  @Override
  public String name() {
    return "huber";
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
      double size = Math.abs(residual);
      if (size > epsilon) {
        sum += weight * (epsilon * (size - 0.5 * epsilon));
        margins[i] = weight * Math.copySign(epsilon, residual);
      } else {
        sum += weight * (0.5 * residual * residual);
        margins[i] = weight * residual;
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
      double residual = margins[i] - labels[offset + i];
      double weight = weights == null ? 1.0 : weights[offset + i];
      double size = Math.abs(residual);
      sum +=
          weight * (size > epsilon ? epsilon * (size - 0.5 * epsilon) : 0.5 * residual * residual);
    }
    return sum;
  }

  /** 1 within ε, else 0. */
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
      double weight = weights == null ? 1.0 : weights[offset + i];
      out[i] = Math.abs(margins[i] - labels[offset + i]) <= epsilon ? weight : 0.0;
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
      double weight = weights == null ? 1.0 : weights[offset + i];
      double size = Math.abs(margins[i] - labels[offset + i]);
      out[i] = size <= epsilon ? weight : weight * epsilon / size;
    }
  }

  /** ½a² + ay for |a| ≤ ε. */
  @Override
  public double conjugate(double[] dual, double label) {
    double a = Numbers.clamped(dual[0], -epsilon, epsilon);
    return Double.isNaN(a) ? Double.POSITIVE_INFINITY : a * (0.5 * a + label);
  }

  @Override
  public double curvatureBound() {
    return 1.0;
  }
}
