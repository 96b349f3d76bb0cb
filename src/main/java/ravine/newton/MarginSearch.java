package ravine.newton;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.exchange.WholeBatch;

/**
 * The minimum of the objective along the line through two points whose margins the executors keep:
 * a few questions of O(rows) each, no read of the features. The objective is convex along the line
 * (nearly so where ln σ is among the coordinates), so that a change of sign of its derivative
 * encloses the minimum; lengths at which it is not finite count as too far.
 */
public final class MarginSearch {
  private static final int AT_ONCE = 8;
  private static final int MOST_QUESTIONS = 9;

  /** Relative width of the enclosing interval that is near enough. */
  private static final double ENOUGH = 1e-3;

  /** Of what was gained, what may be left to gain. */
  private static final double REST = 2e-3;

  private static final double LONGEST = 1e9;
  private static final double SHORTEST = 1e-13;

  private final WholeBatch rows;
  private final PenaltyTerms terms;
  private double low;
  private double high;
  private double lowSlope;
  private double highSlope;
  private double lowValue;
  private double highValue;
  private double bestLength;
  private double best;
  private double first;

  /**
   * The best length found.
   *
   * @param length t; 0 is the first point, 1 the second
   * @param objective there, from kept margins
   */
  public record Length(double length, double objective) {}

  public MarginSearch(WholeBatch rows, PenaltyTerms terms) {
    this.rows = rows;
    this.terms = terms;
  }

  /**
   * The best t of at least 0.
   *
   * @param from the point of {@code slot}
   * @param to the point of the other slot
   * @param sign 1, or −1 to look in the opposite direction, for t of at most 0
   */
  public Length run(double[] from, double[] to, int slot, double sign) {
    low = 0.0;
    lowSlope = Double.NEGATIVE_INFINITY;
    high = Double.POSITIVE_INFINITY;
    highSlope = Double.POSITIVE_INFINITY;
    best = Double.POSITIVE_INFINITY;
    bestLength = 0.0;
    first = Double.NaN;
    double[] lengths = {0.0, 0.01, 0.1, 0.3, 0.7, 1.0, 1.5, 3.0};
    PenaltyTerms.Line line = terms.line(from, sign > 0.0 ? to : mirrored(from, to));
    for (int question = 0; question < MOST_QUESTIONS && lengths != null; question++) {
      ask(from, to, slot, sign, line, lengths);
      lengths = next();
    }
    return new Length(sign * bestLength, best);
  }

  /**
   * The slope at t of the objective along a segment, by the gradient of a point that lies there.
   */
  public double slope(Iterate at, double[] from, double[] to, double t) {
    double sum = terms.slopeAlong(from, to, t);
    for (int j = 0; j < from.length; j++) {
      sum += at.gradient()[j] * (to[j] - from[j]);
    }
    return sum;
  }

  private void ask(
      double[] from, double[] to, int slot, double sign, PenaltyTerms.Line line, double[] lengths) {
    double[] signed = new double[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      signed[i] = sign * lengths[i];
    }
    double[] answer = rows.along(from, to, slot, signed);
    for (int i = 0; i < lengths.length; i++) {
      double t = lengths[i];
      double value = answer[3 * i] + line.value(t);
      double slope = sign * answer[3 * i + 1] + line.slope(t);
      boolean finite = Double.isFinite(value) && Double.isFinite(slope);
      first = t == 0.0 ? value : first;
      if (finite && value < best) {
        best = value;
        bestLength = t;
      }
      if (finite && slope < 0.0) {
        if (t >= low) {
          low = t;
          lowSlope = slope;
          lowValue = value;
        }
      } else if (t < high) {
        high = t;
        highSlope = finite ? slope : Double.POSITIVE_INFINITY;
        highValue = value;
      }
    }
  }

  /** What no length can be below, as the tangents at both ends say of a convex function. */
  private double leastBetween() {
    double crossing =
        (highValue - lowValue + lowSlope * low - highSlope * high) / (lowSlope - highSlope);
    return lowValue + lowSlope * (crossing - low);
  }

  private static double[] mirrored(double[] from, double[] to) {
    double[] mirrored = new double[to.length];
    for (int j = 0; j < to.length; j++) {
      mirrored[j] = from[j] - (to[j] - from[j]);
    }
    return mirrored;
  }

  /** Where to ask next; null where the minimum is enclosed tightly enough. */
  private double @Nullable [] next() {
    if (high == 0.0) {
      return null;
    }
    double[] lengths = new double[AT_ONCE];
    if (high == Double.POSITIVE_INFINITY) {
      if (low >= LONGEST) {
        return null;
      }
      double ratio = low < 100.0 ? 2.0 : 10.0;
      for (int i = 0; i < AT_ONCE; i++) {
        lengths[i] = low * Math.pow(ratio, i + 1.0);
      }
      return lengths;
    }
    if (high - low <= ENOUGH * high || high < SHORTEST) {
      return null;
    }
    if (low == 0.0 && bestLength == 0.0) {
      for (int i = 0; i < AT_ONCE; i++) {
        lengths[i] = high * Math.pow(10.0, -0.5 * (AT_ONCE - i));
      }
      return lengths;
    }
    for (int i = 0; i < AT_ONCE - 1; i++) {
      lengths[i] = low + (high - low) * (i + 1.0) / AT_ONCE;
    }
    boolean known = lowSlope > Double.NEGATIVE_INFINITY && highSlope < Double.POSITIVE_INFINITY;
    if (known && best - leastBetween() <= REST * (first - best)) {
      return null;
    }
    double secant = known ? -lowSlope / (highSlope - lowSlope) : 0.5;
    lengths[AT_ONCE - 1] = low + (high - low) * Math.max(1e-3, Math.min(0.999, secant));
    Arrays.sort(lengths);
    return lengths;
  }
}
