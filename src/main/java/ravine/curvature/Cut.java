package ravine.curvature;

import org.jspecify.annotations.Nullable;
import ravine.penalty.Bounded;
import ravine.penalty.Penalty;

/**
 * A family of lower bounds of the optimum, one for each scale s of the dual variables:
 *
 * <pre>
 * D(s) = s·a − s²·q − R*(−s·u),      0 ≤ s ≤ 1
 * </pre>
 *
 * concave in s, so that its largest value is where its derivative is 0. R may keep only a share of
 * its L2 part, the rest having gone into a. Where R has bounds, every scale is a bound of the
 * optimum inside of them, and R* is finite wherever they are.
 */
public final class Cut {
  /** What an evaluation in double precision may be wrong by, relative to the sum of its terms. */
  private static final double ROUNDING = 0x1p-48;

  private static final int STEPS = 30;
  private static final int HALVINGS = 50;

  private final Penalty penalty;

  /** The same, where it has bounds. */
  private final @Nullable Bounded box;

  private final double[] dual;
  private final double linear;
  private final double quadratic;
  private final double share;
  private final double magnitude;
  private final DualSums sums;
  private final double most;

  /**
   * A family of bounds.
   *
   * @param dual u; 0 in the free coordinates
   * @param share of the penalty's L2 part that is still in R, above 0
   * @param most the largest scale that the loss's conjugate allows
   * @param magnitude the sum of the sizes of the terms that {@code linear} was made of
   */
  Cut(
      Penalty penalty,
      double[] dual,
      double linear,
      double quadratic,
      double share,
      double most,
      double magnitude,
      DualSums sums) {
    this.penalty = penalty;
    this.box = penalty instanceof Bounded bounded ? bounded : null;
    this.dual = dual;
    this.linear = linear;
    this.quadratic = quadratic;
    this.share = share;
    this.magnitude = magnitude;
    this.sums = sums;
    double allowed = box == null ? penalty.domainScale(dual) : box.domainScale(negated(dual));
    this.most = Math.min(most, allowed < 1.0 ? allowed * (1.0 - 0x1p-50) : 1.0);
  }

  /** The largest bound of the family, less what rounding may have added; −∞ where it is NaN. */
  double best() {
    double scale = most;
    double asked = 0.0;
    double slope = slope(most);
    if (slope < 0.0) {
      scale = steepest(slope);
    } else if (most < 1.0) {
      asked = sums.at(most);
    }
    double conjugate = conjugate(scale);
    double rounding =
        ROUNDING
            * (scale * magnitude
                + (box == null ? conjugate : conjugateSize(box, scale))
                + scale * scale * quadratic
                + Math.abs(asked));
    double value =
        scale * linear - scale * scale * quadratic - Math.min(asked, 0.0) - conjugate - rounding;
    return Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value;
  }

  /**
   * Where D is largest, by Newton's method on its derivative from the right: that is concave and
   * falls, so that no step goes too far, and without thresholds it is a line and one step is all.
   */
  private double steepest(double slopeAtMost) {
    if (box != null) {
      return halved();
    }
    double scale = most;
    double slope = slopeAtMost;
    for (int i = 0; i < STEPS && slope < 0.0; i++) {
      double next = Math.max(0.0, scale - slope / bend(scale));
      if (!(next < scale)) {
        break;
      }
      scale = next;
      slope = slope(scale);
    }
    return scale;
  }

  /** The same by halving: bounds make the derivative bend both ways. */
  private double halved() {
    double low = 0.0;
    double high = most;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = 0.5 * (low + high);
      if (slope(middle) < 0.0) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return low;
  }

  /** The derivative of {@link #slope}, below 0 where that is. */
  private double bend(double scale) {
    double sum = -2.0 * quadratic;
    for (int j = 0; j < dual.length; j++) {
      double size = Math.abs(dual[j]);
      double curvature = share * penalty.curvature(j);
      if (scale * size > penalty.threshold(j) && curvature > 0.0) {
        sum -= size * (size / curvature);
      }
    }
    return sum;
  }

  private double conjugate(double scale) {
    double sum = 0.0;
    if (box != null) {
      for (int j = 0; j < dual.length; j++) {
        double along = -scale * dual[j];
        sum += box.along(j, along, box.maximiser(j, along, share), share);
      }
      return sum;
    }
    for (int j = 0; j < dual.length; j++) {
      double beyond = scale * Math.abs(dual[j]) - penalty.threshold(j);
      double curvature = share * penalty.curvature(j);
      if (beyond > 0.0 && curvature > 0.0) {
        sum += 0.5 * beyond * (beyond / curvature);
      }
    }
    return sum;
  }

  /** The sizes of the terms of the conjugate, which bounds make differ in sign. */
  private double conjugateSize(Bounded box, double scale) {
    double sum = 0.0;
    for (int j = 0; j < dual.length; j++) {
      double along = -scale * dual[j];
      double at = box.maximiser(j, along, share);
      sum += 2.0 * Math.abs(along * at) + Math.abs(box.along(j, along, at, share));
    }
    return sum;
  }

  private double slope(double scale) {
    double sum = linear - 2.0 * scale * quadratic;
    if (box != null) {
      for (int j = 0; j < dual.length; j++) {
        sum += dual[j] * box.maximiser(j, -scale * dual[j], share);
      }
      return sum;
    }
    for (int j = 0; j < dual.length; j++) {
      double size = Math.abs(dual[j]);
      double beyond = scale * size - penalty.threshold(j);
      double curvature = share * penalty.curvature(j);
      if (beyond > 0.0 && curvature > 0.0) {
        sum -= size * (beyond / curvature);
      }
    }
    return sum;
  }

  private static double[] negated(double[] values) {
    double[] negated = new double[values.length];
    for (int j = 0; j < values.length; j++) {
      negated[j] = -values[j];
    }
    return negated;
  }

  /** Σ|aⱼbⱼ|. */
  static double magnitude(double[] a, double[] b) {
    double sum = 0.0;
    for (int j = 0; j < a.length; j++) {
      sum += Math.abs(a[j] * b[j]);
    }
    return sum;
  }

  /** Σaⱼbⱼ. */
  public static double dot(double[] a, double[] b) {
    double sum = 0.0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
