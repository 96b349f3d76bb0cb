package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.apache.spark.ml.feature.Instance;
import org.apache.spark.ml.feature.InstanceBlock;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.SparseMatrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

/** Packed rows against the blocks that Spark's own estimators make of the same rows, in bytes. */
class BlockBytesTest {
  private static final int ROWS = 3000;

  private static long ours(List<Example> rows, int features) {
    PackedPartition packed = Examples.pack(0, rows.iterator(), features, 1L, Storage.DOUBLE);
    assertThat(packed.rows).isEqualTo(ROWS);
    long bytes = 0;
    for (Block block : packed.training) {
      bytes += block.bytes();
    }
    return bytes;
  }

  /** The arrays only: their objects come on top there as here. */
  private static long sparks(List<Example> rows) {
    List<Instance> instances = new ArrayList<>();
    for (Example row : rows) {
      instances.add(new Instance(row.label, row.weight, row.features));
    }
    scala.collection.Iterator<InstanceBlock> blocks =
        InstanceBlock.blokifyWithMaxMemUsage(
            JavaConverters.asScalaIteratorConverter(instances.iterator()).asScala(), 1L << 20);
    long bytes = 0;
    while (blocks.hasNext()) {
      InstanceBlock block = blocks.next();
      bytes += 8L * (block.labels().length + block.weights().length) + bytes(block.matrix());
    }
    return bytes;
  }

  private static long bytes(Matrix matrix) {
    if (matrix instanceof SparseMatrix sparse) {
      return 8L * sparse.values().length
          + 4L * (sparse.rowIndices().length + sparse.colPtrs().length);
    }
    return 8L * ((DenseMatrix) matrix).values().length;
  }

  private static List<Example> dense(int features, DoubleSupplier label, double weight) {
    Random random = new Random(1);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      Vector vector = Vectors.dense(random.doubles(features).toArray());
      rows.add(new Example(label.getAsDouble(), weight, vector, false));
    }
    return rows;
  }

  private static List<Example> sparse(int features, int nonZeros, DoubleSupplier value) {
    Random random = new Random(2);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int[] indices = random.ints(0, features).distinct().limit(nonZeros).sorted().toArray();
      double[] values = new double[nonZeros];
      java.util.Arrays.setAll(values, s -> value.getAsDouble());
      rows.add(Example.of(i % 2, Vectors.sparse(features, indices, values)));
    }
    return rows;
  }

  @Test
  void bytes_denseRowsWithClasses_areFewerThanSparks() {
    Random random = new Random(3);
    for (int features : new int[] {1, 28, 100}) {
      List<Example> rows = dense(features, () -> random.nextInt(3), 1.0);
      assertThat(ours(rows, features)).isLessThan(sparks(rows));
      List<Example> weighted = dense(features, () -> random.nextInt(3), 0.1);
      assertThat(ours(weighted, features)).isLessThan(sparks(weighted));
    }
  }

  @Test
  void bytes_denseRowsWithDecimalTargets_areFewerThanSparks() {
    Random random = new Random(3);
    for (int features : new int[] {1, 28, 100}) {
      List<Example> rows = dense(features, () -> random.nextInt(2_000_000) / 100.0, 1.0);
      assertThat(ours(rows, features)).isLessThan(sparks(rows));
    }
  }

  /** Numbers of 53 random bits in each of which nothing can be saved. */
  @Test
  void bytes_denseRowsWithRandomTargets_areNoMoreThanSparks() {
    Random random = new Random(3);
    List<Example> rows = dense(28, random::nextDouble, 1.0);
    assertThat(ours(rows, 28)).isLessThanOrEqualTo(sparks(rows));
  }

  @Test
  void bytes_oneHotRows_areAFifthOfSparks() {
    List<Example> rows = sparse(123, 14, () -> 1.0);
    assertThat(5 * ours(rows, 123)).isLessThan(sparks(rows));
    List<Example> hashed = sparse(1_000_000, 39, () -> 1.0);
    assertThat(5 * ours(hashed, 1_000_000)).isLessThan(2 * sparks(hashed));
  }

  @Test
  void bytes_sparseRows_areFewerThanSparks() {
    Random random = new Random(4);
    List<Example> rows = sparse(5000, 40, random::nextDouble);
    assertThat(6 * ours(rows, 5000)).isLessThan(5 * sparks(rows));
    List<Example> counts = sparse(5000, 40, () -> random.nextInt(1, 9));
    assertThat(3 * ours(counts, 5000)).isLessThan(2 * sparks(counts));
    List<Example> wide = sparse(1_000_000, 39, random::nextDouble);
    assertThat(ours(wide, 1_000_000)).isLessThan(sparks(wide));
  }
}
