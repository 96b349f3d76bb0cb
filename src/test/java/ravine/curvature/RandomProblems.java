package ravine.curvature;

import java.util.List;
import java.util.Random;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Hinge;
import ravine.loss.Huber;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.SmoothHinge;
import ravine.loss.Softmax;
import ravine.loss.Squared;
import ravine.loss.SquaredHinge;

/**
 * Problems of every kind at random: rows 5 to 200, features 1 to 20, scales 1e-3 to 1e3 as the
 * penalty sees them, weights, zero rows, equal and constant columns, every loss, penalty and
 * intercept. Features are standardised as the engine does it: deviation 1, centred where there is
 * an intercept.
 */
final class RandomProblems {
  static final List<Loss> LOSSES =
      List.of(
          new Logistic(),
          new Softmax(3),
          new Squared(),
          new Hinge(),
          new SmoothHinge(0.1),
          new SquaredHinge(),
          new Huber(1.0),
          new ConcomitantHuber(1.35));

  private RandomProblems() {}

  static DenseProblem problem(long seed) {
    // Scrambled: the first numbers of neighbouring seeds are nearly the same.
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    Loss loss = LOSSES.get((int) (seed % LOSSES.size()));
    int penalty = (int) (seed / LOSSES.size() % 4);
    boolean intercept = seed / LOSSES.size() / 4 % 2 == 0;
    int n = 5 + (int) (195 * Math.pow(random.nextDouble(), 2.0));
    int d = 1 + (int) (20 * Math.pow(random.nextDouble(), 1.5));
    double[][] rows = new double[n][d + (intercept ? 1 : 0)];
    double[] weights = new double[n];
    boolean weighted = random.nextBoolean();
    double correlation = random.nextInt(3) == 0 ? 0.99 : 0.3 * random.nextDouble();
    double zeros = random.nextInt(3) == 0 ? 0.8 : 0.0;
    for (int i = 0; i < n; i++) {
      weights[i] = !weighted ? 1.0 : random.nextInt(10) == 0 ? 0.0 : 3.0 * random.nextDouble();
      double common = random.nextGaussian();
      boolean zero = random.nextInt(20) == 0;
      for (int j = 0; j < d; j++) {
        double own = random.nextGaussian();
        boolean rare = random.nextDouble() < zeros;
        rows[i][j] = zero || rare ? 0.0 : correlation * common + Math.sqrt(1 - correlation) * own;
      }
      if (d > 3 && seed % 5 == 0) {
        rows[i][1] = rows[i][0];
      }
      if (d > 4 && seed % 7 == 0) {
        rows[i][2] = 1.0;
      }
    }
    weights[0] = 1.0;
    weights[1] = 1.0;
    double[] labels = labels(loss, rows, d, random);
    double[] scales = standardise(rows, weights, d, intercept, random);
    int k = loss.outputs();
    int p = (d + (intercept ? 1 : 0)) * k + loss.extraParameters();
    double[] l1 = new double[p];
    double[] l2 = new double[p];
    double lambda = Math.pow(10.0, -4.0 + 3.5 * random.nextDouble());
    double alpha = 0.1 + 0.8 * random.nextDouble();
    boolean raw = random.nextInt(3) == 0;
    for (int a = 0; a < d * k; a++) {
      double s = raw ? scales[a / k] : 1.0;
      l1[a] = penalty == 1 ? lambda * s : penalty == 3 ? lambda * alpha * s : 0.0;
      l2[a] = penalty == 2 ? lambda * s * s : penalty == 3 ? lambda * (1 - alpha) * s * s : 0.0;
    }
    return new DenseProblem(rows, labels, weights, loss, l1, l2);
  }

  private static double[] labels(Loss loss, double[][] rows, int d, Random random) {
    boolean numbers =
        loss instanceof Squared || loss instanceof Huber || loss instanceof ConcomitantHuber;
    double noise = Math.pow(10.0, -1.5 + 2.0 * random.nextDouble());
    double[][] truth = new double[Math.max(2, loss.outputs())][d];
    for (double[] of : truth) {
      for (int j = 0; j < d; j++) {
        of[j] = random.nextInt(2) * random.nextGaussian();
      }
    }
    double[] labels = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      int best = 0;
      double largest = Double.NEGATIVE_INFINITY;
      double first = 0.0;
      for (int c = 0; c < truth.length; c++) {
        double score = noise * random.nextGaussian();
        for (int j = 0; j < d; j++) {
          score += truth[c][j] * rows[i][j];
        }
        if (c == 0) {
          first = score;
        }
        if (score > largest) {
          largest = score;
          best = c;
        }
      }
      labels[i] = numbers ? first + (random.nextInt(15) == 0 ? 20.0 : 0.0) : best;
    }
    return labels;
  }

  /** By what the raw features would be multiplied. */
  private static double[] standardise(
      double[][] rows, double[] weights, int d, boolean intercept, Random random) {
    double[] scales = new double[d];
    for (int j = 0; j < d; j++) {
      double total = 0.0;
      double sum = 0.0;
      double squares = 0.0;
      for (int i = 0; i < rows.length; i++) {
        total += weights[i];
        sum += weights[i] * rows[i][j];
      }
      double mean = intercept ? sum / total : 0.0;
      for (int i = 0; i < rows.length; i++) {
        squares += weights[i] * (rows[i][j] - mean) * (rows[i][j] - mean);
      }
      double deviation = Math.sqrt(squares / total);
      for (double[] row : rows) {
        row[j] = deviation > 1e-12 ? (row[j] - mean) / deviation : 0.0;
      }
      scales[j] = Math.pow(10.0, -3.0 + 6.0 * random.nextDouble());
    }
    for (double[] row : rows) {
      if (intercept) {
        row[d] = 1.0;
      }
    }
    return scales;
  }
}
