package ravine.rows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.Collections;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import ravine.cluster.Jobs;

/**
 * Rows for the driver to begin on: those that were drawn while the data was packed, or a job's,
 * where none were or they do not fit.
 */
public final class Sampler {
  /** Of what is wanted from a partition, what was drawn while packing must be so much. */
  private static final double ENOUGH = 0.6;

  /** And all of it no more than so much of what is wanted, or the Hessian takes too long. */
  private static final double TOO_MUCH = 1.6;

  private final PackedRows data;
  private final RowView view;
  private final double[] inverse;
  private final double[] centre;

  /**
   * Samples of these rows.
   *
   * @param view which of them count
   * @param centre of each feature in the coordinates of the sample
   * @param inverse one over the scale of each feature, 0 for a constant one
   */
  public Sampler(PackedRows data, RowView view, double[] centre, double[] inverse) {
    this.data = data;
    this.view = view;
    this.centre = centre;
    this.inverse = inverse;
  }

  /**
   * The sample in standardised coordinates, as one dense block of about {@code target} rows whose
   * weights sum to about the weight of all rows; fewer where the data has fewer. Of a fold it is
   * what the sample of all rows has of those that train.
   */
  public PackedPartition draw(long target, long seed) {
    return drawn(target, seed).pack();
  }

  /** The same, to be packed when it is needed: of many models not many samples need be there. */
  public Drawn drawn(long target, long seed) {
    List<byte[]> drawn = data.sample();
    return new Drawn(fits(drawn, target) ? drawn : byJob(target, seed));
  }

  /** Rows that were drawn, as the partitions gave them. */
  public final class Drawn {
    private final List<byte[]> parts;
    private final int rows;

    private Drawn(List<byte[]> parts) {
      this.parts = parts;
      this.rows = count(parts);
    }

    /** How many of them train. */
    public int rows() {
      return rows;
    }

    /** In standardised coordinates; makes them anew each time. */
    public PackedPartition pack() {
      return Sampler.this.pack(parts, rows);
    }
  }

  private int count(List<byte[]> parts) {
    double[] beside = new double[data.columns()];
    int rows = 0;
    for (int p = 0; p < parts.size(); p++) {
      RowView.Walk walk = view.new Walk(p);
      DoubleBuffer numbers =
          ByteBuffer.wrap(parts.get(p)).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
      while (numbers.hasRemaining()) {
        numbers.position(numbers.position() + 2);
        long place = (long) numbers.get();
        numbers.get(beside);
        numbers.position(numbers.position() + data.features());
        rows += walk.trains(place / SampleDraw.BLOCK, place % SampleDraw.BLOCK, beside) ? 1 : 0;
      }
    }
    return rows;
  }

  /** Whether each partition has given its part of the target, and all together not much more. */
  private boolean fits(List<byte[]> drawn, long target) {
    long rows = data.stats().rows();
    double rowBytes = (double) Double.BYTES * (data.features() + SampleDraw.HEAD + data.columns());
    double all = 0.0;
    for (int p = 0; p < drawn.size(); p++) {
      double given = drawn.get(p).length / rowBytes;
      double has = data.rowsOf(p);
      if (given < Math.min(has, ENOUGH * (double) target * has / (double) rows)) {
        return false;
      }
      all += given;
    }
    return !drawn.isEmpty() && all <= TOO_MUCH * (double) target;
  }

  private List<byte[]> byJob(long target, long seed) {
    double quota = target >= data.stats().rows() ? Double.POSITIVE_INFINITY : target;
    double rows = data.stats().rows();
    double[] scales = data.stats().deviations();
    for (int j = 0; j < scales.length; j++) {
      scales[j] = scales[j] > 0.0 ? 1.0 / scales[j] : 0.0;
    }
    double[][] numbers = {scales, data.stats().means()};
    Broadcast<double[][]> shape = data.context().broadcast(numbers);
    try {
      return Jobs.collect(
          data.packed()
              .mapPartitions(
                  partitions -> {
                    PackedPartition partition = partitions.next().open();
                    double[][] arrays = shape.value();
                    double share = quota * ((double) partition.rows / rows);
                    byte[] drawn = SampleDraw.from(partition, arrays[0], arrays[1], share, seed);
                    return Collections.singletonList(drawn).iterator();
                  },
                  true));
    } finally {
      shape.destroy();
    }
  }

  private PackedPartition pack(List<byte[]> parts, int rows) {
    int features = data.features();
    double[] beside = new double[data.columns()];
    double[] labels = new double[rows];
    double[] weights = new double[rows];
    double[] values = new double[Math.multiplyExact(rows, features)];
    int row = 0;
    for (int p = 0; p < parts.size(); p++) {
      RowView.Walk walk = view.new Walk(p);
      DoubleBuffer numbers =
          ByteBuffer.wrap(parts.get(p)).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
      while (numbers.hasRemaining()) {
        double label = numbers.get();
        double weight = numbers.get();
        long place = (long) numbers.get();
        numbers.get(beside);
        if (!walk.trains(place / SampleDraw.BLOCK, place % SampleDraw.BLOCK, beside)) {
          numbers.position(numbers.position() + features);
          continue;
        }
        int at = row * features;
        numbers.get(values, at, features);
        for (int j = 0; j < features; j++) {
          values[at + j] = (values[at + j] - centre[j]) * inverse[j];
        }
        labels[row] = view.labels().of(label, beside);
        weights[row] = view.labels().weight(labels[row], weight);
        row++;
      }
    }
    Block block = new DenseBlock(features, values, labels, weights);
    return new PackedPartition(
        0, 1, features, BlockList.of(block), BlockList.of(), Block.GROUP_ROWS, new double[0], null);
  }
}
