package ravine.curvature;

/**
 * The exact minimum along a line within a box: as {@link PiecewiseLine}, a parabola whose slope
 * jumps where a coordinate with an l1 passes 0, but it ends where the first bound is met.
 */
final class BoxLine {
  private double step;
  private double decrease;
  private boolean flat;

  /** The length of the step found; 0 where the line is flat for ever and meets no bound. */
  double step() {
    return step;
  }

  /** By how much the objective falls on the way, at least 0. */
  double decrease() {
    return decrease;
  }

  /** Whether the slope ended at 0, before any coordinate passed 0 or met a bound. */
  boolean isFlat() {
    return flat;
  }

  /**
   * Finds it.
   *
   * @param x a point of the box, length d
   * @param direction that leaves no bound on which x rests
   * @param l1 length d, at least 0
   * @param slope by which the objective falls at x, above 0
   * @param curvature along the direction
   */
  void minimise(
      double[] x,
      double[] direction,
      double[] l1,
      double[] lower,
      double[] upper,
      double slope,
      double curvature) {
    double bound = Double.POSITIVE_INFINITY;
    for (int j = 0; j < x.length; j++) {
      if (direction[j] != 0.0) {
        double end = direction[j] > 0.0 ? upper[j] : lower[j];
        bound = Math.min(bound, (end - x[j]) / direction[j]);
      }
    }
    step = 0.0;
    decrease = 0.0;
    flat = false;
    double left = slope;
    boolean passes = false;
    while (left > 0.0) {
      double zero = nextZero(x, direction, l1);
      double end = curvature > 0.0 ? step + left / curvature : Double.POSITIVE_INFINITY;
      double to = Math.min(Math.min(zero, end), bound);
      if (to == Double.POSITIVE_INFINITY) {
        return;
      }
      double length = to - step;
      decrease += length * (left - 0.5 * curvature * length);
      left -= curvature * length + (to == zero ? jump(x, direction, l1, zero) : 0.0);
      step = to;
      if (to == bound || to == end) {
        flat = to == end && to < bound && !passes;
        return;
      }
      passes = true;
    }
  }

  /** The first length beyond the step at which a coordinate with an l1 passes 0. */
  private double nextZero(double[] x, double[] direction, double[] l1) {
    double next = Double.POSITIVE_INFINITY;
    for (int j = 0; j < x.length; j++) {
      if (l1[j] > 0.0 && x[j] * direction[j] < 0.0) {
        double zero = -x[j] / direction[j];
        next = zero > step ? Math.min(next, zero) : next;
      }
    }
    return next;
  }

  private static double jump(double[] x, double[] direction, double[] l1, double at) {
    double sum = 0.0;
    for (int j = 0; j < x.length; j++) {
      if (l1[j] > 0.0 && x[j] * direction[j] < 0.0 && -x[j] / direction[j] == at) {
        sum += 2.0 * l1[j] * Math.abs(direction[j]);
      }
    }
    return sum;
  }
}
