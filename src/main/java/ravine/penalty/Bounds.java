package ravine.penalty;

import java.io.Serializable;

/**
 * A box: a lower and an upper bound of every weight, either of which may be infinite.
 *
 * @param lower length d; −∞ for none; not copied
 * @param upper the same length, nowhere below {@code lower}; +∞ for none; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // read in loops, compared by nobody
public record Bounds(double[] lower, double[] upper) implements Serializable {
  /** Checks that no bound is NaN and that the box is not empty. */
  public Bounds {
    if (lower.length != upper.length) {
      throw new IllegalArgumentException(
          "there are " + lower.length + " lower bounds, but " + upper.length + " upper ones");
    }
    for (int j = 0; j < lower.length; j++) {
      boolean attained = lower[j] < Double.POSITIVE_INFINITY && upper[j] > Double.NEGATIVE_INFINITY;
      if (!(lower[j] <= upper[j] && attained)) {
        throw new IllegalArgumentException(
            "lower bound "
                + j
                + " must be at most the upper one and no number infinite on both sides, but they"
                + " were "
                + lower[j]
                + " and "
                + upper[j]);
      }
    }
  }

  /** The nearest number to {@code weight} that coordinate j may have. */
  public double clip(int j, double weight) {
    return Math.max(lower[j], Math.min(upper[j], weight));
  }

  /** The nearest point of the box, in place. */
  public void clip(double[] weights) {
    for (int j = 0; j < weights.length; j++) {
      weights[j] = clip(j, weights[j]);
    }
  }

  /** Whether a point is in the box. */
  public boolean contains(double[] weights) {
    boolean inside = true;
    for (int j = 0; j < weights.length; j++) {
      inside &= weights[j] >= lower[j] && weights[j] <= upper[j];
    }
    return inside;
  }

  /** Whether coordinate j has neither bound. */
  boolean isFree(int j) {
    return lower[j] == Double.NEGATIVE_INFINITY && upper[j] == Double.POSITIVE_INFINITY;
  }

  /**
   * The largest t at which from + t(to − from) is in the box, {@code from} being in it.
   *
   * @return at least 1 where {@code to} is in it, too
   */
  public double longest(double[] from, double[] to) {
    double most = Double.POSITIVE_INFINITY;
    for (int j = 0; j < from.length; j++) {
      double change = to[j] - from[j];
      if (change != 0.0) {
        most = Math.min(most, ((change > 0.0 ? upper[j] : lower[j]) - from[j]) / change);
      }
    }
    return contains(to) ? Math.max(1.0, most) : Math.max(0.0, most);
  }
}
