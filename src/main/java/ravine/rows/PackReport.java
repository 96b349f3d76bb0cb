package ravine.rows;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.RDDBlockId;
import org.jspecify.annotations.Nullable;

/**
 * What a partition tells the driver once it is packed: its defect, its number of groups and its
 * moments, so that one job does it all. The last entry of {@code means} and {@code squares} is the
 * label's.
 */
final class PackReport implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Those of partitions that nobody has asked yet; they vanish with them. */
  private static final Map<PackedPartition, PackReport> KEPT =
      Collections.synchronizedMap(new WeakHashMap<>());

  /** In one clause, or null. */
  final @Nullable String defect;

  /** Number of features of the first row; {@link Packer#UNKNOWN} where there is no row. */
  final int features;

  final int groups;
  final long rows;
  final long validationRows;
  final long stored;
  final long bytes;
  final double weights;
  final double weightSquares;
  final double labelMin;
  final double labelMax;

  /** Σ w by class; one NaN where the labels are not class indices. */
  final double[] classes;

  /** Σ w of the rows in which a feature is stored. */
  final double[] storedWeights;

  final double[] means;
  final double[] squares;

  /**
   * What {@link BlockBuilder.Rounding} says of each feature; empty where values are kept as they
   * came.
   */
  final double[] rounding;

  /** Rows for the driver to begin on, see {@link SampleDraw}; null where none were drawn. */
  byte @Nullable [] sample;

  /** What {@link CoMoments} are made of; null where they were not summed. */
  CoMomentSums.@Nullable Report products;

  PackReport(PackedPartition partition, BlockMoments moments) {
    this(
        partition,
        moments,
        Math.max(0, partition.features),
        partition.rows,
        rowsOf(partition.validation));
  }

  private PackReport(
      PackedPartition partition, BlockMoments moments, int width, long rows, long validationRows) {
    this.rows = rows;
    this.validationRows = validationRows;
    defect = partition.defect;
    rounding = partition.rounding;
    features = partition.features;
    groups = partition.groups;
    stored = moments.stored();
    bytes = moments.bytes();
    weights = moments.weights();
    weightSquares = moments.weightSquares();
    labelMin = moments.labelMin();
    labelMax = moments.labelMax();
    classes = moments.classes();
    storedWeights = moments.storedWeights();
    means = new double[width + 1];
    squares = new double[means.length];
    moments.finish(means, squares);
  }

  private static long rowsOf(BlockList blocks) {
    long rows = 0;
    for (int b = 0; b < blocks.size(); b++) {
      rows += blocks.rowsOf(b);
    }
    return rows;
  }

  /** What a partition tells of the rows that count for some models, in one read. */
  static List<PackReport> of(PackedPartition partition, List<RowView> views) {
    List<BlockMoments> moments = new ArrayList<>();
    for (RowView view : views) {
      moments.add(
          view.weighsAsPacked()
              ? BlockMoments.ofLabels()
              : new BlockMoments(Math.max(0, partition.features)));
    }
    int b = 0;
    for (Block block : partition.training) {
      for (int v = 0; v < views.size(); v++) {
        moments.get(v).add(block, views.get(v), partition, b);
      }
      b++;
    }
    List<PackReport> reports = new ArrayList<>();
    for (BlockMoments one : moments) {
      reports.add(new PackReport(partition, one, one.width(), one.counted(), 0));
    }
    return reports;
  }

  /** Draws about {@code share} of the rows, by the partition's own means and deviations. */
  void draw(PackedPartition partition, double share, long seed) {
    int d = partition.features;
    double[] inverse = new double[d];
    for (int j = 0; j < d; j++) {
      inverse[j] = squares[j] > 0.0 ? Math.sqrt(weights / squares[j]) : 0.0;
    }
    sample = SampleDraw.from(partition, inverse, means, share, seed);
  }

  /**
   * Keeps what was found out while packing until it is asked for; not as a field of the partition,
   * because Spark would count it as storage memory for as long as the rows are cached.
   */
  void keepFor(PackedPartition partition) {
    KEPT.put(partition, this);
  }

  /** The report made while packing; anew if it is gone, as of a copy read back from disk. */
  static PackReport takeFor(PackedPartition partition) {
    PackReport made = KEPT.remove(partition);
    return made != null ? made : of(partition.open());
  }

  /**
   * The report made while packing. It is gone where the task that had taken it failed and its
   * partition stayed cached; then it is made anew, to the same bits. Sums of products are of the
   * rows as they came, for which the partition has to be packed again.
   *
   * @param partitions of all rows
   * @param cached id of the RDD of the partitions
   * @throws IllegalStateException if the next attempt is to pack the partition again
   */
  static PackReport takeFor(
      PackedPartition partition, Packing packing, int partitions, int cached) {
    PackReport made = KEPT.remove(partition);
    if (made != null) {
      return made;
    }
    boolean isWhole = partition.rows > 0 && partition.defect == null;
    if (isWhole && CoMomentSums.wanted(packing, partition.features, partitions)) {
      SparkEnv.get().blockManager().master().removeBlock(new RDDBlockId(cached, partition.index));
      throw new IllegalStateException(
          "What was summed of partition "
              + partition.index
              + " is gone with the task that packed it; the next attempt packs it again.");
    }
    PackedPartition opened = partition.open();
    PackReport anew = of(opened);
    double share = packing.shareOfSample(partition.features, partitions);
    if (isWhole && share > 0.0) {
      anew.draw(opened, share, packing.seed);
    }
    return anew;
  }

  /** Reads the packed rows once more. */
  private static PackReport of(PackedPartition partition) {
    BlockMoments moments = new BlockMoments(Math.max(0, partition.features));
    for (Block block : partition.training) {
      moments.add(block);
    }
    return new PackReport(partition, moments);
  }
}
