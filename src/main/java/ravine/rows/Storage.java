package ravine.rows;

import java.util.Locale;

/**
 * How packed rows keep their feature values. Labels, weights, sums and gradients are double in
 * both.
 */
public enum Storage {
  /** 8 bytes a value: what came in. */
  DOUBLE(8, Double.MAX_VALUE),

  /**
   * 4 bytes a value, rounded to 24 bits: half the memory, and up to twice the rows per second where
   * memory is the limit. The model is that of the rounded values; features whose mean is more than
   * about 10⁵ times their deviation should be centred first, or stay double. Values beyond 3.4·10³⁸
   * are refused.
   */
  FLOAT(4, Float.MAX_VALUE);

  /** What is taken unless another is asked for. */
  public static final Storage DEFAULT = DOUBLE;

  /** Bytes of a value. */
  final int bytes;

  /** The largest value that can be kept. */
  final double largest;

  Storage(int bytes, double largest) {
    this.bytes = bytes;
    this.largest = largest;
  }

  /** The name by which it is chosen. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
