package ravine.rows;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ravine.kernel.ProductSums;

/**
 * Σ w z zᵀ over the rows of one partition, z being a row's features and label less the mean of the
 * first few rows', and a 1: what {@link CoMoments} are folded from. Rows are read and validated as
 * for packing, but not kept.
 *
 * <p>Where the first row has few non-zeros, features are not shifted, so that zeros stay zeros.
 */
final class CoMomentSums {
  /** Most features: 270 KB a partition, which stay in the second-level cache. */
  private static final int MOST_FEATURES = 256;

  /** Numbers that the driver collects without a second thought: 32 MB. */
  private static final long MOST_NUMBERS = 4L * 1024 * 1024;

  /** Non-zeros are multiplied one by one, whole rows eight at a time or more. */
  private static final int DENSE_IS_FASTER = 8;

  /** Of rows shorter than this, zeros cost nothing. */
  private static final int SHORT = 32;

  /** Rows validated at a time, and those whose means are subtracted. */
  static final int CHUNK = 32;

  private final int features;
  private final boolean shifted;
  private final double[] shifts;
  private final ProductSums products;
  private final double[] factor = new double[1];
  private final double[] storedWeights;
  private final int[] columns;
  private final double[] numbers;
  private double denseWeights;
  private double weightSquares;
  private double labelMin = Double.POSITIVE_INFINITY;
  private double labelMax = Double.NEGATIVE_INFINITY;
  private long rows;
  private long stored;

  /** Sums of no rows yet; what is subtracted is the mean of those of a buffer, at least one. */
  CoMomentSums(RowBuffer buffer, int features) {
    this.features = features;
    this.shifted = !isSparse(buffer, 0);
    this.shifts = shifts(buffer, shifted);
    double[] ones = new double[features + 1];
    Arrays.fill(ones, 1.0);
    double[] centre = shifts.clone();
    centre[features] = 0.0; // the label comes shifted, so that it is also where rows are sparse
    this.products = new ProductSums(ones, centre, 1);
    this.storedWeights = new double[features];
    this.columns = new int[features + 1];
    this.numbers = new double[features + 1];
  }

  /** Whether there are few enough features to sum their products in every partition. */
  static boolean suits(int features, int partitions) {
    return features >= 1
        && features <= MOST_FEATURES
        && (features + 2L) * (features + 3L) / 2 * partitions <= MOST_NUMBERS;
  }

  /** Whether they are summed while so many partitions are packed. */
  static boolean wanted(Packing packing, int features, int partitions) {
    return packing.summed && packing.storage == Storage.DOUBLE && suits(features, partitions);
  }

  /** By distances from the first row, so that a constant column is shifted to exact zeros. */
  private double[] shifts(RowBuffer buffer, boolean all) {
    int count = buffer.rows();
    double[] first = new double[features + 1];
    double[] row = new double[features + 1];
    double[] sums = new double[features + 1];
    for (int i = 0; i < count; i++) {
      if (all) {
        scatter(buffer, i, row, 0);
      }
      row[features] = buffer.label(i);
      if (i == 0) {
        System.arraycopy(row, 0, first, 0, row.length);
      }
      for (int j = 0; j <= features; j++) {
        sums[j] += row[j] - first[j];
      }
    }
    for (int j = 0; j <= features; j++) {
      first[j] += sums[j] / count;
    }
    return first;
  }

  /**
   * Reads the rows of a partition; null where they are not for this: a row that packing refuses or
   * that only validates, or too many features.
   */
  static <T> @Nullable Report sum(
      Iterator<T> rows, RowReader<T> reader, Packing packing, int partitions) {
    RowBuffer buffer = new RowBuffer(packing);
    CoMomentSums sums = null;
    int features = packing.features;
    while (rows.hasNext()) {
      reader.read(rows.next());
      if (features == Packer.UNKNOWN) {
        features = reader.size;
      }
      if (reader.validation
          || !suits(features, partitions)
          || buffer.add(reader, features) != null) {
        return null;
      }
      if (buffer.rows() == CHUNK) {
        sums = addTo(sums, buffer, features);
      }
    }
    sums = addTo(sums, buffer, features);
    return sums == null ? Report.EMPTY : sums.report();
  }

