package ravine.rows;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import ravine.cluster.Hosts;
import ravine.cluster.Parcel;
import ravine.cluster.Slots;

/**
 * Σ w (z − z̄)(z − z̄)ᵀ over all training rows z = (features, label): all that least squares needs
 * to know of them. Each partition sums products of what is left after its first row is subtracted;
 * partitions are merged in their order about their means (Chan, Golub and LeVeque 1983, "Algorithms
 * for computing the sample variance", equation 1.5b, for two columns). Means are kept as distances
 * from the first partition's first row, so that no digit is lost where a mean is many deviations
 * long.
 */
public final class CoMoments {
  /** Squares about the shift over those about the mean: beyond that too many digits are lost. */
  private static final double MOST_GROWTH = 1e6;

  private static final double UNIT_ROUNDOFF = 0x1p-53;

  private final int features;
  private final double[] base;
  private final double[] offsets;
  private final double[] products;
  private final double[] squares;
  private double weight;
  private long mostRows;
  private int partitions;

  private CoMoments(double[] base) {
    int n = base.length;
    this.features = n - 1;
    this.base = base;
    this.offsets = new double[n];
    this.products = new double[n * (n + 1) / 2];
    this.squares = new double[n];
  }

  /** What one job finds out about the rows. */
  public record Found(CoMoments coMoments, ColumnStats stats) {}

