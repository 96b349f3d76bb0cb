package ravine.rows;

import java.util.Iterator;
import java.util.SplittableRandom;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
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

  /** No window is larger than so many and a row, whatever the rows. */
  private static final int MOST_WINDOWS = 4;

  /** Rows of a short group, which blocks of long rows have a multiple of. */
  private static final int SHORT_GROUP = 4;

  /** Stands for a number of features that the first row tells. */
  static final int UNKNOWN = -1;

  private final int partition;
  private final SplittableRandom random;
  private final BlockList.Builder blocks;
  private final BlockList.Builder validation;
  private final Packing packing;
  private final int partitions;
  private final BlockBuilder validationBuilder;
  private final RowBuffer validationWindow;
  private RowBuffer window;

  /** Takes the rest of a window, to be the next one. */
  private RowBuffer spare;

  private int features;
  private @Nullable BlockBuilder builder;
  private BlockBuilder.@Nullable Rounding rounding;
  private @Nullable BlockMoments moments;
  private @Nullable PackReport report;
  private @Nullable CoMomentSums products;

  /** Rows of the window whose products are in the sums. */
  private int summed;

  private long read;
  private long rows;
  private long plainBytes;
  private int blockRows;
  private @Nullable String defect;

  private Packer(
      int partition,
      Packing packing,
      int partitions,
      BlockList.Builder blocks,
      BlockList.Builder validation) {
    this.partition = partition;
    this.blocks = blocks;
    this.validation = validation;
    this.packing = packing;
    this.partitions = partitions;
    this.features = packing.features;
    this.random = PackedPartition.random(packing.seed, -1, partition);
    this.validationBuilder = new BlockBuilder(packing.storage, null);
    this.window = new RowBuffer(packing);
    int room = packing.alone ? 1 : 256; // thousands of segments seldom need these
    this.spare = new RowBuffer(packing, room);
    this.validationWindow = new RowBuffer(packing, room);
  }

  /**
   * Packs the rows of a partition, whose blocks stay in memory.
   *
   * @param partitions that share in the sample, where one is wanted, and in mini-batches
   */
  static <T> PackedPartition pack(
      int partition, Iterator<T> rows, RowReader<T> reader, Packing packing, int partitions) {
    BlockList.Builder training = new BlockList.Builder(0, null);
    BlockList.Builder validation = new BlockList.Builder(0, null);
    return pack(rows, reader, new Packer(partition, packing, partitions, training, validation));
  }

  /** The same in a task, whose blocks go to Spark's storage as they are made. */
  static <T> PackedPartition pack(
      int partition,
      Iterator<T> rows,
      RowReader<T> reader,
      Packing packing,
      int partitions,
      StripeStore.Home home) {
    long owner = TaskContext.get().taskAttemptId();
    StripeStore training = new StripeStore(home, partition, owner);
    StripeStore validation = new StripeStore(home, partition, owner);
    boolean done = false;
    try {
      Packer packer =
          new Packer(
              partition,
              packing,
              partitions,
              new BlockList.Builder(owner, training),
              new BlockList.Builder(owner, validation));
      PackedPartition packed = pack(rows, reader, packer);
      done = true;
      return packed;
    } finally {
      if (!done) {
        training.clear();
        validation.clear();
      }
    }
  }

  private static <T> PackedPartition pack(Iterator<T> rows, RowReader<T> reader, Packer packer) {
    while (packer.defect == null && rows.hasNext()) {
      reader.read(rows.next());
      packer.add(reader);
    }
    PackedPartition packed = packer.finish();
    Packing packing = packer.packing;
    PackReport report = packer.report;
    CoMomentSums products = packer.products;
    if (report != null) {
      double share = packing.shareOfSample(packed.features, packer.partitions);
      report.products = products == null ? null : products.report();
      if (products == null && share > 0.0) {
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
      defect =
          features > packing.mostFeatures
              ? features + " features are more than there is memory for"
              : BlockMoments.tooWide(features, tasksAtOnce(), Runtime.getRuntime().maxMemory());
      if (defect != null) {
        features = UNKNOWN; // so that nothing of that length is made for the report either
        return;
      }
    }
    if (defect != null) {
      return;
    }
    String wrong = (row.validation ? validationWindow : window).add(row, features);
    if (wrong != null) {
      defect = wrong + where(row);
    } else if (row.weight == 0.0) {
      return; // or a window that was full once would be cut again
    } else if (row.validation) {
      if (validationWindow.packedBytes() >= BLOCK_BYTES) {
        flushValidation();
      }
    } else {
      if (window.rows() - summed == CoMomentSums.CHUNK) {
        sum();
      }
      if (isFull(window.packedBytes())) {
        flush(false);
      }
    }
  }

  /** Adds the rows taken in since the last time, while they are in the cache. */
  private void sum() {
    if (CoMomentSums.wanted(packing, features, partitions)) {
      products = CoMomentSums.add(products, window, summed, features);
    }
    summed = window.rows();
  }

  /** Where the row stood in the source, or, if the reader does not know, here. */
  private String where(RowReader<?> row) {
    if (packing.alone) {
      return "";
    }
    return row.place < 0
        ? " in row " + read + " of partition " + partition
        : " in row "
            + (Dealer.rowOf(row.place) + 1)
            + " of partition "
            + Dealer.partitionOf(row.place);
  }

  /** Tasks that share this process's memory. */
  private int tasksAtOnce() {
    SparkEnv environment = SparkEnv.get();
    if (environment == null) {
      return 1;
    }
    boolean isLocal = environment.executorId().equals("driver");
    int cores = environment.conf().getInt("spark.executor.cores", 1);
    return isLocal ? partitions : Math.min(partitions, cores);
  }

  /**
   * Where rows are about as long as those of the first window, the window is cut when it holds
   * whole blocks, so that no rest is left, which would have to be copied aside; where they are much
   * longer, when it holds so many bytes.
   */
  private boolean isFull(long bytes) {
    if (bytes < WINDOW_BYTES) {
      return false;
    }
    int held = window.rows();
    boolean whole = blockRows == 0 || held % blockRows == 0;
    return whole
        || (bytes >= 2 * WINDOW_BYTES && held >= Block.GROUP_ROWS)
        || bytes >= MOST_WINDOWS * WINDOW_BYTES;
  }

  /** Cuts the window into blocks; a rest shorter than a block waits for the next window. */
  private void flush(boolean last) {
    sum();
    int rows = window.rows();
    if (blockRows == 0) {
      long rowBytes = Math.max(8, window.packedBytes() / Math.max(1, rows));
      int fit = (int) Math.max(1, BLOCK_BYTES / rowBytes);
      blockRows = Math.max(Block.GROUP_ROWS, fit / Block.GROUP_ROWS * Block.GROUP_ROWS);
    }
    window.arrange(random);
    int from = 0;
    for (int to = end(from); to > from && (last || to < rows || to - from == blockRows); ) {
      add(trainingBuilder().block(window, from, to, features));
      from = to;
      to = end(from);
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
    summed = window.rows();
  }

  /**
   * Where a block that begins at a place of the order ends: after {@code blockRows} rows, or
   * earlier where rows are so much longer than those of the first window, or so long that 32 of
   * them are too many: with a whole group, a short one, or after any row, the longer the block is.
   */
  private int end(int from) {
    int most = Math.min(window.rows(), from + blockRows);
    long bytes = 0;
    for (int i = from; i < most; i++) {
      int count = i - from;
      if ((bytes >= 2 * BLOCK_BYTES && count % Block.GROUP_ROWS == 0)
          || (bytes >= 8 * BLOCK_BYTES && count % SHORT_GROUP == 0)
          || bytes >= 32 * BLOCK_BYTES) {
        return i;
      }
      bytes += window.packedBytes(window.at(i));
    }
    return most;
  }

  private BlockBuilder trainingBuilder() {
    if (builder == null) {
      rounding = packing.storage == Storage.FLOAT ? new BlockBuilder.Rounding(features) : null;
      builder = new BlockBuilder(packing.storage, rounding);
    }
    return builder;
  }

  /** Takes the moments of a block while it is in the cache. */
  private void add(Block block) {
    blocks.add(block);
    rows += block.rows;
    plainBytes += block.plainBytes();
    if (moments == null) {
      moments = new BlockMoments(features);
    }
    moments.add(block);
  }

  private void flushValidation() {
    int rows = validationWindow.rows();
    if (rows > 0) {
      validationWindow.arrange(null);
      validation.add(validationBuilder.block(validationWindow, 0, rows, features));
      validationWindow.clear();
    }
  }

  private PackedPartition finish() {
    flush(true);
    flushValidation();
    PackedPartition packed =
        new PackedPartition(
            partition,
            partitions,
            features,
            blocks.finish(),
            validation.finish(),
            groupRows(),
            rounding == null ? new double[0] : rounding.finish(rows),
            defect);
    report = moments == null ? null : new PackReport(packed, moments);
    return packed;
  }

  /**
   * A power of two: as many rows as fit {@value #GROUP_BYTES} bytes, but not so many that the
   * partition has fewer than 256 groups to permute, nor that the mini-batches told have fewer than
   * four groups from all partitions together.
   */
  private int groupRows() {
    long fit =
        Math.min(Block.GROUP_ROWS, Math.max(4, GROUP_BYTES * rows / Math.max(1, plainBytes)));
    double batch =
        Math.min(packing.batchRows, packing.batchShare * (double) rows * (double) partitions);
    long most = Math.max(1, Math.min(rows / 256, (long) (batch / 4.0)));
    if (packing.whole) {
      most = fit;
    }
    return (int) Long.highestOneBit(Math.min(fit, most));
  }
}
