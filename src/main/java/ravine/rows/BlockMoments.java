package ravine.rows;

import org.jspecify.annotations.Nullable;
import ravine.cluster.Bytes;

/**
 * Moments of features, labels and weights over the blocks of one partition, added up block by block
 * while each is packed and still in the cache.
 */
public final class BlockMoments {
  /** Bytes of a feature while moments are computed: four numbers, three of scratch, a count. */
  private static final int COMPUTED = 7 * Double.BYTES + Integer.BYTES;

  /** And in the report: mean, squares, weight. */
  private static final int REPORTED = 3 * Double.BYTES;

  private final Moments features;
  private final int width;
  private final boolean ofLabelsAlone;
  private double[] labels = {};
  private double[] weightsOf = {};
  private double[] classes = {};
  private double weights;
  private double weightSquares;
  private double labelMin = Double.POSITIVE_INFINITY;
  private double labelMax = Double.NEGATIVE_INFINITY;

  /** The first label: sums of deviations from it keep the digits that sums of squares lose. */
  private double shift = Double.NaN;

  private double labelSum;
  private double labelSquares;
  private long counted;
  private long stored;
  private long bytes;

  BlockMoments(int features) {
    this(features, false);
  }

  private BlockMoments(int features, boolean ofLabelsAlone) {
    this.features = new Moments(features);
    this.width = features;
    this.ofLabelsAlone = ofLabelsAlone;
  }

  /** Of the labels alone, where those of the features are known. */
  static BlockMoments ofLabels() {
    return new BlockMoments(0, true);
  }

  /** Features that the moments are of. */
  int width() {
    return width;
  }

  void add(Block block) {
    make(block.rows);
    block.copyLabels(0, block.rows, labels);
    block.copyWeights(0, block.rows, weightsOf);
    addRead(block);
  }

  /**
   * Adds what counts for a model.
   *
   * @param b which of the training blocks it is
   */
  void add(Block block, RowView view, PackedPartition data, int b) {
    make(block.rows);
    byte[][] folds = view.foldsOf(data);
    byte[] fold = folds == null ? null : folds[b];
    view.read(fold, block, 0, block.rows, false, labels, weightsOf);
    addRead(block);
  }

  private void make(int rows) {
    if (labels.length < rows) {
      labels = new double[rows];
      weightsOf = new double[rows];
    }
  }

  private void addRead(Block block) {
    for (int i = 0; i < block.rows; i++) {
      double weight = weightsOf[i];
      double label = labels[i];
      if (weight == 0.0) { // held out; the rows of the data all have weight
        continue;
      }
      counted++;
      if (Double.isNaN(shift)) {
        shift = label;
      }
      weights += weight;
      weightSquares += weight * weight;
      labelMin = Math.min(labelMin, label);
      labelMax = Math.max(labelMax, label);
      classes = ColumnStats.countClass(classes, label, weight);
      double deviation = label - shift;
      labelSum += weight * deviation;
      labelSquares += weight * deviation * deviation;
    }
    stored += block.stored();
    bytes += block.bytes();
    if (!ofLabelsAlone) {
      block.addMoments(weightsOf, features);
    }
  }

  /** Writes means and Σ w (x − mean)²; the last entries are the label's. */
  void finish(double[] means, double[] squares) {
    if (weights > 0.0) {
      features.finish(weights, means, squares);
      int label = means.length - 1;
      means[label] = shift + labelSum / weights;
      squares[label] = Math.max(0.0, labelSquares - labelSum * (labelSum / weights));
    }
  }

  /** Σ w of the rows in which each feature is stored. */
  double[] storedWeights() {
    return features.storedWeights();
  }

  /** Σ w. */
  double weights() {
    return weights;
  }

  /** Rows that count. */
  long counted() {
    return counted;
  }

  /** Σ w². */
  double weightSquares() {
    return weightSquares;
  }

  double labelMin() {
    return labelMin;
  }

  double labelMax() {
    return labelMax;
  }

  /** Σ w by class; one NaN where the labels are not class indices. */
  double[] classes() {
    return classes;
  }

  /** Stored numbers. */
  long stored() {
    return stored;
  }

  /** Heap bytes of the blocks. */
  public long bytes() {
    return bytes;
  }

  /** Bytes that a task takes for the moments of so many features. */
  public static long bytes(long features) {
    return (COMPUTED + REPORTED) * features;
  }

  /** Numbers of its longest array. */
  public static long numbers(long features) {
    return Moments.CELL * features;
  }

  /** Bytes that it sends to the driver. */
  public static long reportBytes(long features) {
    return REPORTED * features;
  }

  /**
   * What stands against packing rows of so many features in a process, in one clause; null if
   * nothing does. For rows that do not tell before they are read.
   *
   * @param tasks that share the process
   * @param heap of the process, in bytes
   */
  static @Nullable String tooWide(int features, int tasks, long heap) {
    long need = bytes(features) * tasks;
    return need <= heap
        ? null
        : features
            + " features take about "
            + Bytes.text(need)
            + (tasks == 1 ? " in a process" : " in a process of " + tasks + " tasks")
            + " while rows are packed, besides the rows, but it has "
            + Bytes.text(heap)
            + ": raise spark.executor.memory (spark.driver.memory in local mode), or hash the"
            + " features into fewer columns";
  }
}
