package ravine.kernel;

/**
 * Dot product and axpy of one sparse row with a dense vector, for rows with indices of two or four
 * bytes, and values stored as double, as float, or not at all where every one is 1. Four
 * accumulators, so that one gather need not wait for the sum of the one before; every form adds in
 * the same order.
 */
public final class SparseKernel {
  private SparseKernel() {}

  /** Σ value · point[index] over positions {@code from .. to - 1}. */
  public static double dot(int[] indices, double[] values, int from, int to, double[] point) {
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
  public static void add(
      int[] indices, double[] values, int from, int to, double factor, double[] gradient) {
    for (int s = from; s < to; s++) {
      gradient[indices[s]] += factor * values[s];
    }
  }

  /** Σ value · point[index] over positions {@code from .. to - 1}. */
  public static double dot(int[] indices, float[] values, int from, int to, double[] point) {
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
  public static void add(
      int[] indices, float[] values, int from, int to, double factor, double[] gradient) {
    for (int s = from; s < to; s++) {
      gradient[indices[s]] += factor * values[s];
    }
  }

  /** Σ point[index] over positions {@code from .. to - 1}. */
  public static double dot(int[] indices, int from, int to, double[] point) {
    int s = from;
    double a = 0.0;
    double b = 0.0;
    double c = 0.0;
    double e = 0.0;
    for (; s + 4 <= to; s += 4) {
      a += point[indices[s]];
      b += point[indices[s + 1]];
      c += point[indices[s + 2]];
      e += point[indices[s + 3]];
    }
    for (; s < to; s++) {
      a += point[indices[s]];
    }
    return (a + b) + (c + e);
  }

  /** Adds factor to gradient[index] over the same positions. */
  public static void add(int[] indices, int from, int to, double factor, double[] gradient) {
    for (int s = from; s < to; s++) {
      gradient[indices[s]] += factor;
    }
  }

  /** Σ value · point[index] over positions {@code from .. to - 1}. */
  public static double dot(char[] indices, double[] values, int from, int to, double[] point) {
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
  public static void add(
      char[] indices, double[] values, int from, int to, double factor, double[] gradient) {
    for (int s = from; s < to; s++) {
      gradient[indices[s]] += factor * values[s];
    }
  }

  /** Σ value · point[index] over positions {@code from .. to - 1}. */
  public static double dot(char[] indices, float[] values, int from, int to, double[] point) {
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
  public static void add(
      char[] indices, float[] values, int from, int to, double factor, double[] gradient) {
    for (int s = from; s < to; s++) {
      gradient[indices[s]] += factor * values[s];
    }
  }

  /** Σ point[index] over positions {@code from .. to - 1}. */
  public static double dot(char[] indices, int from, int to, double[] point) {
    int s = from;
    double a = 0.0;
    double b = 0.0;
    double c = 0.0;
    double e = 0.0;
    for (; s + 4 <= to; s += 4) {
      a += point[indices[s]];
      b += point[indices[s + 1]];
      c += point[indices[s + 2]];
      e += point[indices[s + 3]];
    }
    for (; s < to; s++) {
      a += point[indices[s]];
    }
    return (a + b) + (c + e);
  }

  /** Adds factor to gradient[index] over the same positions. */
  public static void add(char[] indices, int from, int to, double factor, double[] gradient) {
    for (int s = from; s < to; s++) {
      gradient[indices[s]] += factor;
    }
  }
}
