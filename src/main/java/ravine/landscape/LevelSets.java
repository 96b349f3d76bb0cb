package ravine.landscape;

/**
 * The weights whose loss is within a gap of the least, as polygons. A convex loss has convex level
 * sets, so that each is met once in every direction from the minimum; the directions are even in
 * the metric of the curvature there, or else a narrow ravine would have most of its corners on its
 * long sides.
 */
final class LevelSets {
  /** Relative gaps, each √10 times the one before; the first is where a walk has arrived. */
  private static final double[] GAPS = {Walk.NEAR, 0.0316, 0.1, 0.316, 1.0, 3.16, 10.0, 31.6};

  private static final int CORNERS = 120;
  private static final int HALVINGS = 40;

  private LevelSets() {}

  static int count() {
    return GAPS.length;
  }

  /** The path of an SVG, closed. */
  static String path(TwoFeatureLoss loss, int level) {
    double[] h = loss.hessian(loss.minimum());
    double determinant = Math.sqrt(h[0] * h[2] - h[1] * h[1]);
    StringBuilder path = new StringBuilder();
    for (int corner = 0; corner < CORNERS; corner++) {
      double angle = 2.0 * Math.PI * corner / CORNERS;
      // L⁻ᵀ of the Hessian LLᵀ makes circles of its ellipses.
      double along = Math.sin(angle) * Math.sqrt(h[0]) / determinant;
      double across = Math.cos(angle) / Math.sqrt(h[0]) - along * h[1] / h[0];
      path.append(corner == 0 ? "M" : "L").append(View.point(at(loss, across, along, GAPS[level])));
    }
    return path.append("Z").toString();
  }

  private static double[] at(TwoFeatureLoss loss, double dx, double dy, double gap) {
    double[] minimum = loss.minimum();
    double near = 0.0;
    double far = 1e-3;
    while (loss.gap(moved(minimum, dx, dy, far)) < gap) {
      far *= 2.0;
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (near + far) / 2.0;
      if (loss.gap(moved(minimum, dx, dy, middle)) < gap) {
        near = middle;
      } else {
        far = middle;
      }
    }
    return moved(minimum, dx, dy, near);
  }

  private static double[] moved(double[] from, double dx, double dy, double times) {
    return new double[] {from[0] + times * dx, from[1] + times * dy};
  }
}
