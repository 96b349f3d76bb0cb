package ravine.ml;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Data of the kinds on which fits once ended far from the optimum, often with CONVERGED. The same
 * at every call.
 */
public final class TruthProblems {
  private TruthProblems() {}

  /** The least objective of a regression with intercept, as Spark states it, by a slow solver. */
  public static double leastOfLinear(
      double[][] rows, double[] labels, double lambda, double alpha) {
    ParityProblem problem = problem(ParityProblem.Kind.LINEAR, rows, labels, lambda, alpha, true);
    return new ParityTruth(problem).optimum().objective();
  }

  /** An objective over rows of weight 1, with intercept. */
  static ParityProblem problem(
      ParityProblem.Kind kind,
      double[][] rows,
      double[] labels,
      double lambda,
      double alpha,
      boolean standardised) {
    double[] weights = new double[rows.length];
    Arrays.fill(weights, 1.0);
    return new ParityProblem(
        kind, rows, labels, weights, lambda, alpha, standardised, true, List.of());
  }

  /** Normal numbers. */
  static double[][] normal(int count, int features, Random random) {
    double[][] rows = new double[count][features];
    for (double[] row : rows) {
      for (int j = 0; j < features; j++) {
        row[j] = random.nextGaussian();
      }
    }
    return rows;
  }

  /**
   * Two columns that differ by {@code difference}, with the label depending on what they share and
   * on their difference: weights of opposite sign and of size 1/difference, which a penalty gives
   * up only slowly.
   */
  static double[][] nearlyEqual(int count, int features, double difference, Random random) {
    double[][] rows = normal(count, features, random);
    for (double[] row : rows) {
      row[1] = row[0] + difference * row[1];
    }
    return rows;
  }

  /** Σ weightⱼ·xⱼ + noise. */
  static double[] linear(double[][] rows, double[] weights, double noise, Random random) {
    double[] labels = new double[rows.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = noise * random.nextGaussian();
      for (int j = 0; j < weights.length; j++) {
        labels[i] += weights[j] * rows[i][j];
      }
    }
    return labels;
  }

  /** Class 1 with the probability that the logistic model of these weights gives it. */
  static double[] classes(double[][] rows, double[] weights, double intercept, Random random) {
    double[] labels = linear(rows, weights, 0.0, random);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextDouble() < 1.0 / (1.0 + Math.exp(-intercept - labels[i])) ? 1.0 : 0.0;
    }
    return labels;
  }

  /** Alternating signs. */
  static double[] alternating(int features, double size) {
    double[] weights = new double[features];
    for (int j = 0; j < features; j++) {
      weights[j] = j % 2 == 0 ? size : -size;
    }
    return weights;
  }

  /** Each column nearly the one before: {@code share} of it. */
  static double[][] chained(int count, int features, double share, Random random) {
    double[][] rows = normal(count, features, random);
    for (double[] row : rows) {
      for (int j = 1; j < features; j++) {
        row[j] = share * row[j - 1] + Math.sqrt(1.0 - share * share) * row[j];
      }
    }
    return rows;
  }

  /** Zeros and ones, column j of them 1 in about one row of 2(1 + j)², but in six at least. */
  static double[][] rareOnes(int count, int features, Random random) {
    double[][] rows = new double[count][features];
    for (int j = 0; j < features; j++) {
      int ones = (int) Math.max(6.0, count / (2.0 * (1.0 + j) * (1.0 + j)));
      for (int i = 0; i < ones; i++) {
        rows[random.nextInt(count)][j] = 1.0;
      }
    }
    return rows;
  }

  /** Few positives of a class with a mean of its own among many negatives. */
  static ParityProblem rarePositives(int count, int positives, long seed, double lambda) {
    Random random = new Random(seed);
    double[][] rows = normal(count, 3, random);
    double[] labels = new double[count];
    for (int p = 0; p < positives; p++) {
      int i = random.nextInt(count);
      labels[i] = 1.0;
      rows[i][0] += 1.5;
      rows[i][2] += 1.0;
    }
    return problem(ParityProblem.Kind.LOGISTIC, rows, labels, lambda, 0.0, true);
  }

  /** Counts as of words, most of them 0 or 1, some in the hundreds, none scaled. */
  static double[][] counts(int count, int features, Random random) {
    double[][] rows = new double[count][features];
    for (double[] row : rows) {
      for (int j = 0; j < features; j++) {
        double level = Math.pow(10.0, 2.5 * j / features - 0.5);
        row[j] = Math.floor(-level * Math.log(1.0 - random.nextDouble()));
      }
    }
    return rows;
  }
}
