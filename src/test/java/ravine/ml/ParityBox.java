package ravine.ml;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import ravine.objective.Coordinates;
import ravine.penalty.Bounds;

/**
 * Random bounds for a {@link ParityProblem} of classes, in the units of its rows.
 *
 * @param lower one row for each output
 * @param upper the same
 * @param lowerIntercepts one for each output
 * @param upperIntercepts the same
 * @param ofIntercepts whether intercepts have bounds
 */
record ParityBox(
    double[][] lower,
    double[][] upper,
    double[] lowerIntercepts,
    double[] upperIntercepts,
    boolean ofIntercepts) {

  /** The box of a seed: none below 0, or every kind of interval. */
  static ParityBox of(long seed, ParityProblem problem) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    random.nextLong();
    int outputs = problem.classes();
    int d = problem.rows()[0].length;
    double[][] lower = filled(outputs, d, Double.NEGATIVE_INFINITY);
    double[][] upper = filled(outputs, d, Double.POSITIVE_INFINITY);
    boolean positive = random.nextInt(4) == 0;
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < d; j++) {
        double largest = 1e-300;
        for (double[] row : problem.rows()) {
          largest = Math.max(largest, Math.abs(row[j]));
        }
        double size = Math.abs(random.nextGaussian()) / largest;
        switch (positive ? 0 : random.nextInt(6)) {
          case 0 -> lower[k][j] = 0.0;
          case 1 -> upper[k][j] = size;
          case 2 -> {
            lower[k][j] = -size;
            upper[k][j] = 0.5 * size;
          }
          case 3 -> {
            lower[k][j] = 0.1 * size;
            upper[k][j] = size;
          }
          case 4 -> {
            lower[k][j] = random.nextBoolean() ? 0.3 * size : 0.0;
            upper[k][j] = lower[k][j];
          }
          default -> {}
        }
        if (isConstant(problem, j)) {
          lower[k][j] = Double.NEGATIVE_INFINITY;
          upper[k][j] = Double.POSITIVE_INFINITY;
        }
      }
    }
    double[] lowerIntercepts = filled(1, outputs, Double.NEGATIVE_INFINITY)[0];
    double[] upperIntercepts = filled(1, outputs, Double.POSITIVE_INFINITY)[0];
    boolean ofIntercepts = problem.intercept() && random.nextInt(3) == 0;
    for (int k = 0; ofIntercepts && k < outputs; k++) {
      lowerIntercepts[k] = random.nextBoolean() ? random.nextGaussian() : Double.NEGATIVE_INFINITY;
      upperIntercepts[k] =
          random.nextBoolean()
              ? Math.max(lowerIntercepts[k], random.nextGaussian())
              : Double.POSITIVE_INFINITY;
    }
    return new ParityBox(lower, upper, lowerIntercepts, upperIntercepts, ofIntercepts);
  }

  /** In the rows that count: the estimator refuses such a feature bounds that exclude 0. */
  private static boolean isConstant(ParityProblem problem, int j) {
    double[] weights = problem.weights();
    return IntStream.range(0, weights.length)
            .filter(i -> weights[i] > 0.0)
            .mapToDouble(i -> problem.rows()[i][j])
            .distinct()
            .count()
        <= 1;
  }

  private static double[][] filled(int rows, int columns, double value) {
    double[][] filled = new double[rows][columns];
    for (double[] row : filled) {
      Arrays.fill(row, value);
    }
    return filled;
  }

  /** In the coordinates of training. */
  Bounds in(Coordinates coordinates) {
    double[] inverse = coordinates.inverse();
    int outputs = coordinates.outputs();
    double[] low = filled(1, coordinates.dimension(), Double.NEGATIVE_INFINITY)[0];
    double[] high = filled(1, coordinates.dimension(), Double.POSITIVE_INFINITY)[0];
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < inverse.length; j++) {
        if (inverse[j] > 0.0) {
          low[j * outputs + k] = lower[k][j] / inverse[j];
          high[j * outputs + k] = upper[k][j] / inverse[j];
        }
      }
      if (coordinates.hasIntercept()) {
        low[inverse.length * outputs + k] = lowerIntercepts[k];
        high[inverse.length * outputs + k] = upperIntercepts[k];
      }
    }
    return new Bounds(low, high);
  }
}
