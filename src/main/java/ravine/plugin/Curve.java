package ravine.plugin;

import java.util.Arrays;

/**
 * Points of a training in the order in which they were made, as columns; a column of which nothing
 * is known is empty. It is written to event logs as JSON, hence its public fields. Not changed once
 * it is made.
 */
public final class Curve {
  /** Passes over the data made, fractional within one. */
  public double[] pass = {};

  /** Updates made. */
  public double[] step = {};

  /** Since the first step began. */
  public double[] seconds = {};

  /** Mean loss plus penalty over the training rows, or over mini-batches. */
  public double[] objective = {};

  /** Mean loss over the validation rows. */
  public double[] validation = {};

  /** How far the objective can be above the optimum. */
  public double[] gap = {};

  /** Learning rate of the last step. */
  public double[] rate = {};

  /** No point. */
  public Curve() {}

  /** One point; NaN for what is not known. The rate before the first step is not. */
  static Curve point(
      double pass,
      long step,
      double seconds,
      double objective,
      double validation,
      double gap,
      double rate) {
    Curve point = new Curve();
    point.pass = new double[] {pass};
    point.step = new double[] {(double) step};
    point.seconds = new double[] {seconds};
    point.objective = new double[] {objective};
    point.validation = known(new double[] {validation});
    point.gap = known(new double[] {gap});
    point.rate = known(new double[] {step == 0 ? Double.NaN : rate});
    return point;
  }

  /** Number of points. */
  int size() {
    return pass.length;
  }

  /** A value of a column of this curve; NaN where nothing is known. */
  static double at(double[] column, int index) {
    return column.length == 0 ? Double.NaN : column[index];
  }

  /** The last value of a column of this curve; NaN where nothing is known. */
  static double last(double[] column) {
    return column.length == 0 ? Double.NaN : column[column.length - 1];
  }

  /** These points and those after them, but no more than so many in all. */
  Curve plus(Curve more, int most) {
    Curve sum = new Curve();
    int points = size();
    sum.pass = joined(pass, points, more.pass, more.size());
    sum.step = joined(step, points, more.step, more.size());
    sum.seconds = joined(seconds, points, more.seconds, more.size());
    sum.objective = joined(objective, points, more.objective, more.size());
    sum.validation = joined(validation, points, more.validation, more.size());
    sum.gap = joined(gap, points, more.gap, more.size());
    sum.rate = joined(rate, points, more.rate, more.size());
    return sum.thinned(most);
  }

  /** The same with another gap at the last point. */
  Curve withLastGap(double value) {
    int points = size();
    if (points == 0) {
      return this;
    }
    Curve same = plus(new Curve(), points);
    double[] gaps = gap.length == 0 ? nothing(points) : gap.clone();
    gaps[points - 1] = value;
    same.gap = known(gaps);
    return same;
  }

  /**
   * No more points than so many: those stay that are far from their neighbours, measured in passes
   * and relative to the passes made, because a curve bends most at its beginning. The first and the
   * last stay.
   */
  Curve thinned(int most) {
    int points = size();
    if (points <= most) {
      return this;
    }
    int[] kept = new int[points];
    Arrays.setAll(kept, i -> i);
    for (; points > Math.max(2, most); points--) {
      int least = 1;
      double leastDistance = Double.POSITIVE_INFINITY;
      for (int i = 1; i + 1 < points; i++) {
        double distance = (pass[kept[i + 1]] - pass[kept[i - 1]]) / (1.0 + pass[kept[i]]);
        if (distance < leastDistance) {
          leastDistance = distance;
          least = i;
        }
      }
      System.arraycopy(kept, least + 1, kept, least, points - least - 1);
    }
    return chosen(Arrays.copyOf(kept, points));
  }

  private Curve chosen(int[] kept) {
    Curve some = new Curve();
    some.pass = chosen(pass, kept);
    some.step = chosen(step, kept);
    some.seconds = chosen(seconds, kept);
    some.objective = chosen(objective, kept);
    some.validation = chosen(validation, kept);
    some.gap = chosen(gap, kept);
    some.rate = chosen(rate, kept);
    return some;
  }

  private static double[] chosen(double[] column, int[] kept) {
    if (column.length == 0) {
      return column;
    }
    double[] some = new double[kept.length];
    Arrays.setAll(some, i -> column[kept[i]]);
    return known(some);
  }

  private static double[] joined(double[] before, int points, double[] after, int more) {
    if (before.length == 0 && after.length == 0) {
      return before;
    }
    double[] all = nothing(points + more);
    System.arraycopy(before, 0, all, 0, before.length);
    System.arraycopy(after, 0, all, points, after.length);
    return all;
  }

  private static double[] nothing(int points) {
    double[] column = new double[points];
    Arrays.fill(column, Double.NaN);
    return column;
  }

  private static double[] known(double[] column) {
    for (double value : column) {
      if (!Double.isNaN(value)) {
        return column;
      }
    }
    return new double[0];
  }
}
