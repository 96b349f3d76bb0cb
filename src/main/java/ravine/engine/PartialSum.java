package ravine.engine;

/**
 * What partitions send back: a gradient sum with the loss sum, the weight sum and the time it took
 * behind it, all in one flat array, so that any serializer carries it as {@code double[]}.
 */
final class PartialSum {
  private static final int TAIL = 3;

  private PartialSum() {}

  static double[] create(int dimension) {
    return new double[dimension + TAIL];
  }

  static int dimension(double[] sum) {
    return sum.length - TAIL;
  }

  static double loss(double[] sum) {
    return sum[sum.length - 3];
  }

  static double weight(double[] sum) {
    return sum[sum.length - 2];
  }

  /** Seconds of the slowest partition. */
  static double seconds(double[] sum) {
    return sum[sum.length - 1];
  }

  static void setTail(double[] sum, double loss, double weight, double seconds) {
    sum[sum.length - 3] = loss;
    sum[sum.length - 2] = weight;
    sum[sum.length - 1] = seconds;
  }

  /**
   * Adds one partition's sums; call in partition order, so that the bits do not depend on timing. A
   * part without a gradient is shorter and counts from the end.
   */
  static void fold(double[] total, double[] part) {
    int last = part.length - 1;
    int shift = total.length - part.length;
    for (int i = 0; i < last; i++) {
      total[shift + i] += part[i];
    }
    total[shift + last] = Math.max(total[shift + last], part[last]);
  }
}
