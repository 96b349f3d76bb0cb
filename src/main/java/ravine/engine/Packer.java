package ravine.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of one partition once, validates them, and packs them into blocks.
 *
 * <p>Rows are shuffled inside a window of about {@value #WINDOW_BYTES} bytes before they are cut
 * into blocks, so memory stays bounded however large the partition; the groups of all blocks are
 * permuted anew for every epoch ({@link PackedPartition#order}), so that even sorted input gives
 * mixed batches.
 */
final class Packer {
  /** About one half of a core's second-level cache. */
  static final int BLOCK_BYTES = 512 * 1024;

  static final int WINDOW_BYTES = 32 * 1024 * 1024;

  /**
   * Most rows in a group: enough to fill four-row kernels, few enough to stay in the first-level
   * cache.
   */
  static final int GROUP_ROWS = 32;

  private static final int GROUP_BYTES = 24 * 1024;

  private final int partition;
  private final int features;
  private final Storage storage;
  private final SplittableRandom random;
  private final List<Block> blocks = new ArrayList<>();
  private final List<Block> validation = new ArrayList<>();
  private final Window window;
  private final Window validationWindow;
  private long read;
  private int blockRows;
  private @Nullable String defect;

  private Packer(int partition, int features, long seed, Storage storage) {
    this.partition = partition;
    this.features = features;
    this.storage = storage;
    this.random = PackedPartition.random(seed, -1, partition);
    this.window = new Window(features, storage);
    this.validationWindow = new Window(features, storage);
  }

  static PackedPartition pack(
      int partition, Iterator<Example> rows, int features, long seed, Storage storage) {
    Packer packer = new Packer(partition, features, seed, storage);
    while (rows.hasNext() && packer.defect == null) {
      packer.add(rows.next());
    }
    return packer.finish();
  }

  private void add(Example row) {
    read++;
    int nonZeros = countNonZeros(row);
    if (nonZeros < 0) {
      defect = defect(row) + " in row " + read + " of partition " + partition;
    } else if (row.weight == 0.0) {
      return;
    } else if (row.validation) {
      validationWindow.add(row, nonZeros);
      if (validationWindow.packedBytes() >= BLOCK_BYTES) {
        flushValidation();
      }
    } else {
      window.add(row, nonZeros);
      if (window.packedBytes() >= WINDOW_BYTES) {
        flush(false);
      }
    }
  }

  /** Numbers other than 0; −1 where anything is wrong with the row. Reads the values once. */
  private int countNonZeros(Example row) {
    if (row.features.size() != features
        || !Double.isFinite(row.label)
        || !(row.weight >= 0.0 && row.weight < Double.POSITIVE_INFINITY)) {
      return -1;
    }
    double[] values = stored(row.features);
    double limit = storage.largest;
    int nonZeros = 0;
    boolean fits = true;
    for (double value : values) {
      fits &= Math.abs(value) <= limit;
      nonZeros += value != 0.0 ? 1 : 0;
    }
    return fits ? nonZeros : -1;
  }

  private String defect(Example row) {
    if (row.features.size() != features) {
      if (row.features.size() == 0) {
        return "the vector of features is null or empty";
      }
      return row.features.size() + " features (other rows have " + features + ")";
    }
    if (!Double.isFinite(row.label)) {
      return "the label is " + (Double.isNaN(row.label) ? "NaN or null" : row.label);
    }
    if (!(row.weight >= 0.0 && row.weight < Double.POSITIVE_INFINITY)) {
      return "the weight is " + row.weight + " (it must be finite and at least 0)";
    }
    double[] values = stored(row.features);
    int at = 0;
    while (Math.abs(values[at]) <= storage.largest) {
      at++;
    }
    int feature = row.features instanceof SparseVector sparse ? sparse.indices()[at] : at;
    String limit = Double.isFinite(values[at]) ? " (beyond what storage=float holds)" : "";
    return "feature " + feature + " is " + values[at] + limit;
  }

  private static double[] stored(Vector features) {
    return features instanceof SparseVector sparse
        ? sparse.values()
        : ((DenseVector) features).values();
  }

  /** Cuts the window into blocks; a rest shorter than a block waits for the next window. */
  private void flush(boolean last) {
    int rows = window.rows();
    if (blockRows == 0) {
      long rowBytes = Math.max(8, window.packedBytes() / Math.max(1, rows));
      int fit = (int) Math.max(1, BLOCK_BYTES / rowBytes);
      blockRows = Math.max(GROUP_ROWS, fit / GROUP_ROWS * GROUP_ROWS);
    }
    window.arrange(random);
    int from = 0;
    while (rows - from >= blockRows || (last && from < rows)) {
      int to = Math.min(rows, from + blockRows);
      blocks.add(window.block(from, to));
      from = to;
    }
    window.keepFrom(from);
  }

  private void flushValidation() {
    int rows = validationWindow.rows();
    if (rows > 0) {
      validationWindow.arrange(null);
      validation.add(validationWindow.block(0, rows));
      validationWindow.keepFrom(rows);
    }
  }

  private PackedPartition finish() {
    flush(true);
    flushValidation();
    long rows = 0;
    long bytes = 0;
    for (Block block : blocks) {
      rows += block.rows;
      bytes += block.bytes();
    }
    return new PackedPartition(
        partition,
        blocks.toArray(Block[]::new),
        validation.toArray(Block[]::new),
        blockRows,
        groupRows(rows, bytes),
        defect);
  }

  /**
   * A power of two that divides {@code blockRows}: as many rows as fit {@value #GROUP_BYTES} bytes,
   * but not so many that the partition has fewer than 256 groups to permute.
   */
  private static int groupRows(long rows, long bytes) {
    long fit = Math.min(GROUP_ROWS, Math.max(4, GROUP_BYTES * rows / Math.max(1, bytes)));
    long most = Math.max(1, Math.min(fit, rows / 256));
    return (int) Long.highestOneBit(most);
  }
}
