package ravine.engine;

/**
 * Dot product and axpy of one sparse row with a dense vector, for rows stored as double or float.
 * Four accumulators, so that one gather need not wait for the sum of the one before.
 */
final class SparseKernel {
  private SparseKernel() {}

  /** Σ value · point[index] over positions {@code from .. to - 1}. */
  static double dot(int[] indices, double[] values, int from, int to, double[] point) {
    int s = from;
    double a = 0.0;
    double b = 0.0;
    double c = 0.0;
    double e = 0.0;
    for (; s + 4 <= to; s += 4) {
      a += values[s] * point[indices[s]];
      b += values[s + 1] * point[indices[s + 1]];
      c += values[s + 2] * point[indices[s + 2]];
      e += values[s + 3] * point[indices[s + 3]];
    }
    for (; s < to; s++) {
      a += values[s] * point[indices[s]];
    }
    return (a + b) + (c + e);
  }

  /** Adds factor · value to gradient[index] over the same positions. */
  static void add(
      int[] indices, double[] values, int from, int to, double factor, double[] gradient) {
    for (int s = from; s < to; s++) {
      gradient[indices[s]] += factor * values[s];
    }
  }

  /** Σ value · point[index] over positions {@code from .. to - 1}. */
  static double dot(int[] indices, float[] values, int from, int to, double[] point) {
    int s = from;
    double a = 0.0;
    double b = 0.0;
    double c = 0.0;
    double e = 0.0;
    for (; s + 4 <= to; s += 4) {
      a += values[s] * point[indices[s]];
      b += values[s + 1] * point[indices[s + 1]];
      c += values[s + 2] * point[indices[s + 2]];
      e += values[s + 3] * point[indices[s + 3]];
    }
    for (; s < to; s++) {
      a += values[s] * point[indices[s]];
    }
    return (a + b) + (c + e);
  }

  /** Adds factor · value to gradient[index] over the same positions. */
  static void add(
      int[] indices, float[] values, int from, int to, double factor, double[] gradient) {
    for (int s = from; s < to; s++) {
      gradient[indices[s]] += factor * values[s];
    }
  }
}
