package ravine.curvature;

/** Cyclic coordinate descent: quick at first, and a way out where exact steps cycle. */
final class CoordinateDescent {
  private static final int SWEEPS = 10;

  private final SymmetricMatrix matrix;

  CoordinateDescent(SymmetricMatrix matrix) {
    this.matrix = matrix;
  }

  /**
   * Some sweeps over the coordinates.
   *
   * @param x the point, moved
   * @param l1 thresholds
   * @param residual b − A x, kept up to date
   * @param outside coordinates that are left alone
   */
  void sweep(double[] x, double[] l1, double[] residual, boolean[] outside) {
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int j = 0; j < x.length; j++) {
        double diagonal = matrix.at(j, j);
        if (outside[j]) {
          continue;
        }
        double target = diagonal * x[j] + residual[j];
        double next = Math.signum(target) * Math.max(0.0, Math.abs(target) - l1[j]) / diagonal;
        double change = next - x[j];
        if (change != 0.0) {
          x[j] = next;
          matrix.addRow(-change, j, residual);
        }
      }
    }
  }
}
