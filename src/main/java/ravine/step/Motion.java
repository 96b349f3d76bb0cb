package ravine.step;

/**
 * How a step moved, of which a learning curve says nothing. What was not measured is NaN.
 *
 * @param momentum coefficient of the step: γ of a velocity, β₁ of a first moment, 0 for rules
 *     without either
 * @param cosine of the angle between the gradient and the velocity that led to the point where it
 *     was taken: near 1 the velocity goes on downhill, at 0 it has gone as far as it should have,
 *     below 0 too far; where it changes its sign again and again the weights oscillate. NaN where
 *     there is no velocity yet, or one of them is 0
 * @param updateRatio ‖θ⁺ − θ‖ / ‖θ‖: how far the step went in units of the weights; NaN from
 *     weights that are all 0
 */
public record Motion(double momentum, double cosine, double updateRatio) {
  /** Nothing was measured. */
  public static final Motion UNKNOWN = new Motion(Double.NaN, Double.NaN, Double.NaN);

  /** The same but for the momentum, of which nothing else need be measured. */
  public static Motion of(double momentum) {
    return new Motion(momentum, Double.NaN, Double.NaN);
  }

  /**
   * That of a move between two points.
   *
   * @param momentum see {@link #momentum}
   * @param from θ
   * @param to θ⁺
   * @param slopes gradient at θ⁺; its angle is that with the move itself
   */
  public static Motion between(double momentum, double[] from, double[] to, double[] slopes) {
    double moved = 0.0;
    double before = 0.0;
    double length = 0.0;
    double product = 0.0;
    for (int j = 0; j < from.length; j++) {
      double difference = from[j] - to[j];
      moved += difference * difference;
      before += from[j] * from[j];
      length += slopes[j] * slopes[j];
      product += slopes[j] * difference;
    }
    return new Motion(momentum, cosine(product, length, moved), ratio(moved, before));
  }

  /** Of a product and two squared lengths. */
  static double cosine(double product, double squared, double otherSquared) {
    double lengths = Math.sqrt(squared) * Math.sqrt(otherSquared);
    return lengths > 0.0 && lengths < Double.POSITIVE_INFINITY
        ? Math.max(-1.0, Math.min(1.0, product / lengths))
        : Double.NaN;
  }

  /** Of two squared lengths. */
  static double ratio(double moved, double before) {
    return before > 0.0 ? Math.sqrt(moved / before) : Double.NaN;
  }
}
