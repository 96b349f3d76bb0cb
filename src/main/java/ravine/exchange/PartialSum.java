package ravine.exchange;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What partitions send back: a gradient sum (or other sums) with a tail behind it, all in one flat
 * array, so that any serializer carries it as {@code double[]}. The tail is the loss sum, the
 * weight sum, and three numbers of which the largest counts: minus the least curvature of a row,
 * the largest change of a margin, and the time it took.
 *
 * <p>Partitions are summed one after another, or, where their sums together are too long for the
 * driver to take in, in groups of neighbours first ({@link #groupSize}). All engines ask here, so
 * that they give the same bits.
 */
final class PartialSum {
  /** Numbers behind the sums. */
  static final int TAIL = 5;

  /** Of those, the last, of which the largest counts. */
  private static final int LARGEST = 3;

  private static final int FEW_PARTITIONS = 8;

  /** Numbers that are collected without a second thought: 32 MB. */
  private static final long FEW_NUMBERS = 4L * 1024 * 1024;

  private PartialSum() {}

  static double[] create(int dimension) {
    double[] sum = new double[dimension + TAIL];
    clear(sum);
    return sum;
  }

  /** Makes it the sum of nothing. */
  static void clear(double[] sum) {
    Arrays.fill(sum, 0.0);
    sum[sum.length - LARGEST] = Double.NEGATIVE_INFINITY;
  }

  /**
   * The same for several sums in one array.
   *
   * @param ends where each ends, the last at the array's end
   */
  static void clear(double[] sum, int[] ends) {
    Arrays.fill(sum, 0.0);
    for (int end : ends) {
      sum[end - LARGEST] = Double.NEGATIVE_INFINITY;
    }
  }

  /** {@link #fold(double[], double[])} of several sums in one array. */
  static void fold(double[] total, double[] part, int[] ends) {
    int from = 0;
    for (int end : ends) {
      for (int i = from; i < end - LARGEST; i++) {
        total[i] += part[i];
      }
      for (int i = end - LARGEST; i < end; i++) {
        total[i] = Math.max(total[i], part[i]);
      }
      from = end;
    }
  }

  /** Partitions that are folded into one group before the groups are; 1 where there are none. */
  static int groupSize(int partitions, int dimension) {
    if (partitions < FEW_PARTITIONS || (long) partitions * dimension < FEW_NUMBERS) {
      return 1;
    }
    return (int) Math.ceil(Math.sqrt(partitions));
  }

  static int dimension(double[] sum) {
    return sum.length - TAIL;
  }

  static double loss(double[] sum) {
    return sum[sum.length - TAIL];
  }

  static double weight(double[] sum) {
    return sum[sum.length - TAIL + 1];
  }

  /** Seconds of the slowest partition. */
  static double seconds(double[] sum) {
    return sum[sum.length - 1];
  }

  static void setTail(double[] sum, double loss, double weight, double seconds) {
    sum[sum.length - TAIL] = loss;
    sum[sum.length - TAIL + 1] = weight;
    sum[sum.length - LARGEST] = Double.NEGATIVE_INFINITY;
    sum[sum.length - 2] = 0.0;
    sum[sum.length - 1] = seconds;
  }

  /** Least product of weight and second derivative of a row; infinite where no row was asked. */
  static double leastCurvature(double[] sum) {
    return -sum[sum.length - LARGEST];
  }

  /** Largest change of a margin. */
  static double marginChange(double[] sum) {
    return sum[sum.length - 2];
  }

  /** Writes both; after {@link #setTail}. */
  static void setExtremes(double[] sum, double leastCurvature, double marginChange) {
    sum[sum.length - LARGEST] = -leastCurvature;
    sum[sum.length - 2] = marginChange;
  }

  /**
   * Adds one partition's sums; call in partition order, so that the bits do not depend on timing. A
   * part without a gradient is shorter and counts from the end.
   */
  static void fold(double[] total, double[] part) {
    int shift = total.length - part.length;
    for (int i = 0; i < part.length - LARGEST; i++) {
      total[shift + i] += part[i];
    }
    foldLargest(total, part);
  }

  private static void foldLargest(double[] total, double[] part) {
    for (int i = 1; i <= LARGEST; i++) {
      int at = total.length - i;
      total[at] = Math.max(total[at], part[part.length - i]);
    }
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
    total[total.length - TAIL] += loss(part);
    total[total.length - TAIL + 1] += weight(part);
    foldLargest(total, part);
  }
}
