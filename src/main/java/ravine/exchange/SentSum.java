package ravine.exchange;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** One partition's sums on their way to the driver as the result of a task. */
final class SentSum implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int dimension;

  /** What the values belong to; null where to every entry. */
  private final int @Nullable [] places;

  private final double[] values;

  private SentSum(int dimension, int @Nullable [] places, double[] values) {
    this.dimension = dimension;
    this.places = places;
    this.values = values;
  }

  /** Dense sums, without their zeros if that is shorter. */
  static SentSum of(double[] sum) {
    int[] places = PartialSum.places(sum);
    double[] values = places == null ? sum : PartialSum.gather(sum, places);
    return new SentSum(PartialSum.dimension(sum), places, values);
  }

  /** Sums at the features that were touched. */
  static SentSum ofFeatures(int[] features, double[] values) {
    return new SentSum(PartialSum.dimension(values), features, values);
  }

  int dimension() {
    return dimension;
  }

  void foldInto(double[] total) {
    int[] some = places;
    if (some == null) {
      PartialSum.fold(total, values);
    } else {
      PartialSum.fold(total, some, values);
    }
  }

  void foldInto(SparseSum total) {
    int[] some = places;
    if (some != null) {
      total.fold(some, values);
    }
  }
}
