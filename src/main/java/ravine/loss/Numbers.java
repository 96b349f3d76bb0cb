package ravine.loss;

/** What the losses of this package share. */
final class Numbers {
  /** The parameters of a loss that has none. */
  static final double[] NO_PARAMETERS = {};

  private static final int STEPS = 128;

  /** 2^(i/128). {@code StrictMath}: the same bits on every machine. */
  private static final double[] POWERS = new double[STEPS];

  static {
    for (int i = 0; i < STEPS; i++) {
      POWERS[i] = StrictMath.pow(2.0, i / (double) STEPS);
    }
  }

  /** ln 2 / 128 in two parts; the first has few enough bits for an exact product with k. */
  private static final double STEP_HIGH = 0x1.62e42fefa0000p-8;

  private static final double STEP_LOW = 0x1.cf79abc9e3b39p-47;

  /** Adding it leaves the nearest integer in the low bits. */
  private static final double ROUND = 0x1.8p52;

  /** How far outside its domain a dual may lie by rounding. */
  static final double OUTSIDE = 1e-12;

  private Numbers() {}

  /** The value, on the border where it is beyond by rounding; NaN where it is farther outside. */
  static double clamped(double value, double least, double most) {
    double slack = OUTSIDE * (most < Double.POSITIVE_INFINITY ? Math.max(1.0, most) : 1.0);
    return value >= least - slack && value <= most + slack
        ? Math.max(least, Math.min(most, value))
        : Double.NaN;
  }

  /** x log x, 0 at 0. */
  static double timesLog(double x) {
    return x > 0.0 ? x * Math.log(x) : 0.0;
  }

  /**
   * eˣ for x of at most 0, within one unit in the last place: 2^(k/128) from a table times a
   * polynomial of the rest. {@code Math.exp} is a call that the compiler cannot spread over the
   * rows of a loop; this takes a third of its time there.
   */
  static double exp(double x) {
    if (!(x > -708.0)) {
      return Math.exp(x);
    }
    double shifted = x * (STEPS / 0.6931471805599453) + ROUND;
    long bits = Double.doubleToRawLongBits(shifted);
    double k = shifted - ROUND;
    double r = (x - k * STEP_HIGH) - k * STEP_LOW;
    double rr = r * r;
    double rest = r + rr * (0.5 + r * (1.0 / 6) + rr * (1.0 / 24 + r * (1.0 / 120)));
    double power = POWERS[(int) bits & (STEPS - 1)];
    double mantissa = power + power * rest;
    return Double.longBitsToDouble(Double.doubleToRawLongBits(mantissa) + ((bits >> 7) << 52));
  }

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
