package ravine.engine;

/**
 * A thread's working array, kept from call to call: allocating one for every group of rows would
 * cost as much as the kernel of a short row.
 */
final class Scratch {
  private static final ThreadLocal<double[]> WIDENED = ThreadLocal.withInitial(() -> new double[0]);

  private Scratch() {}

  /** The values as doubles from index 0 on, in an array that the next call overwrites. */
  static double[] widen(float[] values, int from, int length) {
    double[] wide = WIDENED.get();
    if (wide.length < length) {
      wide = new double[length];
      WIDENED.set(wide);
    }
    for (int s = 0; s < length; s++) {
      wide[s] = values[from + s];
    }
    return wide;
  }
}
