package ravine.penalty;

import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The factor s by which a penalty sees each weight: it penalises {@code s[j] * weights[j]}. A
 * factor of 0 exempts the coordinate (an intercept); factors other than 0 and 1 appear where the
 * loop works in standardised coordinates but the objective penalises the original ones. Immutable;
 * equal where the factors are, a uniform scale being equal to uniform scales only.
 */
public final class CoordinateScale implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final CoordinateScale UNIFORM = new CoordinateScale(null);

  private final double @Nullable [] factors;

  private CoordinateScale(double @Nullable [] factors) {
    this.factors = factors;
  }

  /** Every coordinate is penalised as it is; fits any number of weights. */
  public static CoordinateScale uniform() {
    return UNIFORM;
  }

  /**
   * One factor per coordinate; copied.
   *
   * @throws IllegalArgumentException if a factor is negative or not finite
   */
  public static CoordinateScale of(double... factors) {
    double[] copied = factors.clone();
    for (int j = 0; j < copied.length; j++) {
      if (!(copied[j] >= 0.0 && copied[j] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "factor " + j + " must be at least 0 and finite, but was " + copied[j]);
      }
    }
    return new CoordinateScale(copied);
  }

  /**
   * All ones but for a zero at the last of {@code dimension} coordinates: the intercept's place in
   * MLlib.
   */
  public static CoordinateScale exemptLast(int dimension) {
    if (dimension < 1) {
      throw new IllegalArgumentException("dimension must be at least 1, but was " + dimension);
    }
    double[] factors = new double[dimension];
    Arrays.fill(factors, 0, dimension - 1, 1.0);
    return new CoordinateScale(factors);
  }

  /**
   * The same with one more coordinate at the end, which is exempt.
   *
   * @param dimension number of weights without it
   */
  public CoordinateScale plusExempt(int dimension) {
    requireDimension(dimension);
    return factors == null
        ? exemptLast(dimension + 1)
        : new CoordinateScale(Arrays.copyOf(factors, dimension + 1));
  }

  /** The factor of coordinate j. */
  public double at(int j) {
    return factors == null ? 1.0 : factors[j];
  }

  /** Whether every factor is 1, whatever the number of weights. */
  public boolean isUniform() {
    return factors == null;
  }

  /**
   * Refuses a number of weights the scale was not made for.
   *
   * @throws IllegalArgumentException if there is not one factor for each weight
   */
  public void requireDimension(int dimension) {
    if (factors != null && factors.length != dimension) {
      throw new IllegalArgumentException(
          "the scale has " + factors.length + " factors, but there are " + dimension + " weights");
    }
  }

  /** The live factors of {@code dimension} weights, null where all are 1: for loops. */
  private double @Nullable [] factors(int dimension) {
    requireDimension(dimension);
    return factors;
  }

  /** Σ|sⱼwⱼ|. */
  double norm1(double[] weights) {
    double @Nullable [] s = factors(weights.length);
    double sum = 0.0;
    if (s == null) {
      for (int j = 0; j < weights.length; j++) {
        sum += Math.abs(weights[j]);
      }
    } else {
      for (int j = 0; j < weights.length; j++) {
        sum += Math.abs(s[j] * weights[j]);
      }
    }
    return sum;
  }

  /** √Σ(sⱼwⱼ)². */
  double norm2(double[] weights) {
    double @Nullable [] s = factors(weights.length);
    double sum = 0.0;
    if (s == null) {
      for (int j = 0; j < weights.length; j++) {
        sum += weights[j] * weights[j];
      }
    } else {
      for (int j = 0; j < weights.length; j++) {
        double seen = s[j] * weights[j];
        sum += seen * seen;
      }
    }
    return Math.sqrt(sum);
  }

  /** gⱼ += λsⱼ²wⱼ. */
  void addGradient(double lambda, double[] weights, double[] gradient) {
    double @Nullable [] s = factors(weights.length);
    requireSameLength("gradient", gradient, weights);
    if (s == null) {
      for (int j = 0; j < weights.length; j++) {
        gradient[j] += lambda * weights[j];
      }
    } else {
      for (int j = 0; j < weights.length; j++) {
        gradient[j] += lambda * (s[j] * s[j]) * weights[j];
      }
    }
  }

  /** wⱼ *= 1 − ηλsⱼ². */
  void shrink(double lambda, double[] weights, double rate) {
    double @Nullable [] s = factors(weights.length);
    double shrinkage = rate * lambda;
    if (s == null) {
      double factor = 1.0 - shrinkage;
      for (int j = 0; j < weights.length; j++) {
        weights[j] *= factor;
      }
    } else {
      for (int j = 0; j < weights.length; j++) {
        weights[j] *= 1.0 - shrinkage * (s[j] * s[j]);
      }
    }
  }

  /** wⱼ ← sign(wⱼ)·max(0, |wⱼ| − λsⱼrⱼ). */
  void threshold(double lambda, double[] weights, double[] rates) {
    double @Nullable [] s = factors(weights.length);
    requireSameLength("rates", rates, weights);
    if (s == null) {
      for (int j = 0; j < weights.length; j++) {
        weights[j] = softThreshold(weights[j], lambda * rates[j]);
      }
    } else {
      for (int j = 0; j < weights.length; j++) {
        if (s[j] > 0.0) {
          weights[j] = softThreshold(weights[j], lambda * s[j] * rates[j]);
        }
      }
    }
  }

  private static double softThreshold(double weight, double threshold) {
    return Math.signum(weight) * Math.max(0.0, Math.abs(weight) - threshold);
  }

  private static void requireSameLength(String name, double[] array, double[] weights) {
    if (array.length != weights.length) {
      throw new IllegalArgumentException(
          name + " has length " + array.length + ", but there are " + weights.length + " weights");
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CoordinateScale that && Arrays.equals(factors, that.factors);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(factors);
  }

  /** {@code uniform}, or the factors; of many only the first few. */
  @Override
  public String toString() {
    if (factors == null) {
      return "uniform";
    }
    int shown = Math.min(factors.length, 8);
    String text = Arrays.toString(Arrays.copyOf(factors, shown));
    return shown == factors.length
        ? text
        : text.substring(0, text.length() - 1) + ", … " + factors.length + " in all]";
  }
}
