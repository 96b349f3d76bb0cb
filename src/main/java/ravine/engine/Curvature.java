package ravine.engine;

import java.util.SplittableRandom;

/**
 * The largest curvature of the loss in the loop's coordinates, by a few power iterations over a
 * slice of the packed rows.
 */
final class Curvature {
  private static final int ITERATIONS = 8;
  private static final long ENOUGH_ROWS = 20_000;

  private Curvature() {}

  /**
   * An estimate from below, usually within a tenth.
   *
   * @param bound of the loss's second derivative in the margin; for losses that have none, 1
   */
  static double largest(Gradients gradients, int dimension, long rows, double bound, long seed) {
    double[] direction = new double[dimension];
    double[] product = new double[dimension];
    SplittableRandom random = PackedPartition.random(seed, -2, 0);
    for (int j = 0; j < dimension; j++) {
      direction[j] = random.nextDouble() - 0.5;
    }
    int slices = slices(rows);
    double largest = 0.0;
    for (int i = 0; i < ITERATIONS; i++) {
      if (!normalise(direction)) {
        return largest;
      }
      gradients.curvature(direction, bound, slices, product);
      double sum = 0.0;
      for (int j = 0; j < dimension; j++) {
        sum += product[j] * product[j];
      }
      double norm = Math.sqrt(sum);
      boolean settled = Math.abs(norm - largest) <= 0.01 * norm;
      largest = Math.max(largest, norm);
      if (settled) {
        break;
      }
      System.arraycopy(product, 0, direction, 0, dimension);
    }
    return largest;
  }

  /** Into how many slices the rows are cut, of which one is enough to measure curvature. */
  static int slices(long rows) {
    return (int) Math.max(1, Math.min(1_000_000, rows / ENOUGH_ROWS));
  }

  private static boolean normalise(double[] vector) {
    double sum = 0.0;
    for (double value : vector) {
      sum += value * value;
    }
    if (!(sum > 0.0)) {
      return false;
    }
    double factor = 1.0 / Math.sqrt(sum);
    for (int j = 0; j < vector.length; j++) {
      vector[j] *= factor;
    }
    return true;
  }
}
