package ravine.loss;

import org.jspecify.annotations.Nullable;

/**
 * The negative log-likelihood of a class label 0 … K−1 under the softmax of K margins: log Σⱼ e^(mⱼ
 * − m_y), derivative pⱼ − [j = y].
 *
 * <p>The largest margin M is taken out of every exponent, and its own 1 out of the sum, so that
 * nothing overflows and a well classified row keeps its small loss: log(1 + Σ_{j≠argmax} e^(mⱼ−M))
 * + (M − m_y). Two classes give the same loss as {@link Logistic} at the difference of the margins.
 *
 * @param classes K, at least 2
 */
public record Softmax(int classes) implements Loss {
  /** Checks the number of classes. */
  public Softmax {
    if (classes < 2) {
      throw new IllegalArgumentException("classes must be at least 2, but was " + classes);
    }
  }

  @Override
  public String name() {
    return "softmax";
  }

  @Override
  public LabelKind labels() {
    return LabelKind.CLASS_INDEX;
  }

  @Override
  public int outputs() {
    return classes;
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
    int k = classes;
    double sum = 0.0;
    for (int i = 0, from = 0; i < rows; i++, from += k) {
      int own = from + (int) labels[offset + i];
      double weight = weights == null ? 1.0 : weights[offset + i];
      int top = indexOfLargest(margins, from, from + k);
      double largest = margins[top];
      double shortfall = difference(largest, margins[own]);
      double rest = 0.0;
      for (int j = from; j < from + k; j++) {
        double e = Numbers.exp(difference(margins[j], largest));
        margins[j] = e;
        if (j != top) {
          rest += e;
        }
      }
      sum += weight * (shortfall + Numbers.log1p(rest));
      double factor = weight / (1.0 + rest);
      for (int j = from; j < from + k; j++) {
        margins[j] *= factor;
      }
      margins[own] -= weight;
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
    int k = classes;
    double sum = 0.0;
    for (int i = 0, from = 0; i < rows; i++, from += k) {
      double own = margins[from + (int) labels[offset + i]];
      double weight = weights == null ? 1.0 : weights[offset + i];
      int top = indexOfLargest(margins, from, from + k);
      double largest = margins[top];
      double rest = 0.0;
      for (int j = from; j < from + k; j++) {
        double e = Numbers.exp(difference(margins[j], largest));
        if (j != top) {
          rest += e;
        }
      }
      sum += weight * (difference(largest, own) + Numbers.log1p(rest));
    }
    return sum;
  }

  /**
   * ½(I − 11ᵀ/K), whatever the margins (Böhning 1992, "Multinomial logistic regression algorithm").
   */
  @Override
  public void majorisers(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out) {
    int k = classes;
    for (int i = 0; i < rows; i++) {
      double weight = weights == null ? 1.0 : weights[offset + i];
      for (int a = 0; a < k; a++) {
        for (int b = 0; b < k; b++) {
          out[(i * k + a) * k + b] = 0.5 * weight * ((a == b ? 1.0 : 0.0) - 1.0 / k);
        }
      }
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
    int k = classes;
    for (int i = 0, from = 0; i < rows; i++, from += k) {
      double weight = weights == null ? 1.0 : weights[offset + i];
      double largest = margins[indexOfLargest(margins, from, from + k)];
      double total = 0.0;
      for (int j = from; j < from + k; j++) {
        total += Numbers.exp(difference(margins[j], largest));
      }
      for (int a = 0; a < k; a++) {
        double pa = Numbers.exp(difference(margins[from + a], largest)) / total;
        for (int b = 0; b <= a; b++) {
          double pb = Numbers.exp(difference(margins[from + b], largest)) / total;
          double value = weight * (a == b ? pa * (1.0 - pa) : -pa * pb);
          out[(i * k + a) * k + b] = value;
          out[(i * k + b) * k + a] = value;
        }
      }
    }
  }

  /** With p = a + (1 at the label): Σ p log p for p in the simplex. */
  @Override
  public double conjugate(double[] dual, double label) {
    double value = 0.0;
    double sum = 0.0;
    int own = (int) label;
    double error = Math.max(0.0, -dual[own]);
    for (int j = 0; j < classes; j++) {
      double p = Numbers.clamped(j == own ? 1.0 + dual[j] : dual[j], 0.0, 1.0);
      if (Double.isNaN(p)) {
        return Double.POSITIVE_INFINITY;
      }
      sum += dual[j];
      value += j != own ? Numbers.timesLog(p) : error < 1.0 ? p * Math.log1p(-error) : 0.0;
    }
    return Math.abs(sum) <= classes * Numbers.OUTSIDE ? value : Double.POSITIVE_INFINITY;
  }

  /**
   * 1: along t the second derivative is the variance of t under p and the third its third central
   * moment, at most the variance times the largest distance of an entry from the mean.
   */
  @Override
  public double selfConcordance() {
    return 1.0;
  }

  /**
   * At most ½: the largest eigenvalue of diag(p) − ppᵀ, reached at two classes of probability ½.
   */
  @Override
  public double curvatureBound() {
    return 0.5;
  }

  private static int indexOfLargest(double[] margins, int from, int to) {
    int top = from;
    for (int j = from + 1; j < to; j++) {
      if (margins[j] > margins[top]) {
        top = j;
      }
    }
    return top;
  }

  /** a − b, and 0 where both are the same infinity: two infinite margins share the probability. */
  private static double difference(double a, double b) {
    return a == b ? 0.0 : a - b;
  }
}
