package ravine.rows;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import ravine.cluster.Parcel;

/**
 * The partitions' reports folded into the moments of the whole, in partition order: counts are
 * added, means and squares merged pairwise (Chan, Golub and LeVeque 1983), which keeps the digits
 * of a column whose mean is large beside its deviation.
 */
final class ReportFold {
  /** Most that rounding may move values, in their deviations. */
  private static final double MOST_LOST = 1e-3;

  /** That a task takes for moments, and about sends, at a time. */
  private static final long MOST_BYTES = 64L << 20;

  private ReportFold() {}

  /** Moments of the rows that count for some models: see {@link PackedRows#stats(List)}. */
  static List<ColumnStats> stats(
      JavaRDD<PackedPartition> packed, List<RowView> views, ColumnStats whole) {
    int most = (int) Math.max(1, MOST_BYTES / BlockMoments.bytes(1 + whole.features()));
    List<ColumnStats> stats = new ArrayList<>();
    for (int from = 0; from < views.size(); from += most) {
      List<RowView> some = views.subList(from, Math.min(views.size(), from + most));
      stats.addAll(ofSome(packed, some, whole));
    }
    return stats;
  }

  private static List<ColumnStats> ofSome(
      JavaRDD<PackedPartition> packed, List<RowView> views, ColumnStats whole) {
    ArrayList<RowView> asked = new ArrayList<>(views);
    List<ViewReports> parts =
        Parcel.collect(
            packed.map(part -> new ViewReports(PackReport.of(part.open(), asked))),
            ViewReports.class);
    List<ColumnStats> stats = new ArrayList<>();
    for (int v = 0; v < asked.size(); v++) {
      int place = v;
      RowView view = asked.get(v);
      List<PackReport> reports = parts.stream().map(part -> part.reports.get(place)).toList();
      if (view.weighsAsPacked()) {
        stats.add(whole.with(stats(reports, 0).label()));
        continue;
      }
      ColumnStats found = stats(reports, whole.features());
      if (found.rows() == 0) {
        throw new IllegalArgumentException(view.noneLeft());
      }
      if (view.holdsOut() && view.isStated() && found.rows() == whole.rows()) {
        throw new IllegalArgumentException(view.noneHeld());
      }
      stats.add(view.holdsOut() ? found : found.withValidationRows(whole.validationRows()));
    }
    return stats;
  }

  /** A partition's, by view. */
  private static final class ViewReports implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ArrayList<PackReport> reports;

    ViewReports(List<PackReport> reports) {
      this.reports = new ArrayList<>(reports);
    }
  }

  static ColumnStats stats(List<PackReport> reports, int features) {
    double[] means = new double[features + 1];
    double[] squares = new double[features + 1];
    double[] shares = new double[features];
    double[] classes = new double[0];
    double weights = 0.0;
    double weightSquares = 0.0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    long rows = 0;
    long validationRows = 0;
    long stored = 0;
    long bytes = 0;
    for (PackReport report : reports) {
      merge(weights, means, squares, report);
      for (int j = 0; j < report.storedWeights.length; j++) {
        shares[j] += report.storedWeights[j];
      }
      weights += report.weights;
      weightSquares += report.weightSquares;
      min = Math.min(min, report.labelMin);
      max = Math.max(max, report.labelMax);
      classes = mergeClasses(classes, report.classes);
      rows += report.rows;
      validationRows += report.validationRows;
      stored += report.stored;
      bytes += report.bytes;
    }
    refuseUnfit(reports, means, squares, (double) rows / weights);
    double denominator = weights - weightSquares / weights;
    double[] deviations = new double[features];
    for (int j = 0; j < features; j++) {
      deviations[j] = deviation(squares[j], denominator, means[j], weights);
      shares[j] /= weights;
    }
    return new ColumnStats(
        rows,
        validationRows,
        weights,
        java.util.Arrays.copyOf(means, features),
        deviations,
        shares,
        new ColumnStats.LabelStats(
            min,
            max,
            means[features],
            deviation(squares[features], denominator, means[features], weights),
            isCounted(classes) ? classes : new double[0]),
        stored,
        bytes);
  }

  /**
   * Refuses features whose variance is too large for a number, and those that narrowing to float
   * has changed.
   *
   * @param unit rows over the sum of their weights
   */
  private static void refuseUnfit(
      List<PackReport> reports, double[] means, double[] squares, double unit) {
    for (int j = 0; j < means.length - 1; j++) {
      if (!Double.isFinite(squares[j])) {
        throw new IllegalArgumentException(
            "The variance of feature "
                + j
                + " overflows: look for values that stand for missing ones, or scale it.");
      }
      double lost = 0.0;
      for (PackReport report : reports) {
        lost += j < report.rounding.length ? report.rounding[j] : 0.0;
      }
      if (lost > MOST_LOST * MOST_LOST * (unit * squares[j] + lost)) {
        throw new IllegalArgumentException(
            "storage=float rounds feature "
                + j
                + " (mean "
                + means[j]
                + ") by more than a thousandth of its deviation: centre or scale it, or take"
                + " storage=double.");
      }
    }
  }

  private static void merge(double weights, double[] means, double[] squares, PackReport report) {
    if (!(report.weights > 0.0)) {
      return;
    }
    double share = report.weights / (weights + report.weights);
    for (int j = 0; j < means.length; j++) {
      double delta = report.means[j] - means[j];
      means[j] = weights == 0.0 ? report.means[j] : means[j] + delta * share;
      squares[j] += report.squares[j] + delta * delta * weights * share;
    }
  }

  /** 0 where the deviation is no more than the rounding of the mean: a constant column. */
  static double deviation(double squares, double denominator, double mean, double weights) {
    if (!(denominator > 0.0) || squares <= 1e-30 * mean * mean * weights) {
      return 0.0;
    }
    return Math.sqrt(squares / denominator);
  }

  private static boolean isCounted(double[] classes) {
    return classes.length != 1 || !Double.isNaN(classes[0]);
  }

  private static double[] mergeClasses(double[] left, double[] right) {
    if (!isCounted(left) || !isCounted(right)) {
      return new double[] {Double.NaN};
    }
    double[] longer = left.length >= right.length ? left : right;
    double[] shorter = left.length >= right.length ? right : left;
    double[] merged = longer.clone();
    for (int i = 0; i < shorter.length; i++) {
      merged[i] += shorter[i];
    }
    return merged;
  }
}
