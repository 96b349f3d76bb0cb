package ravine.rows;

import java.util.Arrays;

/**
 * Weighted moments of the training rows: of each feature, and of the label. Variances are unbiased
 * with Spark's denominator for weighted rows, Σw − Σw²/Σw, because Spark's objective is stated in
 * features divided by that standard deviation.
 */
public final class ColumnStats {
  private final long rows;
  private final long validationRows;
  private final double weightSum;
  private final double[] means;
  private final double[] deviations;
  private final double[] storedShares;
  private final LabelStats label;
  private final long stored;
  private final long bytes;

  /**
   * Moments that were found out before; arrays are not copied.
   *
   * @param rows training rows of positive weight
   * @param validationRows validation rows of positive weight
   * @param weightSum sum of the training rows' weights
   * @param means of each feature, length d
   * @param deviations of each feature, length d
   * @param storedShares of the rows, by weight, in which each feature is stored, length d
   * @param label of the labels
   * @param stored numbers in the training rows
   * @param bytes of the packed rows
   */
  public ColumnStats(
      long rows,
      long validationRows,
      double weightSum,
      double[] means,
      double[] deviations,
      double[] storedShares,
      LabelStats label,
      long stored,
      long bytes) {
    this.rows = rows;
    this.validationRows = validationRows;
    this.weightSum = weightSum;
    this.means = means;
    this.deviations = deviations;
    this.storedShares = storedShares;
    this.label = label;
    this.stored = stored;
    this.bytes = bytes;
  }

  /** The same of rows that have other labels. */
  ColumnStats with(LabelStats labels) {
    return new ColumnStats(
        rows, validationRows, weightSum, means, deviations, storedShares, labels, stored, bytes);
  }

  /** The same with rows that only validate. */
  ColumnStats withValidationRows(long many) {
    return new ColumnStats(
        rows, many, weightSum, means, deviations, storedShares, label, stored, bytes);
  }

  /** Number of features d. */
  int features() {
    return means.length;
  }

  /** Of no row. */
  public static ColumnStats ofNone(int features) {
    double[] zeros = new double[features];
    LabelStats label = new LabelStats(Double.NaN, Double.NaN, Double.NaN, 0.0, new double[0]);
    return new ColumnStats(0, 0, 0.0, zeros, zeros, zeros, label, 0, 0);
  }

  /** Training rows of positive weight. */
  public long rows() {
    return rows;
  }

  /** Validation rows of positive weight. */
  public long validationRows() {
    return validationRows;
  }

  /** Sum of the training rows' weights. */
  public double weightSum() {
    return weightSum;
  }

  /** Weighted mean of each feature; a copy of length d. */
  public double[] means() {
    return means.clone();
  }

  /** Weighted standard deviation of each feature, 0 for constant ones; a copy of length d. */
  public double[] deviations() {
    return deviations.clone();
  }

  /**
   * Share of the rows, by weight, in which each feature is stored: where rows are sparse, in which
   * it is not 0; a copy of length d.
   */
  public double[] storedShares() {
    return storedShares.clone();
  }

  /** The labels of the training rows. */
  public LabelStats label() {
    return label;
  }

  /** Numbers stored in the training blocks. */
  public long stored() {
    return stored;
  }

  /** Heap bytes of the packed rows. */
  public long bytes() {
    return bytes;
  }

  /**
   * The labels of the training rows.
   *
   * @param min smallest
   * @param max largest
   * @param mean weighted mean
   * @param deviation weighted standard deviation, unbiased
   * @param classWeights Σ weights by class where every label is a whole number from 0 to 9,999;
   *     otherwise empty
   */
  public record LabelStats(
      double min, double max, double mean, double deviation, double[] classWeights) {

    /** Number of classes, max + 1; 0 where the labels are not class indices. */
    public int classes() {
      return classWeights.length;
    }
  }

  /**
   * Class weights by label, grown as needed; stops counting at the first label that is no class.
   */
  static double[] countClass(double[] histogram, double label, double weight) {
    if (histogram.length == 1 && Double.isNaN(histogram[0])) {
      return histogram;
    }
    if (!(label >= 0.0 && label < 10_000.0 && label == Math.rint(label))) {
      return new double[] {Double.NaN};
    }
    int index = (int) label;
    double[] grown = index < histogram.length ? histogram : Arrays.copyOf(histogram, index + 1);
    grown[index] += weight;
    return grown;
  }
}
