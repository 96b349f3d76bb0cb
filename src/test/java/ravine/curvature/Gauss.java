package ravine.curvature;

import java.util.Arrays;

/** Elimination, for references in tests. */
final class Gauss {
  private Gauss() {}

  /** Gauss with pivots; a pivot lost to rounding leaves its unknown at 0. */
  static double[] solve(double[][] a, int n) {
    double scale = 0.0;
    for (int r = 0; r < n; r++) {
      scale = Math.max(scale, Math.abs(a[r][r]));
    }
    for (int c = 0; c < n; c++) {
      int pivot = c;
      for (int r = c + 1; r < n; r++) {
        pivot = Math.abs(a[r][c]) > Math.abs(a[pivot][c]) ? r : pivot;
      }
      double[] swap = a[c];
      a[c] = a[pivot];
      a[pivot] = swap;
      if (Math.abs(a[c][c]) <= 1e-15 * scale) {
        Arrays.fill(a[c], 0.0);
        a[c][c] = 1.0;
        for (int r = 0; r < n; r++) {
          if (r != c) {
            a[r][c] = 0.0;
          }
        }
        continue;
      }
      for (int r = c + 1; r < n; r++) {
        double factor = a[r][c] / a[c][c];
        for (int k = c; factor != 0.0 && k <= n; k++) {
          a[r][k] -= factor * a[c][k];
        }
      }
    }
    double[] x = new double[n];
    for (int r = n - 1; r >= 0; r--) {
      double sum = a[r][n];
      for (int k = r + 1; k < n; k++) {
        sum -= a[r][k] * x[k];
      }
      x[r] = sum / a[r][r];
    }
    return x;
  }
}
