package ravine.loss;

/** What the losses of this package share. */
final class Numbers {
  /** The parameters of a loss that has none. */
  static final double[] NO_PARAMETERS = {};

  private Numbers() {}

  /**
   * log(1 + x) for x of at least 0, accurate for tiny x: log(u)·x/(u − 1) with u the rounded 1 + x
   * (Goldberg 1991, theorem 4). {@code Math.log} is an intrinsic of the JIT where {@code
   * Math.log1p} is a call into C: on JDK 17 this takes half its time.
   */
  static double log1p(double x) {
    double u = 1.0 + x;
    return u == 1.0 ? x : Math.log(u) * (x / (u - 1.0));
  }

  static double requirePositive(String name, double value) {
    if (!(value > 0.0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " must be greater than 0 and finite, but was " + value);
    }
    return value;
  }
}
