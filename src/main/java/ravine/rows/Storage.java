package ravine.rows;

import java.util.Locale;

/**
 * How packed rows keep their feature values. Labels, weights, sums and gradients are double in
 * both.
 */
public enum Storage {
  /**
   * 8 bytes a value: what came in. Values beyond 10¹⁵⁰ are refused, because the square of one is
   * more than sums over many rows can hold.
   */
  DOUBLE(8, 1e150, " (beyond ±1e150, whose variance overflows)"),

  /**
   * 4 bytes a value, rounded to 24 bits: half the memory, and up to twice the rows per second where
   * memory is the limit. The model is that of the rounded values; a feature is refused whose values
   * rounding moves by more than a thousandth of their deviation, as it does where the mean is more
   * than about 10⁴ times that, or where values are too small for a float. Values beyond 3.4·10³⁸
   * are refused.
   */
  FLOAT(4, Float.MAX_VALUE, " (beyond what storage=float holds)");

  /** What is taken unless another is asked for. */
  public static final Storage DEFAULT = DOUBLE;

  /** Bytes of a value. */
  final int bytes;

  /** The largest value that can be kept. */
  final double largest;

  /** What is wrong with a larger one. */
  final String limit;

  Storage(int bytes, double largest, String limit) {
    this.limit = limit;
    this.bytes = bytes;
    this.largest = largest;
  }

  /** The name by which it is chosen. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
