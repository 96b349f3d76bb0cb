package ravine.rows;

import java.util.Arrays;
import org.apache.spark.ml.linalg.Vectors;

/** Packed rows for the tests of other packages, which do not see how they are packed. */
public final class RowsFixtures {
  private RowsFixtures() {}

  /**
   * One partition of one dense block.
   *
   * @param values row by row
   */
  public static PackedPartition dense(
      int features, double[] values, double[] labels, double[] weights) {
    Block block = new DenseBlock(features, values, labels, weights);
    return new PackedPartition(
        0, 1, features, new Block[] {block}, new Block[0], Block.GROUP_ROWS, new double[0], null);
  }

  /** Moments of so many dense rows of weight 1. */
  public static ColumnStats stats(long rows, double[] means, double[] deviations) {
    double[] shares = new double[means.length];
    Arrays.fill(shares, 1.0);
    return new ColumnStats(
        rows,
        0L,
        rows,
        means,
        deviations,
        shares,
        new ColumnStats.LabelStats(0.0, 1.0, 0.5, 0.5, new double[0]),
        rows * means.length,
        0L);
  }

  /** The rows in the layout that packing chooses; labels count from 0, weights are 1. */
  public static Block packed(int features, double[] values, Storage storage) {
    int count = features == 0 ? 0 : values.length / features;
    RowBuffer rows = new RowBuffer(Packing.of(features, 1L, storage));
    ExampleReader reader = new ExampleReader();
    for (int i = 0; i < count; i++) {
      double[] row = Arrays.copyOfRange(values, i * features, (i + 1) * features);
      reader.read(new Example(i, 1.0, Vectors.dense(row), false));
      String defect = rows.add(reader, features);
      if (defect != null) {
        throw new IllegalArgumentException("row " + i + ": " + defect);
      }
    }
    rows.arrange(null);
    return new BlockBuilder(storage, null).block(rows, 0, count, features);
  }
}