  private static @Nullable CoMomentSums addTo(
      @Nullable CoMomentSums sums, RowBuffer buffer, int features) {
    CoMomentSums to = add(sums, buffer, 0, features);
    buffer.clear();
    return to;
  }

  /**
   * Adds the rows of a buffer from one on.
   *
   * @param sums null for none yet
   * @return the sums; null if there are none and no row
   */
  static @Nullable CoMomentSums add(
      @Nullable CoMomentSums sums, RowBuffer buffer, int from, int features) {
    int count = buffer.rows();
    if (count == from) {
      return sums;
    }
    CoMomentSums to = sums == null ? new CoMomentSums(buffer, features) : sums;
    for (int row = from; row < count; row++) {
      to.add(buffer, row);
    }
    return to;
  }

  private void add(RowBuffer buffer, int row) {
    int start = buffer.start(row);
    int length = buffer.start(row + 1) - start;
    double weight = buffer.weight(row);
    double label = buffer.label(row);
    rows++;
    stored += length;
    weightSquares += weight * weight;
    labelMin = Math.min(labelMin, label);
    labelMax = Math.max(labelMax, label);
    factor[0] = weight;
    if (buffer.isDense(row)) {
      denseWeights += weight;
    } else {
      int[] indices = buffer.indices();
      for (int s = start; s < start + length; s++) {
        storedWeights[indices[s]] += weight;
      }
    }
    if (!shifted && isSparse(buffer, row)) {
      System.arraycopy(buffer.indices(), start, columns, 0, length);
      System.arraycopy(buffer.values(), start, numbers, 0, length);
      columns[length] = features;
      numbers[length] = label - shifts[features];
      products.addSparse(columns, numbers, length + 1, factor, 0);
    } else {
      int at = products.place();
      scatter(buffer, row, products.row(), at);
      products.row()[at + features] = label - shifts[features];
      products.add(factor, 0);
    }
  }

  private boolean isSparse(RowBuffer buffer, int row) {
    long length = (long) buffer.start(row + 1) - buffer.start(row);
    return features >= SHORT
        && !buffer.isDense(row)
        && DENSE_IS_FASTER * length * length < (long) features * features;
  }

  /** Writes all features of a row. */
  private void scatter(RowBuffer buffer, int row, double[] to, int at) {
    int start = buffer.start(row);
    int end = buffer.start(row + 1);
    double[] values = buffer.values();
    if (buffer.isDense(row)) {
      System.arraycopy(values, start, to, at, features);
      return;
    }
    int[] indices = buffer.indices();
    Arrays.fill(to, at, at + features, 0.0);
    for (int s = start; s < end; s++) {
      to[at + indices[s]] = values[s];
    }
  }

  Report report() {
    double[] sums = new double[ProductSums.length(features + 1)];
    products.write(sums);
    for (int j = 0; j < features; j++) {
      storedWeights[j] += denseWeights;
    }
    return new Report(this, sums);
  }

  /** What a partition tells the driver; not a record, because Kryo cannot read those. */
  static final class Report implements Serializable {
    private static final long serialVersionUID = 1L;

    /** That of no rows. */
    static final Report EMPTY = new Report();

    final long rows;
    final long stored;
    final double weightSquares;
    final double labelMin;
    final double labelMax;
    final double[] storedWeights;

    /** Of the features, and of the label behind them. */
    final double[] shifts;

    /** The lower triangle, row after row: features, label, and 1. */
    final double[] sums;

    private Report() {
      this.rows = 0;
      this.stored = 0;
      this.weightSquares = 0.0;
      this.labelMin = Double.POSITIVE_INFINITY;
      this.labelMax = Double.NEGATIVE_INFINITY;
      this.storedWeights = new double[0];
      this.shifts = new double[0];
      this.sums = new double[0];
    }

    private Report(CoMomentSums of, double[] sums) {
      this.rows = of.rows;
      this.stored = of.stored;
      this.weightSquares = of.weightSquares;
      this.labelMin = of.labelMin;
      this.labelMax = of.labelMax;
      this.storedWeights = of.storedWeights;
      this.shifts = of.shifts;
      this.sums = sums;
    }

    /** How a task gives it, or that it has none to give. */
    static List<Report> listOf(@Nullable Report report) {
      return report == null ? List.of() : List.of(report);
    }
  }
}
