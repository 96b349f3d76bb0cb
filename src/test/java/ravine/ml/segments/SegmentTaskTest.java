package ravine.ml.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.ml.regression.MiniBatchLinearRegression;

class SegmentTaskTest extends SparkTestBase {
  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;
  private static final long SEED = 42L;

  /** Rows of three keys with one hash, by turns: each its own segment, two of them too large. */
  @Test
  void call_keysOfOneHash_areSegmentsOfTheirOwn() {
    long[][] keys = {{1, 2}, {5, partner(1, 2, 5)}, {-7, partner(1, 2, -7)}};
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      long[] key = keys[i % 2 == 0 ? 0 : 1 + i / 2 % 2];
      double x = Math.sin(i);
      rows.add(
          RowFactory.create(key[0], key[1], (double) key[0] * x + 1.0, Vectors.dense(x, i % 3)));
    }
    for (long[] key : keys) {
      assertThat(hash(key[0], key[1])).isEqualTo(hash(1, 2));
    }
    StructType schema =
        new StructType()
            .add("a", DataTypes.LongType)
            .add("b", DataTypes.LongType)
            .add("label", DataTypes.DoubleType)
            .add("features", SQLDataTypes.VectorType());
    MiniBatchLinearRegression estimator = new MiniBatchLinearRegression().setTol(1e-12);
    for (long most : List.of(1_000L, 20L)) {
      try (SegmentModels<LinearRegressionModel> models =
          estimator.fitByKey(
              spark().createDataFrame(rows, schema).repartition(3), List.of("a", "b"), most)) {
        assertThat(models.stopReasons()).isEqualTo(Map.of("CONVERGED", 3L));
        for (long[] key : keys) {
          double[] weights = models.model(key[0], key[1]).coefficients().toArray();
          assertThat(weights[0]).isCloseTo((double) key[0], within(1e-6));
        }
        assertThat(models.frame().selectExpr("sum(rows)").head().getLong(0)).isEqualTo(60);
      }
    }
  }

  private static long hash(long a, long b) {
    return XXH64.hashLong(b, XXH64.hashLong(a, SEED));
  }

  /** What stands beside {@code other} to the hash that Spark gives a and b. */
  private static long partner(long a, long b, long other) {
    long mixed =
        (XXH64.hashLong(a, SEED) + PRIME_5 + 8L)
            ^ (XXH64.hashLong(other, SEED) + PRIME_5 + 8L)
            ^ (Long.rotateLeft(b * PRIME_2, 31) * PRIME_1);
    return Long.rotateRight(mixed * inverse(PRIME_1), 31) * inverse(PRIME_2);
  }

  /** Of an odd number, modulo 2⁶⁴. */
  private static long inverse(long odd) {
    long found = odd;
    for (int i = 0; i < 6; i++) {
      found *= 2L - odd * found;
    }
    return found;
  }
}
