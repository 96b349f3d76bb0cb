package ravine.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Sparse rows with thousands of features, of which a few are frequent and most are rare: too many
 * weights for a metric made from a sample of the rows. The same at every call.
 */
public final class WideRows {
  /** With 600 rows or more, wider than the driver's sample can afford. */
  public static final int FEATURES = 3000;

  private static final int NON_ZEROS = 25;

  private WideRows() {}

  /** Class indices in the schema of {@link MlRows}; weights 0.5 or 1.5. */
  public static List<Row> classified(int count, int classes) {
    SplittableRandom random = new SplittableRandom(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<Integer, Double> row = row(random);
      int label = 0;
      double best = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < classes; k++) {
        double score = score(row, k) - Math.log(-Math.log(random.nextDouble()));
        if (score > best) {
          best = score;
          label = k;
        }
      }
      rows.add(row(label, 0.5 + i % 2, row));
    }
    return rows;
  }

  /** Targets around 10 in the schema of {@link MlRows}; every 20th is far off. */
  public static List<Row> measured(int count) {
    SplittableRandom random = new SplittableRandom(6);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<Integer, Double> row = row(random);
      double target = 10.0 + score(row, 0) + random.nextDouble() + (i % 20 == 0 ? 15.0 : 0.0);
      rows.add(row(target, 0.5 + i % 2, row));
    }
    return rows;
  }

  private static Row row(double label, double weight, Map<Integer, Double> features) {
    int[] indices = features.keySet().stream().mapToInt(Integer::intValue).toArray();
    double[] values = features.values().stream().mapToDouble(Double::doubleValue).toArray();
    return RowFactory.create(label, weight, false, Vectors.sparse(FEATURES, indices, values));
  }

  private static Map<Integer, Double> row(SplittableRandom random) {
    Map<Integer, Double> row = new TreeMap<>();
    for (int s = 0; s < NON_ZEROS; s++) {
      double u = random.nextDouble();
      row.put((int) (u * u * u * FEATURES), 0.5 + random.nextDouble());
    }
    return row;
  }

  private static double score(Map<Integer, Double> row, int k) {
    double score = 0.0;
    for (var entry : row.entrySet()) {
      score += Math.sin(1.0 + entry.getKey() + 3.0 * k) * entry.getValue();
    }
    return score;
  }
}
