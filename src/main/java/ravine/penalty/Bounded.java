package ravine.penalty;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Another penalty, and infinity outside of a box. Both are sums over the coordinates, so that the
 * proximal step is that of the other penalty and then the nearest point of the box: a convex
 * function of one number falls towards its minimum from wherever that is cut off.
 *
 * @param inner what is penalised inside of the box, without bounds of its own
 * @param bounds the box
 */
public record Bounded(Penalty inner, Bounds bounds) implements Penalty {
  /** Checks that box and penalty are of as many weights. */
  public Bounded {
    Objects.requireNonNull(bounds, "bounds");
    if (inner.bounds() != null) {
      throw new IllegalArgumentException("the penalty has bounds already");
    }
    inner.scale().requireDimension(bounds.lower().length);
  }

  @Override
  public CoordinateScale scale() {
    return inner.scale();
  }

  @Override
  public Bounded withScale(CoordinateScale newScale) {
    return new Bounded(inner.withScale(newScale), bounds);
  }

  /** Of a point of the box; what is outside by no more than rounding counts as inside. */
  @Override
  public double value(double[] weights) {
    return inner.value(weights);
  }

  @Override
  public void addGradient(double[] weights, double[] gradient) {
    inner.addGradient(weights, gradient);
  }

  @Override
  public boolean isSmoothPart() {
    return inner.isSmoothPart();
  }

  @Override
  public boolean isProximal() {
    return true;
  }

  @Override
  public double curvature(int j) {
    return inner.curvature(j);
  }

  @Override
  public void proximal(double[] weights, double[] rates) {
    inner.proximal(weights, rates);
    bounds.clip(weights);
  }

  @Override
  public double threshold(int j) {
    return inner.threshold(j);
  }

  @Override
  public void shrink(double[] weights, double rate) {
    inner.shrink(weights, rate);
  }

  @Override
  public boolean isFree(int j) {
    return inner.isFree(j) && bounds.isFree(j);
  }

  @Override
  public boolean isFree(int j, double dual, double weight, double rounding) {
    double bound = dual > 0.0 ? bounds.upper()[j] : bounds.lower()[j];
    boolean isFar = Math.abs(bound - weight) > 1.0 + Math.abs(weight);
    return inner.isFree(j) && (Double.isInfinite(bound) || (isFar && Math.abs(dual) <= rounding));
  }

  /**
   * The weight at which uw − R(w) is largest, for one coordinate.
   *
   * @param dual u
   * @param share of the L2 part that R has, above 0
   * @return finite but where the conjugate is infinite
   */
  public double maximiser(int j, double dual, double share) {
    double curvature = share * curvature(j);
    double beyond = Math.max(0.0, Math.abs(dual) - threshold(j));
    double found = beyond == 0.0 ? 0.0 : Math.copySign(beyond / curvature, dual);
    return bounds.clip(j, found);
  }

  /** R*(u) = sup over the box of ⟨u, w⟩ − R(w), each coordinate's at its own maximiser. */
  @Override
  public double conjugate(double[] dual) {
    scale().requireDimension(dual.length);
    double sum = 0.0;
    for (int j = 0; j < dual.length; j++) {
      double at = maximiser(j, dual[j], 1.0);
      sum += Double.isInfinite(at) ? Double.POSITIVE_INFINITY : along(j, dual[j], at, 1.0);
    }
    return sum;
  }

  /** uw − R(w) of one coordinate, with a share of R's L2 part. */
  public double along(int j, double dual, double weight, double share) {
    double size = Math.abs(weight);
    return dual * weight - (threshold(j) + 0.5 * share * curvature(j) * size) * size;
  }

  @Override
  public double domainScale(double[] dual) {
    scale().requireDimension(dual.length);
    double scale = 1.0;
    for (int j = 0; j < dual.length; j++) {
      double threshold = threshold(j);
      double bound = dual[j] > 0.0 ? bounds.upper()[j] : bounds.lower()[j];
      boolean limits = curvature(j) == 0.0 && threshold > 0.0 && Double.isInfinite(bound);
      if (limits && Math.abs(dual[j]) * scale > threshold) {
        scale = threshold / Math.abs(dual[j]);
      }
    }
    return scale;
  }

  /** At a bound, what presses against it is no violation. */
  @Override
  public double violation(int j, double weight, double slope) {
    double smooth = slope + curvature(j) * weight;
    double up = smooth + (weight >= 0.0 ? threshold(j) : -threshold(j));
    double down = smooth + (weight > 0.0 ? threshold(j) : -threshold(j));
    double rises = weight > bounds.lower()[j] ? Math.max(0.0, down) : 0.0;
    double falls = weight < bounds.upper()[j] ? Math.max(0.0, -up) : 0.0;
    return Double.isNaN(smooth) ? Double.NaN : Math.max(rises, falls);
  }

  @Override
  public @Nullable Bounds bounds() {
    return bounds;
  }
}
