package ravine.ml.weighting;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.catalyst.InternalRow;
import ravine.cluster.Jobs;

/**
 * The weight of all training rows of each class, in one job over labels and weights. The sums are
 * exact, so that bits do not depend on the order or the partitions of the rows.
 */
public final class ClassTotals {
  private static final int LABEL = 0;

  private ClassTotals() {}

  /**
   * Adds up.
   *
   * @param rows of label (double), then, if there is one, weight (double), then, if there is one, a
   *     mark of rows that only validate and do not count (boolean)
   * @param weighted whether there is a weight; else each row counts 1
   * @param validated whether there is a mark
   * @return one number per class index up to the largest there is. Rows whose label is no class
   *     index or whose weight is no positive number are left out: whoever packs them says so
   */
  public static double[] of(JavaRDD<InternalRow> rows, boolean weighted, boolean validated) {
    ExactSum[] totals = new ExactSum[0];
    for (double[] some :
        Jobs.collect(rows.mapPartitions(part -> ofPartition(part, weighted, validated)))) {
      totals = grown(totals, (int) some[0]);
      for (int i = 1; i < some.length; i++) {
        totals[(int) some[0]].add(some[i]);
      }
    }
    return Arrays.stream(totals).mapToDouble(ExactSum::value).toArray();
  }

  /** The class index and the parts of its sum, of each class there is. */
  private static Iterator<double[]> ofPartition(
      Iterator<InternalRow> rows, boolean weighted, boolean validated) {
    ExactSum[] totals = new ExactSum[0];
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      int index = ClassWeighting.index(row.isNullAt(LABEL) ? Double.NaN : row.getDouble(LABEL));
      int mark = weighted ? LABEL + 2 : LABEL + 1;
      boolean onlyValidates = validated && !row.isNullAt(mark) && row.getBoolean(mark);
      double weight =
          !weighted ? 1.0 : row.isNullAt(LABEL + 1) ? Double.NaN : row.getDouble(LABEL + 1);
      if (index >= 0 && !onlyValidates && weight > 0.0 && Double.isFinite(weight)) {
        totals = grown(totals, index);
        totals[index].add(weight);
      }
    }
    List<double[]> found = new ArrayList<>();
    for (int k = 0; k < totals.length; k++) {
      double[] parts = totals[k].parts();
      if (parts.length > 0) {
        double[] named = new double[parts.length + 1];
        named[0] = k;
        System.arraycopy(parts, 0, named, 1, parts.length);
        found.add(named);
      }
    }
    return found.iterator();
  }

  private static ExactSum[] grown(ExactSum[] totals, int index) {
    if (index < totals.length) {
      return totals;
    }
    ExactSum[] grown = Arrays.copyOf(totals, index + 1);
    for (int k = totals.length; k <= index; k++) {
      grown[k] = new ExactSum();
    }
    return grown;
  }
}
