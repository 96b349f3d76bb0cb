package ravine.exchange;

import org.jspecify.annotations.Nullable;

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

  /**
   * The indices of a sum's entries that are not 0, if few enough for them to be shorter with their
   * indices than all of it without; null otherwise. The tail is not counted.
   */
  static int @Nullable [] places(double[] sum) {
    int dimension = dimension(sum);
    int most = dimension / 3 * 2;
    int count = 0;
    for (int i = 0; i < dimension; i++) {
      count += sum[i] != 0.0 ? 1 : 0;
    }
    if (count >= most) {
      return null;
    }
    int[] places = new int[count];
    int at = 0;
    for (int i = 0; i < dimension; i++) {
      if (sum[i] != 0.0) {
        places[at++] = i;
      }
    }
    return places;
  }

  /** The entries at these places, with the tail. */
  static double[] gather(double[] sum, int[] places) {
    double[] few = new double[places.length + TAIL];
    for (int i = 0; i < places.length; i++) {
      few[i] = sum[places[i]];
    }
    System.arraycopy(sum, dimension(sum), few, places.length, TAIL);
    return few;
  }

  /** {@link #fold(double[], double[])} of a part whose other entries are 0. */
  static void fold(double[] total, int[] places, double[] part) {
    for (int i = 0; i < places.length; i++) {
      total[places[i]] += part[i];
    }
    int shift = total.length - part.length;
    int last = part.length - 1;
    total[shift + last - 2] += part[last - 2];
    total[shift + last - 1] += part[last - 1];
    total[shift + last] = Math.max(total[shift + last], part[last]);
  }
}
