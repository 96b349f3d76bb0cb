package ravine.kernel;

/**
 * A thread's working arrays, kept from call to call: allocating them for every group of rows would
 * cost as much as the kernel of a short row. What a method returns is overwritten by its next call
 * on the same thread.
 */
public final class Scratch {
  private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

  private double[] wide = new double[0];
  private double[] column = new double[0];
  private double[] rows = new double[0];
  private int[] indices = new int[0];

  private Scratch() {}

  /** The values as doubles from index 0 on. */
  public static double[] widen(float[] values, int from, int length) {
    double[] wide = values(length);
    for (int s = 0; s < length; s++) {
      wide[s] = values[from + s];
    }
    return wide;
  }

  /** At least {@code length} numbers, for the values of a row or group; {@link #widen}'s array. */
  public static double[] values(int length) {
    Scratch own = OWN.get();
    if (own.wide.length < length) {
      own.wide = new double[length];
    }
    return own.wide;
  }

  /** At least {@code length} feature indices. */
  public static int[] indices(int length) {
    Scratch own = OWN.get();
    if (own.indices.length < length) {
      own.indices = new int[length];
    }
    return own.indices;
  }

  /** At least {@code length} numbers, for weights or gradient of one output. */
  static double[] column(int length) {
    Scratch own = OWN.get();
    if (own.column.length < length) {
      own.column = new double[length];
    }
    return own.column;
  }

  /** At least {@code length} numbers, one for each row of a group. */
  static double[] rows(int length) {
    Scratch own = OWN.get();
    if (own.rows.length < length) {
      own.rows = new double[length];
    }
    return own.rows;
  }
}