  /**
   * Reads the rows in one job, keeping none; null where that is not for them: too many features,
   * rows that packing would refuse, a constant label, or numbers whose squares would lose their
   * digits. Tasks take several partitions each where there are more than can be read at once, and
   * sum every one by itself: however many tasks there are, the sums are the same to the bit. Of too
   * many partitions for that, those of a task are summed as one.
   */
  public static <T> @Nullable Found find(
      JavaRDD<T> source, RowReader.Factory<T> readers, Packing packing) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(source.context());
    int partitions = source.getNumPartitions();
    int tasks = Math.min(partitions, Slots.partitions(context.sc(), partitions));
    return find(source, readers, packing, tasks);
  }

  /**
   * The same.
   *
   * @param tasks at most as many as there are partitions
   */
  static <T> @Nullable Found find(
      JavaRDD<T> source, RowReader.Factory<T> readers, Packing packing, int tasks) {
    int all = source.getNumPartitions();
    boolean joined = packing.features >= 0 && !CoMomentSums.suits(packing.features, all);
    int partitions = joined ? tasks : all;
    if (packing.storage != Storage.DOUBLE
        || (packing.features >= 0 && !CoMomentSums.suits(packing.features, partitions))) {
      return null;
    }
    Hosts hosts = Hosts.runs(all, tasks);
    JavaRDD<CoMomentSums.Report> sums =
        (joined ? hosts.group(source) : source)
            .mapPartitions(
                rows ->
                    CoMomentSums.Report.listOf(
                            CoMomentSums.sum(rows, readers.reader(), packing, partitions))
                        .iterator(),
                true);
    List<CoMomentSums.Report> reports =
        Parcel.collect(joined ? sums : hosts.group(sums), CoMomentSums.Report.class);
    return reports.size() < partitions ? null : fold(reports);
  }

  /** Merged in their order; null where they do not fit together or digits are lost. */
  static @Nullable Found fold(List<CoMomentSums.Report> reports) {
    CoMoments all = null;
    double[] shares = {};
    double weightSquares = 0.0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    long rows = 0;
    long stored = 0;
    for (CoMomentSums.Report report : reports) {
      if (report.rows == 0) {
        continue;
      }
      if (all == null) {
        all = new CoMoments(report.shifts);
        shares = new double[all.features];
      }
      if (report.shifts.length != all.features + 1) {
        return null;
      }
      all.merge(report);
      for (int j = 0; j < shares.length; j++) {
        shares[j] += report.storedWeights[j];
      }
      weightSquares += report.weightSquares;
      min = Math.min(min, report.labelMin);
      max = Math.max(max, report.labelMax);
      rows += report.rows;
      stored += report.stored;
    }
    if (all == null
        || !(all.growth() <= MOST_GROWTH)
        || !(all.product(all.features, all.features) > 0.0)) {
      return null;
    }
    return new Found(all, all.stats(rows, stored, weightSquares, shares, min, max));
  }

  private void merge(CoMomentSums.Report report) {
    int n = features + 1;
    double[] sums = report.sums;
    int last = n * (n + 1) / 2;
    double its = sums[last + n];
    double share = its / (weight + its);
    double[] own = new double[n];
    double[] apart = new double[n];
    for (int j = 0; j < n; j++) {
      own[j] = sums[last + j] / its;
      apart[j] = (report.shifts[j] - base[j]) + own[j] - offsets[j];
      squares[j] += sums[j * (j + 1) / 2 + j];
    }
    int at = 0;
    for (int i = 0; i < n; i++) {
      double within = its * own[i];
      double between = weight * share * apart[i];
      for (int j = 0; j <= i; j++) {
        products[at] += (sums[at] - within * own[j]) + between * apart[j];
        at++;
      }
    }
    for (int j = 0; j < n; j++) {
      offsets[j] += apart[j] * share;
    }
    weight += its;
    mostRows = Math.max(mostRows, report.rows);
    partitions++;
  }

  private ColumnStats stats(
      long rows,
      long stored,
      double weightSquares,
      double[] storedWeights,
      double min,
      double max) {
    double denominator = weight - weightSquares / weight;
    double[] means = new double[features + 1];
    double[] deviations = new double[features + 1];
    for (int j = 0; j <= features; j++) {
      means[j] = base[j] + offsets[j];
      deviations[j] =
          ReportFold.deviation(Math.max(0.0, product(j, j)), denominator, means[j], weight);
    }
    double[] shares = new double[features];
    for (int j = 0; j < features; j++) {
      shares[j] = storedWeights[j] / weight;
    }
    return new ColumnStats(
        rows,
        0,
        weight,
        Arrays.copyOf(means, features),
        Arrays.copyOf(deviations, features),
        shares,
        new ColumnStats.LabelStats(min, max, means[features], deviations[features], new double[0]),
        stored,
        0);
  }

  /** d. */
  public int features() {
    return features;
  }

  /** Σ w. */
  public double weight() {
    return weight;
  }

  /**
   * Σ w (zᵢ − z̄ᵢ)(zⱼ − z̄ⱼ).
   *
   * @param i a feature, or d for the label
   * @param j likewise
   */
  public double product(int i, int j) {
    return i >= j ? products[i * (i + 1) / 2 + j] : products[j * (j + 1) / 2 + i];
  }

  /** z̄ⱼ less a number near it, to the digits of the distance. */
  public double meanFrom(int j, double origin) {
    return (base[j] - origin) + offsets[j];
  }

  /** The largest Σ w (z − shift)² over Σ w (z − z̄)² of a column; NaN for what is no number. */
  private double growth() {
    double most = 1.0;
    for (int j = 0; j <= features; j++) {
      double ratio = squares[j] == 0.0 ? 1.0 : squares[j] / product(j, j);
      most = ratio >= most ? ratio : ratio * 0.0 == 0.0 && ratio > 0.0 ? most : Double.NaN;
    }
    return most;
  }

  /**
   * A bound e of the rounding of the products: |error of (i, j)| ≤ e·√((i, i)·(j, j)). A sum of n
   * products is off by at most n roundings of the sum of their sizes (Higham 2002, "Accuracy and
   * stability of numerical algorithms", section 3.1), which is at most √(squares about the shift)
   * each (Cauchy and Schwarz); that of the means counts as much, and that of the merging of
   * partitions.
   */
  public double rounding() {
    return 3.0 * (mostRows + 16.0 + 4.0 * partitions) * UNIT_ROUNDOFF * growth();
  }
}
