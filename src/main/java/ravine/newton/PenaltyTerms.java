package ravine.newton;

import org.jspecify.annotations.Nullable;
import ravine.penalty.Bounds;
import ravine.penalty.Penalty;

/**
 * A penalty coordinate by coordinate, Σ l1ⱼ|θⱼ| + ½ Σ l2ⱼθⱼ², with the differences along a segment
 * that a proximal Newton step needs, free of cancellation; and the box that θ is kept in, where
 * there is one. All points are taken to be in it but those on a line.
 */
public final class PenaltyTerms {
  private final double[] l1;
  private final double[] l2;
  private final @Nullable Bounds bounds;
  private final boolean proximal;
  private final boolean penalised;

  private PenaltyTerms(double[] l1, double[] l2, @Nullable Bounds bounds) {
    this.l1 = l1;
    this.l2 = l2;
    this.bounds = bounds;
    boolean anyL1 = false;
    boolean any = false;
    for (int j = 0; j < l1.length; j++) {
      anyL1 |= l1[j] > 0.0;
      any |= l1[j] > 0.0 || l2[j] > 0.0;
    }
    this.proximal = anyL1 || bounds != null;
    this.penalised = any;
  }

  /** The terms of {@code dimension} weights. */
  public static PenaltyTerms of(Penalty penalty, int dimension) {
    double[] l1 = new double[dimension];
    double[] l2 = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      l1[j] = penalty.threshold(j);
      l2[j] = penalty.curvature(j);
    }
    return new PenaltyTerms(l1, l2, penalty.bounds());
  }

  /** The same with {@code ridge} added to l2 of the first {@code coefficients} weights. */
  public PenaltyTerms plusRidge(double ridge, int coefficients) {
    double[] more = l2.clone();
    for (int j = 0; j < coefficients; j++) {
      more[j] += ridge;
    }
    return new PenaltyTerms(l1, more, bounds);
  }

  /** Whether some l1 is above 0, or there are bounds. */
  public boolean isProximal() {
    return proximal;
  }

  /** Whether some term is above 0. */
  public boolean isPenalised() {
    return penalised;
  }

  /** l1, not copied. */
  double[] l1() {
    return l1;
  }

  /** l2, not copied. */
  double[] l2() {
    return l2;
  }

  /** The box; null where there is none. */
  public @Nullable Bounds bounds() {
    return bounds;
  }

  /** R(θ). */
  public double value(double[] theta) {
    double sum = 0.0;
    for (int j = 0; j < l1.length; j++) {
      sum += (l1[j] + 0.5 * l2[j] * Math.abs(theta[j])) * Math.abs(theta[j]);
    }
    return sum;
  }

  /** R(from) − R(to). */
  double fall(double[] from, double[] to) {
    double sum = 0.0;
    for (int j = 0; j < l1.length; j++) {
      double change = to[j] - from[j];
      sum +=
          l1[j] * (Math.abs(from[j]) - Math.abs(to[j])) - l2[j] * change * (from[j] + 0.5 * change);
    }
    return sum;
  }

  /**
   * The penalty along the line from one point to another. Without an L1 part it is a parabola:
   * three sums, made once, whatever the number of points on the line.
   */
  final class Line {
    private final double[] from;
    private final double[] to;
    private final double longest;
    private double start;
    private double slope;
    private double bend;

    private Line(double[] from, double[] to) {
      this.from = from;
      this.to = to;
      this.longest = bounds == null ? Double.POSITIVE_INFINITY : bounds.longest(from, to);
      for (int j = 0; j < from.length && !proximal; j++) {
        double change = to[j] - from[j];
        start += 0.5 * l2[j] * from[j] * from[j];
        slope += l2[j] * from[j] * change;
        bend += l2[j] * change * change;
      }
    }

    /** R at from + t(to − from); infinite outside of the box. */
    double value(double t) {
      if (t > longest) {
        return Double.POSITIVE_INFINITY;
      }
      return proximal ? valueAlong(from, to, t) : start + t * (slope + 0.5 * t * bend);
    }

    /** The derivative of that in t, from the right. */
    double slope(double t) {
      return proximal ? slopeAlong(from, to, t) : slope + t * bend;
    }
  }

  /** The line from one point to another; neither is copied. */
  Line line(double[] from, double[] to) {
    return new Line(from, to);
  }

  /** R at from + t(to − from). */
  double valueAlong(double[] from, double[] to, double t) {
    double sum = 0.0;
    for (int j = 0; j < l1.length; j++) {
      double at = Math.abs(from[j] + t * (to[j] - from[j]));
      sum += (l1[j] + 0.5 * l2[j] * at) * at;
    }
    return sum;
  }

  /** The derivative of that in t, from the right. */
  double slopeAlong(double[] from, double[] to, double t) {
    double sum = 0.0;
    for (int j = 0; j < l1.length; j++) {
      double change = to[j] - from[j];
      double at = from[j] + t * change;
      double sign = at == 0.0 ? Math.signum(change) : Math.signum(at);
      sum += change * (l2[j] * at + l1[j] * sign);
    }
    return sum;
  }

  /** The gradient of the mean loss plus that of the L2 terms, a new array. */
  public double[] smooth(Iterate at) {
    double[] sum = at.gradient().clone();
    for (int j = 0; j < l2.length; j++) {
      sum[j] += l2[j] * at.theta()[j];
    }
    return sum;
  }

  /** The largest distance of 0 from the subdifferential of the objective in one coordinate. */
  public double violation(Iterate at) {
    double worst = 0.0;
    for (int j = 0; j < l1.length; j++) {
      double weight = at.theta()[j];
      double slope = at.gradient()[j] + l2[j] * weight;
      if (bounds != null) {
        worst = Math.max(worst, inBox(bounds, j, weight, slope));
        continue;
      }
      worst =
          Math.max(
              worst,
              weight == 0.0
                  ? Math.abs(slope) - l1[j]
                  : Math.abs(slope + l1[j] * Math.signum(weight)));
    }
    return worst;
  }

  /** The same of one coordinate: what presses against a bound is no violation. */
  private double inBox(Bounds box, int j, double weight, double slope) {
    double up = slope + (weight >= 0.0 ? l1[j] : -l1[j]);
    double down = slope + (weight > 0.0 ? l1[j] : -l1[j]);
    double rises = weight > box.lower()[j] ? Math.max(0.0, down) : 0.0;
    double falls = weight < box.upper()[j] ? Math.max(0.0, -up) : 0.0;
    return Math.max(rises, falls);
  }
}
