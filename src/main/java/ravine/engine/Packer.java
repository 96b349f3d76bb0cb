package ravine.engine;

import java.util.ArrayList;
import java.util.Arrays;
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
  private final SplittableRandom random;
  private final List<Block> blocks = new ArrayList<>();
  private final List<Block> validation = new ArrayList<>();
  private final List<Example> window = new ArrayList<>();
  private final List<Example> validationWindow = new ArrayList<>();
  private long windowBytes;
  private long read;
  private int blockRows;
  private @Nullable String defect;

  private Packer(int partition, int features, long seed) {
    this.partition = partition;
    this.features = features;
    this.random = PackedPartition.random(seed, -1, partition);
  }

  static PackedPartition pack(int partition, Iterator<Example> rows, int features, long seed) {
    Packer packer = new Packer(partition, features, seed);
    while (rows.hasNext() && packer.defect == null) {
      packer.add(rows.next());
    }
    return packer.finish();
  }

  private void add(Example row) {
    defect = defect(row);
    read++;
    if (defect != null || row.weight == 0.0) {
      return;
    }
    if (row.validation) {
      validationWindow.add(row);
      if (validationWindow.size() >= 4096) {
        flushValidation();
      }
      return;
    }
    window.add(row);
    windowBytes += 64 + rowBytes(row.features);
    if (windowBytes >= WINDOW_BYTES) {
      flush(false);
    }
  }

  private @Nullable String defect(Example row) {
    String where = " in row " + (read + 1) + " of partition " + partition;
    if (row.features.size() != features) {
      return row.features.size() + " features" + where + ", where other rows have " + features;
    }
    if (!Double.isFinite(row.label)) {
      return "the label is " + row.label + where;
    }
    if (!(row.weight >= 0.0 && row.weight < Double.POSITIVE_INFINITY)) {
      return "the weight is " + row.weight + where + ", but must be finite and at least 0";
    }
    double[] values = stored(row.features);
    double sum = 0.0;
    for (double value : values) {
      sum += value * 0.0;
    }
    if (sum == 0.0) {
      return null;
    }
    int at = 0;
    while (Double.isFinite(values[at])) {
      at++;
    }
    int feature = row.features instanceof SparseVector sparse ? sparse.indices()[at] : at;
    return "feature " + feature + " is " + values[at] + where;
  }

  private static double[] stored(Vector features) {
    return features instanceof SparseVector sparse
        ? sparse.values()
        : ((DenseVector) features).values();
  }

  private static long rowBytes(Vector features) {
    return features instanceof SparseVector sparse
        ? 12L * sparse.values().length
        : 8L * features.size();
  }

  /** Cuts the window into blocks; a rest shorter than a block waits for the next window. */
  private void flush(boolean last) {
    if (blockRows == 0) {
      long rowBytes = Math.max(8, windowBytes / Math.max(1, window.size()) - 64);
      int fit = (int) Math.max(1, BLOCK_BYTES / rowBytes);
      blockRows = Math.max(GROUP_ROWS, fit / GROUP_ROWS * GROUP_ROWS);
    }
    for (int i = window.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      Example swapped = window.get(i);
      window.set(i, window.get(other));
      window.set(other, swapped);
    }
    int from = 0;
    while (window.size() - from >= blockRows || (last && from < window.size())) {
      int to = Math.min(window.size(), from + blockRows);
      blocks.add(block(window.subList(from, to)));
      from = to;
    }
    window.subList(0, from).clear();
    windowBytes = 0;
    for (Example rest : window) {
      windowBytes += 64 + rowBytes(rest.features);
    }
  }

  private void flushValidation() {
    if (!validationWindow.isEmpty()) {
      validation.add(block(validationWindow));
      validationWindow.clear();
    }
  }

  private PackedPartition finish() {
    flush(true);
    flushValidation();
    long rows = 0;
    for (Block block : blocks) {
      rows += block.rows;
    }
    long bytes = blocks.stream().mapToLong(Block::bytes).sum();
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

  private Block block(List<Example> rows) {
    int count = rows.size();
    double[] labels = new double[count];
    double[] weights = new double[count];
    boolean weighted = false;
    long nonZeros = 0;
    for (int i = 0; i < count; i++) {
      Example row = rows.get(i);
      labels[i] = row.label;
      weights[i] = row.weight;
      weighted |= row.weight != 1.0;
      nonZeros += row.features.numNonzeros();
    }
    double @Nullable [] rowWeights = weighted ? weights : null;
    boolean sparse = 12L * nonZeros + 4L * count < 4L * count * features;
    if (sparse && nonZeros <= Integer.MAX_VALUE - 8) {
      return sparse(rows, (int) nonZeros, labels, rowWeights);
    }
    double[] values = new double[Math.multiplyExact(count, features)];
    for (int i = 0; i < count; i++) {
      copyDense(rows.get(i).features, values, i * features);
    }
    return new DenseBlock(features, values, labels, rowWeights);
  }

  private static void copyDense(Vector from, double[] to, int at) {
    if (from instanceof SparseVector sparse) {
      int[] indices = sparse.indices();
      double[] values = sparse.values();
      for (int s = 0; s < values.length; s++) {
        to[at + indices[s]] = values[s];
      }
    } else {
      double[] values = ((DenseVector) from).values();
      System.arraycopy(values, 0, to, at, values.length);
    }
  }

  private Block sparse(
      List<Example> rows, int nonZeros, double[] labels, double @Nullable [] weights) {
    int[] starts = new int[rows.size() + 1];
    int[] indices = new int[nonZeros];
    double[] values = new double[nonZeros];
    int at = 0;
    for (int i = 0; i < rows.size(); i++) {
      Vector row = rows.get(i).features;
      double[] stored = stored(row);
      int @Nullable [] columns = row instanceof SparseVector sparse ? sparse.indices() : null;
      for (int s = 0; s < stored.length; s++) {
        if (stored[s] != 0.0) {
          indices[at] = columns == null ? s : columns[s];
          values[at++] = stored[s];
        }
      }
      starts[i + 1] = at;
    }
    return new SparseBlock(features, starts, Arrays.copyOf(indices, at), values, labels, weights);
  }
}
