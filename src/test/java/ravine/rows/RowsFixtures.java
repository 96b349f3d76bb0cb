package ravine.rows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.jspecify.annotations.Nullable;

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
        0, 1, features, BlockList.of(block), BlockList.of(), Block.GROUP_ROWS, new double[0], null);
  }

  /**
   * Sums of products of dense rows.
   *
   * @param values row by row
   */
  public static @Nullable CoMoments coMoments(
      int features, double[] values, double[] labels, double[] weights) {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      double[] row = Arrays.copyOfRange(values, i * features, (i + 1) * features);
      rows.add(new Example(labels[i], weights[i], Vectors.dense(row), false));
    }
    Packing packing = Packing.of(features, 1L, Storage.DOUBLE);
    CoMomentSums.Report report = CoMomentSums.sum(rows.iterator(), new ExampleReader(), packing, 1);
    CoMoments.Found found = report == null ? null : CoMoments.fold(List.of(report));
    return found == null ? null : found.coMoments();
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

  /** Moments of the rows of one partition, as the driver gets them. */
  public static ColumnStats stats(PackedPartition partition) {
    return ReportFold.stats(List.of(PackReport.takeFor(partition)), partition.features);
  }

  /**
   * The sample that the driver would begin on, drawn from the rows of one partition.
   *
   * @param target rows wanted; all of them where there are no more
   * @param centre of each feature in the coordinates of the sample
   * @param inverse one over the scale of each feature
   */
  public static PackedPartition sample(
      PackedPartition partition,
      ColumnStats stats,
      long target,
      double[] centre,
      double[] inverse,
      long seed) {
    double[] scales = stats.deviations();
    for (int j = 0; j < scales.length; j++) {
      scales[j] = scales[j] > 0.0 ? 1.0 / scales[j] : 0.0;
    }
    double quota = target >= stats.rows() ? Double.POSITIVE_INFINITY : target;
    byte[] drawn = SampleDraw.from(partition, scales, stats.means(), quota, seed);
    DoubleBuffer numbers = ByteBuffer.wrap(drawn).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
    int features = partition.features;
    int count = numbers.remaining() / (features + SampleDraw.HEAD);
    double[] labels = new double[count];
    double[] weights = new double[count];
    double[] values = new double[count * features];
    for (int i = 0; i < count; i++) {
      labels[i] = numbers.get();
      weights[i] = numbers.get();
      numbers.get(); // where it stood
      for (int j = 0; j < features; j++) {
        values[i * features + j] = (numbers.get() - centre[j]) * inverse[j];
      }
    }
    return dense(features, values, labels, weights);
  }
}
