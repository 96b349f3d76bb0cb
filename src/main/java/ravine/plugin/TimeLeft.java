package ravine.plugin;

/** How long a fit may take yet. */
final class TimeLeft {
  /** Bounds from which the slope is taken: the last ones, as it changes. */
  private static final int POINTS = 8;

  private TimeLeft() {}

  /**
   * Seconds until the bound of the gap is {@code tol} of the objective, if it goes on to fall as it
   * does; NaN where too little is known, or it does not fall.
   */
  static double byGap(Curve passes, double tol) {
    double objective = Math.abs(Curve.last(passes.objective));
    int count = 0;
    double[] x = new double[POINTS];
    double[] y = new double[POINTS];
    double last = Double.NaN;
    for (int i = passes.size() - 1; i >= 0 && count < POINTS; i--) {
      double gap = Curve.at(passes.gap, i);
      if (gap > 0.0 && gap < Double.POSITIVE_INFINITY) {
        last = count == 0 ? gap : last;
        x[count] = passes.seconds[i];
        y[count++] = Math.log(gap);
      }
    }
    double slope = slope(x, y, count);
    double left = Math.log(last / (tol * objective)) / -slope;
    return slope < 0.0 && tol > 0.0 && objective > 0.0 ? Math.max(0.0, left) : Double.NaN;
  }

  /** Seconds until all passes are made; NaN before the first. */
  static double byPasses(Curve passes, Curve steps, int maxPasses) {
    double made = 0.0;
    double seconds = 0.0;
    if (steps.size() > 0) {
      made = Curve.last(steps.pass);
      seconds = Curve.last(steps.seconds);
    }
    if (passes.size() > 0 && Curve.last(passes.pass) >= made) {
      made = Curve.last(passes.pass);
      seconds = Curve.last(passes.seconds);
    }
    return made > 0.0 ? seconds / made * Math.max(0.0, maxPasses - made) : Double.NaN;
  }

  /**
   * Seconds until the time that it is given is over.
   *
   * @param maxSeconds of training; 0 for any number, of which NaN is left
   */
  static double byTime(Curve passes, Curve steps, double maxSeconds) {
    double gone = Math.max(last(passes), last(steps));
    return maxSeconds > 0.0 ? Math.max(0.0, maxSeconds - gone) : Double.NaN;
  }

  private static double last(Curve curve) {
    return curve.size() == 0 ? 0.0 : Curve.last(curve.seconds);
  }

  /** Least squares; NaN for less than three points. */
  private static double slope(double[] x, double[] y, int count) {
    if (count < 3) {
      return Double.NaN;
    }
    double meanX = 0.0;
    double meanY = 0.0;
    for (int i = 0; i < count; i++) {
      meanX += x[i] / count;
      meanY += y[i] / count;
    }
    double products = 0.0;
    double squares = 0.0;
    for (int i = 0; i < count; i++) {
      products += (x[i] - meanX) * (y[i] - meanY);
      squares += (x[i] - meanX) * (x[i] - meanX);
    }
    return products / squares;
  }
}
