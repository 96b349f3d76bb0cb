package ravine.curvature;

/**
 * The exact minimum of the objective along a line: φ(t) = P(x + t d) is a parabola between the
 * points where a coordinate passes 0, and its slope jumps up by 2 l1_j |d_j| there.
 */
final class PiecewiseLine {
  private final double[] at;
  private final double[] jump;
  private int count;

  /** The length of the step found. */
  private double step;

  /** φ(0) − φ(step), at least 0. */
  private double decrease;

  /** Whether the slope ended at 0 between points, not at one of them. */
  private boolean flat;

  PiecewiseLine(int dimension) {
    this.at = new double[dimension];
    this.jump = new double[dimension];
  }

  double step() {
    return step;
  }

  double decrease() {
    return decrease;
  }

  boolean isFlat() {
    return flat;
  }

  /**
   * Finds the minimum at t ≥ 0.
   *
   * @param x the point, length d
   * @param direction length d
   * @param l1 length d, at least 0
   * @param residual b − A x
   * @param curvature dᵀAd; anything below 0 counts as 0
   * @param singular whether curvature is no more than rounding: the line then ends where its last
   *     coordinate reaches 0, and the step is 0 if none does
   */
  void minimise(
      double[] x,
      double[] direction,
      double[] l1,
      double[] residual,
      double curvature,
      boolean singular) {
    double slope = 0.0;
    count = 0;
    for (int j = 0; j < x.length; j++) {
      double d = direction[j];
      if (d == 0.0) {
        continue;
      }
      slope -= residual[j] * d;
      if (x[j] == 0.0) {
        slope += l1[j] * Math.abs(d);
        continue;
      }
      slope += l1[j] * Math.signum(x[j]) * d;
      if (l1[j] > 0.0 && x[j] * d < 0.0) {
        at[count] = -x[j] / d;
        jump[count++] = 2.0 * l1[j] * Math.abs(d);
      }
    }
    walk(slope, Math.max(0.0, curvature), singular);
  }

  /** From point to point until the slope is no longer negative. */
  private void walk(double slope, double curvature, boolean singular) {
    step = 0.0;
    decrease = 0.0;
    flat = false;
    while (slope < 0.0) {
      int nearest = nearest();
      double free = curvature > 0.0 ? step - slope / curvature : Double.POSITIVE_INFINITY;
      if (nearest < 0 || free < at[nearest]) {
        if ((nearest < 0 && singular) || free == Double.POSITIVE_INFINITY) {
          return;
        }
        decrease += 0.5 * slope * slope / curvature;
        step = free;
        flat = true;
        return;
      }
      double length = at[nearest] - step;
      decrease -= length * (slope + 0.5 * curvature * length);
      slope += curvature * length + jump[nearest];
      step = at[nearest];
      at[nearest] = at[--count];
      jump[nearest] = jump[count];
    }
  }

  private int nearest() {
    int nearest = -1;
    for (int i = 0; i < count; i++) {
      if (nearest < 0 || at[i] < at[nearest]) {
        nearest = i;
      }
    }
    return nearest;
  }
}
