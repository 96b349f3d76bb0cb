package ravine.evaluation;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Asks Spark what predictions are worth. Rows are read twice; what comes back has a size that does
 * not depend on their number.
 */
public final class Evaluations {
  /** So many bins of equal weight bound the area under a curve to about a thousandth of itself. */
  private static final int BINS = 1000;

  /** Of the ranks of quantiles. */
  private static final double RANK_ERROR = 0.25 / BINS;

  /** Cells of {@link Residuals}, along the predictions. */
  static final int COLUMNS = 40;

  /** Cells of {@link Residuals}, along the residuals. */
  static final int ROWS = 27;

  /** What lies further out is in the outermost cells. */
  private static final double TAIL = 0.002;

  private Evaluations() {}

  /**
   * Scores of two classes.
   *
   * @param scored label (0 or 1), weight and score, all of them doubles, in this order
   * @param probabilities whether a score is the probability of class 1
   */
  public static BinaryScores binary(Dataset<Row> scored, boolean probabilities) {
    Dataset<Row> rows = scored.toDF("label", "weight", "score");
    double[] shares = new double[BINS + 1];
    Arrays.setAll(shares, i -> (double) i / BINS);
    double[] edges =
        Arrays.stream(rows.stat().approxQuantile("score", shares, RANK_ERROR))
            .distinct()
            .sorted()
            .toArray();
    if (edges.length == 0) {
      throw new IllegalArgumentException("There are no rows to evaluate.");
    }
    int bins = edges.length;
    double[] sums =
        sum(rows.javaRDD().mapPartitions(part -> List.of(scoreSums(part, edges)).iterator()));
    double all = 0;
    for (int i = 0; i < 2 * bins; i++) {
      all += sums[i];
    }
    return new BinaryScores(
        edges,
        Arrays.copyOfRange(sums, 0, bins),
        Arrays.copyOfRange(sums, bins, 2 * bins),
        Arrays.copyOfRange(sums, 2 * bins, 3 * bins),
        probabilities,
        probabilities ? sums[3 * bins] / all : Double.NaN);
  }

  private static double[] scoreSums(Iterator<Row> rows, double[] edges) {
    int bins = edges.length;
    double[] sums = new double[3 * bins + 1];
    while (rows.hasNext()) {
      Row row = rows.next();
      double label = row.getDouble(0);
      double weight = row.getDouble(1);
      double score = row.getDouble(2);
      int found = Arrays.binarySearch(edges, score);
      int bin = Math.max(0, found >= 0 ? found : -found - 2);
      sums[label > 0.5 ? bins + bin : bin] += weight;
      sums[2 * bins + bin] += weight * score;
      sums[3 * bins] += weight * (score - label) * (score - label);
    }
    return sums;
  }

  /**
   * Which class was said of which.
   *
   * @param predicted label, weight and prediction, all of them doubles, in this order
   * @param classes their names, by class number
   */
  public static ClassTable classes(Dataset<Row> predicted, List<String> classes) {
    double[][] weights = new double[classes.size()][classes.size()];
    List<Row> found =
        predicted
            .toDF("label", "weight", "prediction")
            .groupBy("label", "prediction")
            .agg(functions.sum("weight"))
            .collectAsList();
    for (Row row : found) {
      weights[(int) row.getDouble(0)][(int) row.getDouble(1)] += row.getDouble(2);
    }
    return new ClassTable(List.copyOf(classes), weights);
  }

  /**
   * Residuals of quantities.
   *
   * @param predicted label, weight and prediction, all of them doubles, in this order
   */
  public static Residuals residuals(Dataset<Row> predicted) {
    Dataset<Row> rows = predicted.toDF("label", "weight", "prediction");
    double[] ends = {TAIL, 1 - TAIL};
    Dataset<Row> both = rows.selectExpr("prediction as p", "label - prediction as r");
    double[][] quantiles = both.stat().approxQuantile(new String[] {"p", "r"}, ends, TAIL / 4);
    if (quantiles[0].length == 0) {
      throw new IllegalArgumentException("There are no rows to evaluate.");
    }
    double[] predictions = widened(quantiles[0][0], quantiles[0][1]);
    double reach = Math.max(Math.abs(quantiles[1][0]), Math.abs(quantiles[1][1]));
    double[] residuals = widened(-reach, reach);
    double[] sums =
        sum(
            rows.javaRDD()
                .mapPartitions(part -> List.of(cellSums(part, predictions, residuals)).iterator()));
    double[][] cells = new double[COLUMNS][];
    for (int i = 0; i < COLUMNS; i++) {
      cells[i] = Arrays.copyOfRange(sums, i * ROWS, (i + 1) * ROWS);
    }
    return new Residuals(
        predictions[0],
        predictions[1],
        residuals[0],
        residuals[1],
        cells,
        Arrays.copyOfRange(sums, COLUMNS * ROWS, sums.length));
  }

  private static double[] cellSums(Iterator<Row> rows, double[] predictions, double[] residuals) {
    double[] sums = new double[COLUMNS * (ROWS + 1)];
    while (rows.hasNext()) {
      Row row = rows.next();
      double residual = row.getDouble(0) - row.getDouble(2);
      int column = place(row.getDouble(2), predictions, COLUMNS);
      sums[column * ROWS + place(residual, residuals, ROWS)] += row.getDouble(1);
      sums[COLUMNS * ROWS + column] += row.getDouble(1) * residual;
    }
    return sums;
  }

  private static int place(double value, double[] ends, int cells) {
    double at = (value - ends[0]) / (ends[1] - ends[0]) * cells;
    return (int) Math.max(0, Math.min(cells - 1, Math.floor(at)));
  }

  /** A range that is not empty. */
  private static double[] widened(double low, double high) {
    double margin = Math.max(1e-9 * Math.max(Math.abs(low), Math.abs(high)), Double.MIN_NORMAL);
    return high - low > margin
        ? new double[] {low, high}
        : new double[] {low - Math.max(margin, 0.5), high + Math.max(margin, 0.5)};
  }

  /** Added up in a tree, so that the driver holds few of them at a time. */
  private static double[] sum(JavaRDD<double[]> parts) {
    return parts.treeReduce(Evaluations::plus);
  }

  private static double[] plus(double[] one, double[] other) {
    double[] sum = new double[one.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = one[i] + other[i];
    }
    return sum;
  }
}
