package ravine.curvature;

/** Linear algebra on matrices of a few dozen rows. */
final class SmallMatrix {
  private SmallMatrix() {}

  /**
   * The inverse, by Gauss and Jordan with row pivots; rows and columns are scaled first, so that
   * only what is singular in every unit is refused.
   *
   * @param matrix symmetric, n × n, with no zero on its diagonal
   * @throws IllegalStateException if it is singular
   */
  static double[] inverse(double[] matrix, int n) {
    double[] scale = new double[n];
    for (int i = 0; i < n; i++) {
      scale[i] = 1.0 / Math.sqrt(Math.abs(matrix[i * n + i]));
    }
    int width = 2 * n;
    double[][] rows = new double[n][width];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        rows[i][k] = scale[i] * matrix[i * n + k] * scale[k];
      }
      rows[i][n + i] = 1.0;
    }
    for (int k = 0; k < n; k++) {
      int pivot = k;
      for (int i = k + 1; i < n; i++) {
        if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) {
          pivot = i;
        }
      }
      double[] row = rows[pivot];
      rows[pivot] = rows[k];
      rows[k] = row;
      double head = row[k];
      if (!(Math.abs(head) > Double.MIN_NORMAL)) {
        throw new IllegalStateException("A matrix of " + n + " rows is singular.");
      }
      for (int c = k; c < width; c++) {
        row[c] /= head;
      }
      for (int i = 0; i < n; i++) {
        double factor = rows[i][k];
        if (i != k && factor != 0.0) {
          for (int c = k; c < width; c++) {
            rows[i][c] -= factor * row[c];
          }
        }
      }
    }
    double[] inverse = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        inverse[i * n + k] = scale[i] * rows[i][n + k] * scale[k];
      }
    }
    return inverse;
  }
}
