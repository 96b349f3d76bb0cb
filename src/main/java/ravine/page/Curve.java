package ravine.page;

/**
 * Points of a chart, in the order of their line.
 *
 * @param name stands in the legend and over the column of its numbers
 * @param x one number a point
 * @param y one number a point; one that is not finite, or not positive on a logarithmic axis,
 *     breaks the line
 * @param kind how it is drawn
 */
public record Curve(String name, double[] x, double[] y, Kind kind) {
  /** How a curve is drawn. */
  public enum Kind {
    /** A line; with few points, a dot on each. */
    LINE,
    /** Dots alone. */
    DOTS,
    /** A thin grey line to compare with, which is not among the numbers. */
    REFERENCE
  }

  public Curve {
    if (x.length != y.length) {
      throw new IllegalArgumentException(x.length + " values of x for " + y.length + " of y");
    }
  }

  /** A line. */
  public static Curve line(String name, double[] x, double[] y) {
    return new Curve(name, x, y, Kind.LINE);
  }

  /** A thin grey line. */
  public static Curve reference(String name, double[] x, double[] y) {
    return new Curve(name, x, y, Kind.REFERENCE);
  }
}
