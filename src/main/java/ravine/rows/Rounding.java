package ravine.rows;

/**
 * What narrowing to float takes from each feature: the sum of squared deviations of its rounding
 * errors from their mean. An error that all rows share moves no more than the intercept.
 */
final class Rounding {
  private final double[] sums;
  private final double[] squares;

  Rounding(int features) {
    sums = new double[features];
    squares = new double[features];
  }

  /** Counts a value of a feature in. */
  void add(int feature, double value) {
    double lost = value - (float) value;
    sums[feature] += lost;
    squares[feature] += lost * lost;
  }

  /**
   * Σ (error − mean error)² of each feature.
   *
   * @param rows there were; those in which a feature was not stored had no error
   */
  double[] finish(long rows) {
    double[] lost = new double[squares.length];
    for (int j = 0; j < lost.length; j++) {
      double spread = squares[j] - sums[j] * (sums[j] / (double) rows);
      // A constant column has one error for all rows, but for the rounding of these sums.
      lost[j] = spread > 1e-9 * squares[j] ? spread : 0.0;
    }
    return lost;
  }
}
