package ravine.rows;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of one partition once, validates them, and packs them into blocks.
 *
 * <p>Rows are shuffled inside a window of about {@value #WINDOW_BYTES} bytes before they are cut
 * into blocks, so memory stays bounded however large the partition; the groups of all blocks are
 * permuted anew for every pass ({@link PackedPartition#order}), so that even sorted input gives
 * mixed batches.
 */
final class Packer {
  /** About one half of a core's second-level cache. */
  static final int BLOCK_BYTES = 512 * 1024;

  /**
   * Several blocks, so that each mixes rows from all of it, but not so many that they leave the
   * processor's caches between being copied in and being copied out: a window of 32 MB takes half
   * as long again for a row. Mixing rows from far apart is the business of the pass's permutation.
   */
  static final int WINDOW_BYTES = 4 * 1024 * 1024;

  private static final int GROUP_BYTES = 24 * 1024;

  /** Stands for a number of features that the first row tells. */
  static final int UNKNOWN = -1;

  private final int partition;
  private final SplittableRandom random;
  private final List<Block> blocks = new ArrayList<>();
  private final List<Block> validation = new ArrayList<>();
  private final BlockBuilder builder;
  private final RowBuffer validationWindow;
  private RowBuffer window;

  /** Takes the rest of a window, to be the next one. */
  private RowBuffer spare;

  private int features;
  private @Nullable BlockMoments moments;
  private @Nullable PackReport report;
  private long read;
  private int blockRows;
  private @Nullable String defect;

  private Packer(int partition, int features, long seed, Storage storage) {
    this.partition = partition;
    this.features = features;
    this.random = PackedPartition.random(seed, -1, partition);
    this.builder = new BlockBuilder(storage);
    this.window = new RowBuffer(storage);
    this.spare = new RowBuffer(storage);
    this.validationWindow = new RowBuffer(storage);
  }

  /**
   * Packs the rows of a partition.
   *
   * @param partitions that share in the sample, where one is wanted
   */
  static <T> PackedPartition pack(
      int partition, Iterator<T> rows, RowReader<T> reader, Packing packing, int partitions) {
    Packer packer = new Packer(partition, packing.features, packing.seed, packing.storage);
    while (packer.defect == null && rows.hasNext()) {
      reader.read(rows.next());
      packer.add(reader);
    }
    PackedPartition packed = packer.finish();
    PackReport report = packer.report;
    if (report != null) {
      double share = packing.sampled ? SampleDraw.share(packed.features, partitions) : 0.0;
      if (share > 0.0) {
        report.draw(packed, share, packing.seed);
      }
      report.keepFor(packed);
    }
    return packed;
  }

  private void add(RowReader<?> row) {
    read++;
    if (features == UNKNOWN) {
      features = row.size;
      defect = BlockMoments.tooWide(features, Runtime.getRuntime().maxMemory());
      if (defect != null) {
        features = UNKNOWN; // so that nothing of that length is made for the report either
        return;
      }
    }
    String wrong = (row.validation ? validationWindow : window).add(row, features);
    if (wrong != null) {
      defect = wrong + " in row " + read + " of partition " + partition;
    } else if (row.weight == 0.0) {
      return; // or a window that was full once would be cut again
    } else if (row.validation) {
      if (validationWindow.packedBytes() >= BLOCK_BYTES) {
        flushValidation();
      }
    } else if (window.packedBytes() >= WINDOW_BYTES && isWholeBlocks()) {
      flush(false);
    }
  }

  /** So that no rest is left, which would have to be copied aside; unknown before the first. */
  private boolean isWholeBlocks() {
    return blockRows == 0 || window.rows() % blockRows == 0;
  }

  /** Cuts the window into blocks; a rest shorter than a block waits for the next window. */
  private void flush(boolean last) {
    int rows = window.rows();
    if (blockRows == 0) {
      long rowBytes = Math.max(8, window.packedBytes() / Math.max(1, rows));
      int fit = (int) Math.max(1, BLOCK_BYTES / rowBytes);
      blockRows = Math.max(Block.GROUP_ROWS, fit / Block.GROUP_ROWS * Block.GROUP_ROWS);
    }
    window.arrange(random);
    int from = 0;
    while (rows - from >= blockRows || (last && from < rows)) {
      int to = Math.min(rows, from + blockRows);
      add(builder.block(window, from, to, features));
      from = to;
    }
    if (from < rows) {
      spare.addFrom(window, from);
      RowBuffer cut = window;
      window = spare;
      spare = cut;
      spare.clear();
    } else {
      window.clear();
    }
  }

  /** Takes the moments of a block while it is in the cache. */
  private void add(Block block) {
    blocks.add(block);
    if (moments == null) {
      moments = new BlockMoments(features);
    }
    moments.add(block);
  }

  private void flushValidation() {
    int rows = validationWindow.rows();
    if (rows > 0) {
      validationWindow.arrange(null);
      validation.add(builder.block(validationWindow, 0, rows, features));
      validationWindow.clear();
    }
  }

  private PackedPartition finish() {
    flush(true);
    flushValidation();
    long rows = 0;
    long bytes = 0;
    for (Block block : blocks) {
      rows += block.rows;
      bytes += block.plainBytes();
    }
    PackedPartition packed =
        new PackedPartition(
            partition,
            features,
            blocks.toArray(Block[]::new),
            validation.toArray(Block[]::new),
            blockRows,
            groupRows(rows, bytes),
            defect);
    report = moments == null ? null : new PackReport(packed, moments);
    return packed;
  }

  /**
   * A power of two that divides {@code blockRows}: as many rows as fit {@value #GROUP_BYTES} bytes,
   * but not so many that the partition has fewer than 256 groups to permute.
   */
  private static int groupRows(long rows, long bytes) {
    long fit = Math.min(Block.GROUP_ROWS, Math.max(4, GROUP_BYTES * rows / Math.max(1, bytes)));
    long most = Math.max(1, Math.min(fit, rows / 256));
    return (int) Long.highestOneBit(most);
  }
}
