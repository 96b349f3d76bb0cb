package ravine.bench;

import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * All rows of a set in the driver's memory, features centred and divided by their deviation (n − 1
 * in the denominator, as Spark has it), in two passes over the numbers.
 *
 * @param rows n
 * @param features d
 * @param values n × d, row after row; 0 in constant columns
 * @param labels length n, as they come
 * @param means of the features
 * @param deviations of the features, 0 where constant
 * @param labelMean mean of the labels
 * @param labelDeviation of the labels
 * @param classes largest label + 1
 */
record DriverRows(
    int rows,
    int features,
    double[] values,
    double[] labels,
    double[] means,
    double[] deviations,
    double labelMean,
    double labelDeviation,
    int classes) {

  /** Collects the columns {@code label} and {@code features}. */
  static DriverRows of(Dataset<Row> frame) {
    List<Row> collected =
        frame.select(functions.col("label"), functions.col("features")).collectAsList();
    int n = collected.size();
    int d = ((Vector) collected.get(0).get(1)).size();
    double[] values = new double[Math.multiplyExact(n, d)];
    double[] labels = new double[n];
    double largest = 0.0;
    for (int i = 0; i < n; i++) {
      labels[i] = collected.get(i).getDouble(0);
      largest = Math.max(largest, labels[i]);
      double[] row = ((Vector) collected.get(i).get(1)).toArray();
      System.arraycopy(row, 0, values, i * d, d);
    }
    double[] means = new double[d];
    double[] deviations = new double[d];
    for (int j = 0; j < d; j++) {
      double[] moments = moments(values, j, d);
      means[j] = moments[0];
      deviations[j] = moments[1];
      for (int i = j; i < values.length; i += d) {
        values[i] = deviations[j] > 0.0 ? (values[i] - means[j]) / deviations[j] : 0.0;
      }
    }
    double[] ofLabels = moments(labels, 0, 1);
    return new DriverRows(
        n, d, values, labels, means, deviations, ofLabels[0], ofLabels[1], (int) largest + 1);
  }

  /** Mean and deviation of every {@code stride}th number; the deviation of equal numbers is 0. */
  private static double[] moments(double[] values, int from, int stride) {
    int n = (values.length - from + stride - 1) / stride;
    double first = values[from];
    double shifted = 0.0;
    boolean constant = true;
    for (int i = from; i < values.length; i += stride) {
      shifted += values[i] - first;
      constant &= values[i] == first;
    }
    double mean = first + shifted / n;
    double squares = 0.0;
    for (int i = from; i < values.length; i += stride) {
      squares += (values[i] - mean) * (values[i] - mean);
    }
    return new double[] {mean, constant || n < 2 ? 0.0 : Math.sqrt(squares / (n - 1.0))};
  }

  /** The label's deviation; for a constant label its size, or 1: as Spark scales labels. */
  double labelUnit() {
    double size = labelDeviation > 0.0 ? labelDeviation : Math.abs(labelMean);
    return size > 0.0 ? size : 1.0;
  }
}
