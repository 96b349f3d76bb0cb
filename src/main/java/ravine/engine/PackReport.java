package ravine.engine;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a partition tells the driver once it is packed: its defect, its number of groups and its
 * moments, so that one job does it all. The last entry of {@code means} and {@code squares} is the
 * label's.
 */
final class PackReport implements Serializable {
  private static final long serialVersionUID = 1L;

  /** In one clause, or null. */
  final @Nullable String defect;

  final int groups;
  final long rows;
  final long validationRows;
  final long stored;
  final long bytes;
  final double weights;
  final double weightSquares;
  final double labelMin;
  final double labelMax;

  /** Σ w by class; one NaN where the labels are not class indices. */
  final double[] classes;

  /** Σ w of the rows in which a feature is stored. */
  final double[] storedWeights;

  final double[] means;
  final double[] squares;

  private PackReport(PackedPartition partition, int features) {
    defect = partition.defect;
    groups = partition.groups;
    rows = partition.rows;
    Moments moments = new Moments(features);
    double[] counted = new double[0];
    double weightSum = 0.0;
    double squareSum = 0.0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    long storedSum = 0;
    long byteSum = 0;
    double shift = rows == 0 ? 0.0 : partition.training[0].labels[0];
    double labelSum = 0.0;
    double labelSquares = 0.0;
    for (Block block : partition.training) {
      for (int i = 0; i < block.rows; i++) {
        double weight = block.weight(i);
        double label = block.labels[i];
        weightSum += weight;
        squareSum += weight * weight;
        min = Math.min(min, label);
        max = Math.max(max, label);
        counted = ColumnStats.countClass(counted, label, weight);
        double deviation = label - shift;
        labelSum += weight * deviation;
        labelSquares += weight * deviation * deviation;
      }
      storedSum += block.stored();
      byteSum += block.bytes();
      block.addMoments(moments);
    }
    long validation = 0;
    for (Block block : partition.validation) {
      validation += block.rows;
    }
    validationRows = validation;
    stored = storedSum;
    bytes = byteSum;
    weights = weightSum;
    weightSquares = squareSum;
    labelMin = min;
    labelMax = max;
    classes = counted;
    storedWeights = moments.storedWeights();
    means = new double[features + 1];
    squares = new double[features + 1];
    if (weightSum > 0.0) {
      moments.finish(weightSum, means, squares);
      means[features] = shift + labelSum / weightSum;
      squares[features] = Math.max(0.0, labelSquares - labelSum * (labelSum / weightSum));
    }
  }

  /** Reads the packed rows once. */
  static PackReport of(PackedPartition partition, int features) {
    return new PackReport(partition, features);
  }
}
