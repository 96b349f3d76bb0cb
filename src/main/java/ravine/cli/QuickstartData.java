package ravine.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import ravine.bench.StockSgd;

/**
 * A seeded, ill-conditioned binary problem: columns of which neighbours correlate by 0.9 and whose
 * scales fall evenly from 1 to 1/100. Standardising takes care of the scales; the correlation is
 * left, and with it a curvature that differs by a factor of some hundreds from direction to
 * direction, as in data with columns that say nearly the same. Labels are drawn from a logistic
 * model, all columns carrying the same weight in it.
 */
final class QuickstartData {
  static final double REG_PARAM = 1e-6;

  private static final double SMALLEST_SCALE = 1e-2;
  private static final double CORRELATION = 0.9;
  private static final double SIGNAL = 4.0;

  private final double[][] features;
  private final double[] labels;

  private QuickstartData(double[][] features, double[] labels) {
    this.features = features;
    this.labels = labels;
  }

  /** Training rows. */
  static QuickstartData generate(int rows, int columns, long seed) {
    return draw(rows, columns, new Random(seed));
  }

  /** Other rows of the same problem. */
  static QuickstartData test(QuickstartData train, int rows, long seed) {
    return draw(rows, train.columns(), new Random(seed + 1));
  }

  private static QuickstartData draw(int rows, int columns, Random random) {
    double[] signs = new double[columns];
    for (int j = 0; j < columns; j++) {
      signs[j] = j % 3 == 0 ? -1 : 1;
    }
    double[][] features = new double[rows][columns];
    double[] labels = new double[rows];
    for (int i = 0; i < rows; i++) {
      double before = random.nextGaussian();
      double margin = 0;
      for (int j = 0; j < columns; j++) {
        double value =
            CORRELATION * before + Math.sqrt(1 - CORRELATION * CORRELATION) * random.nextGaussian();
        before = value;
        margin += signs[j] * value * SIGNAL / Math.sqrt(columns);
        features[i][j] = value * Math.pow(SMALLEST_SCALE, j / (columns - 1.0));
      }
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
    }
    return new QuickstartData(features, labels);
  }

  int rows() {
    return labels.length;
  }

  int columns() {
    return features[0].length;
  }

  double[] features(int row) {
    return features[row];
  }

  double label(int row) {
    return labels[row];
  }

  /** The same rows for MLlib's own SGD. */
  StockSgd.Data forStock() {
    return new StockSgd.Data(features, labels, REG_PARAM, this::objective);
  }

  Dataset<Row> frame(SparkSession session) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      rows.add(RowFactory.create(labels[i], Vectors.dense(features[i])));
    }
    StructType schema =
        new StructType(
            new StructField[] {
              new StructField("label", DataTypes.DoubleType, false, Metadata.empty()),
              new StructField("features", SQLDataTypes.VectorType(), false, Metadata.empty())
            });
    return session.createDataFrame(rows, schema);
  }

  /** Mean log-loss + λ/2 ‖w‖². */
  double objective(double[] weights) {
    double loss = 0;
    for (int i = 0; i < labels.length; i++) {
      double signed = labels[i] == 1 ? -margin(i, weights) : margin(i, weights);
      loss += signed > 0 ? signed + Math.log1p(Math.exp(-signed)) : Math.log1p(Math.exp(signed));
    }
    double square = 0;
    for (double weight : weights) {
      square += weight * weight;
    }
    return loss / labels.length + REG_PARAM / 2 * square;
  }

  /** Area under the ROC curve: the share of pairs in the right order. */
  double areaUnderRoc(double[] weights) {
    double[] margins = new double[labels.length];
    Integer[] order = new Integer[labels.length];
    for (int i = 0; i < labels.length; i++) {
      margins[i] = margin(i, weights);
      order[i] = i;
    }
    Arrays.sort(order, Comparator.comparingDouble(i -> margins[i]));
    double positives = 0;
    double rankSum = 0;
    for (int rank = 0; rank < order.length; rank++) {
      if (labels[order[rank]] == 1) {
        positives++;
        rankSum += rank + 1;
      }
    }
    double negatives = labels.length - positives;
    return (rankSum - positives * (positives + 1) / 2) / (positives * negatives);
  }

  private double margin(int row, double[] weights) {
    double margin = 0;
    for (int j = 0; j < weights.length; j++) {
      margin += weights[j] * features[row][j];
    }
    return margin;
  }
}
