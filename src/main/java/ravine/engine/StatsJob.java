package ravine.engine;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/**
 * Means first, then squared deviations from them: two reads of the packed blocks, which cost little
 * beside the packing and keep full precision where a feature's mean is large beside its deviation.
 * Partial sums are folded in partition order.
 */
final class StatsJob {
  /** Scalars in front of the per-feature sums. */
  private static final int ROWS = 0;

  private static final int VALIDATION_ROWS = 1;
  private static final int WEIGHTS = 2;
  private static final int WEIGHT_SQUARES = 3;
  private static final int LABEL_SUM = 4;
  private static final int LABEL_MIN = 5;
  private static final int LABEL_MAX = 6;
  private static final int STORED = 7;
  private static final int BYTES = 8;
  private static final int HEAD = 9;

  private StatsJob() {}

  static ColumnStats run(JavaRDD<PackedPartition> packed, int features) {
    double[] total = new double[HEAD + features];
    total[LABEL_MIN] = Double.POSITIVE_INFINITY;
    total[LABEL_MAX] = Double.NEGATIVE_INFINITY;
    double[] classes = new double[0];
    List<double[][]> firsts = packed.map(partition -> sums(partition, features)).collect();
    for (double[][] first : firsts) {
      double[] sums = first[0];
      total[LABEL_MIN] = Math.min(total[LABEL_MIN], sums[LABEL_MIN]);
      total[LABEL_MAX] = Math.max(total[LABEL_MAX], sums[LABEL_MAX]);
      for (int i = 0; i < sums.length; i++) {
        if (i != LABEL_MIN && i != LABEL_MAX) {
          total[i] += sums[i];
        }
      }
      classes = merge(classes, first[1]);
    }
    double weights = total[WEIGHTS];
    double[] means = new double[features];
    for (int j = 0; j < features; j++) {
      means[j] = weights > 0.0 ? total[HEAD + j] / weights : 0.0;
    }
    double labelMean = weights > 0.0 ? total[LABEL_SUM] / weights : 0.0;
    double[] squares = squares(packed, means, labelMean);
    double denominator = weights - total[WEIGHT_SQUARES] / weights;
    double[] deviations = new double[features];
    for (int j = 0; j < features; j++) {
      deviations[j] = deviation(squares[j], denominator, means[j], weights);
    }
    return new ColumnStats(
        (long) total[ROWS],
        (long) total[VALIDATION_ROWS],
        weights,
        means,
        deviations,
        new ColumnStats.LabelStats(
            total[LABEL_MIN],
            total[LABEL_MAX],
            labelMean,
            deviation(squares[features], denominator, labelMean, weights),
            isCounted(classes) ? classes : new double[0]),
        (long) total[STORED],
        (long) total[BYTES]);
  }

  /** 0 where the deviation is no more than the rounding of the mean: a constant column. */
  private static double deviation(double squares, double denominator, double mean, double weights) {
    if (!(denominator > 0.0) || squares <= 1e-30 * mean * mean * weights) {
      return 0.0;
    }
    return Math.sqrt(squares / denominator);
  }

  private static boolean isCounted(double[] classes) {
    return classes.length != 1 || !Double.isNaN(classes[0]);
  }

  private static double[] merge(double[] left, double[] right) {
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

  private static double[][] sums(PackedPartition partition, int features) {
    double[] head = new double[HEAD + features];
    head[LABEL_MIN] = Double.POSITIVE_INFINITY;
    head[LABEL_MAX] = Double.NEGATIVE_INFINITY;
    double[] columns = new double[features];
    double[] classes = new double[0];
    for (Block block : partition.training) {
      for (int i = 0; i < block.rows; i++) {
        double weight = block.weight(i);
        double label = block.labels[i];
        head[WEIGHTS] += weight;
        head[WEIGHT_SQUARES] += weight * weight;
        head[LABEL_SUM] += weight * label;
        head[LABEL_MIN] = Math.min(head[LABEL_MIN], label);
        head[LABEL_MAX] = Math.max(head[LABEL_MAX], label);
        classes = ColumnStats.countClass(classes, label, weight);
      }
      head[ROWS] += block.rows;
      head[STORED] += block.stored();
      head[BYTES] += block.bytes();
      block.addSums(columns);
    }
    for (Block block : partition.validation) {
      head[VALIDATION_ROWS] += block.rows;
    }
    System.arraycopy(columns, 0, head, HEAD, features);
    return new double[][] {head, classes};
  }

  /** Σ w (x − μ)² of each feature and, last, of the label. */
  private static double[] squares(
      JavaRDD<PackedPartition> packed, double[] means, double labelMean) {
    int features = means.length;
    double[] total = new double[features + 1];
    List<double[]> parts =
        packed
            .map(
                partition -> {
                  double[] sums = new double[features + 1];
                  for (Block block : partition.training) {
                    block.addSquares(means, sums);
                    for (int i = 0; i < block.rows; i++) {
                      double deviation = block.labels[i] - labelMean;
                      sums[features] += block.weight(i) * deviation * deviation;
                    }
                  }
                  return sums;
                })
            .collect();
    for (double[] part : parts) {
      for (int j = 0; j < total.length; j++) {
        total[j] += part[j];
      }
    }
    return total;
  }
}
