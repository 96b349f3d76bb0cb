package ravine.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A random problem for an estimator: rows 5 to {@code mostRows}, features 1 to 60, rank-deficient
 * or not, scales 1e-6 to 1e6, weights, zeros, rare columns, every loss, penalty, standardisation
 * and intercept. The same seed gives the same problem.
 *
 * @param kind which estimator and loss
 * @param rows x, n × d
 * @param labels class numbers or quantities, length n
 * @param weights length n, some of them 0, or all 1
 * @param lambda {@code regParam}
 * @param alpha {@code elasticNetParam}
 * @param standardised whether the penalty is stated in standardised features
 * @param intercept whether there is one
 * @param traits in words
 */
record ParityProblem(
    Kind kind,
    double[][] rows,
    double[] labels,
    double[] weights,
    double lambda,
    double alpha,
    boolean standardised,
    boolean intercept,
    List<String> traits) {

  /** Which estimator and loss. */
  enum Kind {
    LOGISTIC,
    SOFTMAX,
    SVC,
    LINEAR,
    HUBER;

    boolean isQuantity() {
      return this == LINEAR || this == HUBER;
    }

    boolean takesL1() {
      return this != SVC && this != HUBER;
    }
  }

  private static final int CLASSES = 3;

  int classes() {
    return kind == Kind.SOFTMAX ? CLASSES : 1;
  }

  /** The problem of a seed. */
  static ParityProblem of(long seed, int mostRows) {
    // Scrambled: the first numbers of neighbouring seeds are nearly the same.
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    random.nextLong();
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    int n = (int) (5.0 * Math.pow(mostRows / 5.0, random.nextDouble()));
    int d = (int) Math.pow(kind == Kind.SOFTMAX ? 31.0 : 61.0, random.nextDouble());
    boolean scaled = random.nextInt(3) == 0;
    boolean deficient = random.nextInt(3) == 0;
    boolean rare = random.nextInt(3) == 0;
    boolean near = random.nextInt(4) == 0;
    double[][] rows = new double[n][d];
    double common = random.nextInt(3) == 0 ? 3.0 : 0.3;
    double zeros = random.nextInt(3) == 0 ? 0.7 : 0.0;
    for (double[] row : rows) {
      double shared = common * random.nextGaussian();
      for (int j = 0; j < d; j++) {
        boolean isZero = random.nextDouble() < (rare && j % 4 == 1 ? 1.0 - 3.0 / n : zeros);
        row[j] = isZero ? 0.0 : shared + random.nextGaussian();
      }
    }
    dependent(rows, d, deficient, near, random);
    double[] labels = labels(kind, rows, d, random);
    scale(rows, d, scaled, random);
    boolean weighted = random.nextInt(3) == 0;
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      boolean dropped = weighted && i >= CLASSES && random.nextInt(10) == 0;
      weights[i] = dropped ? 0.0 : weighted ? 0.1 + 3.0 * random.nextDouble() : 1.0;
    }
    double lambda = random.nextInt(4) == 0 ? 0.0 : Math.pow(10.0, -6.0 + 6.0 * random.nextDouble());
    double[] alphas = {0.0, 0.0, 1.0, 0.95, random.nextDouble()};
    double alpha = kind.takesL1() && lambda > 0.0 ? alphas[random.nextInt(alphas.length)] : 0.0;
    List<String> traits = new ArrayList<>();
    traits.add(lambda == 0.0 ? "no penalty" : alpha > 0.0 ? "L1" : "L2");
    addIf(deficient && d > 2, "rank-deficient", traits);
    addIf(near && d > 3, "nearly equal columns", traits);
    addIf(scaled, "scaled", traits);
    addIf(rare && d > 1, "rare columns", traits);
    addIf(weighted, "weighted", traits);
    addIf(n < 20 * d, "few rows", traits);
    return new ParityProblem(
        kind,
        rows,
        labels,
        weights,
        lambda,
        alpha,
        random.nextBoolean(),
        random.nextInt(4) > 0,
        traits);
  }

  private static void addIf(boolean has, String trait, List<String> traits) {
    if (has) {
      traits.add(trait);
    }
  }

  private static void dependent(
      double[][] rows, int d, boolean deficient, boolean near, Random random) {
    for (double[] row : rows) {
      for (int j = 2; deficient && j < d; j += 3) {
        row[j] = row[j - 1] - 2.0 * row[j - 2];
      }
      for (int j = 3; near && j < d; j += 4) {
        row[j] = row[j - 3] + 1e-3 * random.nextGaussian();
      }
    }
  }

  private static void scale(double[][] rows, int d, boolean scaled, Random random) {
    for (int j = 0; scaled && j < d; j++) {
      double factor = Math.pow(10.0, -6.0 + 12.0 * random.nextDouble());
      double shift = random.nextInt(3) == 0 ? 5.0 * factor * random.nextGaussian() : 0.0;
      for (double[] row : rows) {
        row[j] = factor * row[j] + shift;
      }
    }
  }

  private static double[] labels(Kind kind, double[][] rows, int d, Random random) {
    double noise = Math.pow(10.0, -1.0 + 1.5 * random.nextDouble());
    double unit = random.nextInt(3) == 0 ? Math.pow(10.0, -4.0 + 8.0 * random.nextDouble()) : 1.0;
    double[][] truth = new double[CLASSES][d];
    for (double[] of : truth) {
      for (int j = 0; j < d; j++) {
        of[j] = random.nextInt(2) * random.nextGaussian() / Math.sqrt(d);
      }
    }
    double[] labels = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      double[] scores = new double[CLASSES];
      int best = 0;
      for (int c = 0; c < CLASSES; c++) {
        scores[c] = noise * random.nextGaussian();
        for (int j = 0; j < d; j++) {
          scores[c] += truth[c][j] * rows[i][j];
        }
        best = scores[c] > scores[best] ? c : best;
      }
      double far = random.nextInt(15) == 0 ? 30.0 * random.nextGaussian() : 0.0;
      labels[i] =
          switch (kind) {
            case LINEAR -> unit * scores[0];
            case HUBER -> unit * (scores[0] + far);
            case SOFTMAX -> i < CLASSES ? i : best;
            default -> i < 2 ? i : scores[0] > 0.0 ? 1 : 0;
          };
    }
    return labels;
  }
}
