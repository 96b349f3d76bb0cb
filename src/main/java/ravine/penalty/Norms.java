package ravine.penalty;

import org.jspecify.annotations.Nullable;

/** The arithmetic the penalties share: one loop for uniform scales, one for the others. */
final class Norms {
  private Norms() {}

  static double requireRegParam(double lambda) {
    if (!(lambda >= 0.0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "regParam must be at least 0 and finite, but was " + lambda);
    }
    return lambda;
  }

  /** Σ|sⱼwⱼ|. */
  static double norm1(double[] weights, CoordinateScale scale) {
    double @Nullable [] s = scale.factors(weights.length);
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
  static double norm2(double[] weights, CoordinateScale scale) {
    double @Nullable [] s = scale.factors(weights.length);
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
  static void addGradient(
      double lambda, double[] weights, CoordinateScale scale, double[] gradient) {
    double @Nullable [] s = scale.factors(weights.length);
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
  static void shrink(double lambda, double[] weights, CoordinateScale scale, double rate) {
    double @Nullable [] s = scale.factors(weights.length);
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
  static void threshold(double lambda, double[] weights, CoordinateScale scale, double[] rates) {
    double @Nullable [] s = scale.factors(weights.length);
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
}
