package ravine.rows;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.cluster.Hosts;
import ravine.cluster.Parcel;
import ravine.cluster.Slots;
import ravine.kernel.Kernels;

/**
 * The packed rows as Spark holds them: one {@link PackedPartition} a partition, cached in the
 * executors with the blocks that it tells of, and what was found out about them while they were
 * packed.
 */
public final class PackedRows implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PackedRows.class);

  private final JavaSparkContext context;
  private final JavaRDD<PackedPartition> packed;
  private final JavaRDD<Object> blocks;
  private final int features;
  private final ColumnStats stats;
  private final long[] partitionRows;
  private final List<byte[]> sample;
  private final int columns;
  private final @Nullable CoMoments coMoments;
  private final double packSeconds;
  private final Determinism determinism;

  /** What {@link #pack} throws where there is no training row of positive weight. */
  public static final class NoRows extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    NoRows() {
      super("There is no training row: the data is empty or every weight is 0.");
    }
  }

  private PackedRows(
      JavaSparkContext context,
      JavaRDD<PackedPartition> packed,
      JavaRDD<Object> blocks,
      int features,
      ColumnStats stats,
      long[] partitionRows,
      List<byte[]> sample,
      int columns,
      @Nullable CoMoments coMoments,
      double packSeconds,
      Determinism determinism) {
    this.context = context;
    this.packed = packed;
    this.blocks = blocks;
    this.features = features;
    this.stats = stats;
    this.partitionRows = partitionRows;
    this.sample = sample;
    this.columns = columns;
    this.coMoments = coMoments;
    this.packSeconds = packSeconds;
    this.determinism = determinism;
  }

  /**
   * Packs and caches, in one job and one pass over the rows.
   *
   * @param source the rows; partitions beyond the number of tasks that can run at once ({@link
   *     Slots}) are joined without a shuffle, and fewer than that are split by one; where bits must
   *     not depend on partitions they are dealt into {@link Shards}
   * @param readers how to read them
   * @param packing number of features, seed and storage
   * @throws IllegalArgumentException if a label, weight or feature is not finite, a weight is
   *     negative, a row has another number of features, or there is no training row of positive
   *     weight
   */
  public static <T> PackedRows pack(
      JavaRDD<T> source, RowReader.Factory<T> readers, Packing packing) {
    long start = System.nanoTime();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(source.context());
    // Nothing but an id under which blocks are stored and released, and a name for it.
    JavaRDD<Object> blocks =
        context.emptyRDD().setName("ravine blocks of packed rows").persist(packing.level);
    StripeStore.Home home = new StripeStore.Home(blocks.id(), packing.level);
    int slots = Slots.partitions(context.sc(), source.getNumPartitions());
    JavaRDD<PackedPartition> packed =
        packed(source, readers, packing, slots, home).setName("ravine packed rows");
    home.index = packed.id();
    packed.persist(StorageLevel.MEMORY_AND_DISK());
    boolean done = false;
    try {
      int partitions = packed.getNumPartitions();
      int cached = packed.id();
      List<PackReport> reports =
          Parcel.collect(
              packed.map(part -> PackReport.takeFor(part, packing, partitions, cached)),
              PackReport.class);
      int width = packing.features >= 0 ? packing.features : width(reports);
      refuseDefects(reports, packing, width);
      ColumnStats stats = ReportFold.stats(reports, width);
      if (stats.rows() == 0) {
        throw new NoRows();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      if (LOG.isInfoEnabled()) {
        LOG.info(
            String.format(
                Locale.ROOT,
                "Packed %d rows x %d features (%d stored numbers, %d bytes) into %d partitions in"
                    + " %.2f s; kernels: %s",
                stats.rows(),
                width,
                stats.stored(),
                stats.bytes(),
                reports.size(),
                seconds,
                Kernels.active()));
      }
      PackedRows rows =
          new PackedRows(
              context,
              packed,
              blocks,
              width,
              stats,
              reports.stream().mapToLong(report -> report.rows).toArray(),
              sample(reports),
              packing.beside().size(),
              coMoments(reports),
              seconds,
              packing.determinism());
      done = true;
      return rows;
    } finally {
      // Not a catch: a task's exceptions arrive checked, and collect does not declare them.
      if (!done) {
        release(packed);
        release(blocks);
      }
    }
  }

  /**
   * Rows that a thread holds by itself.
   *
   * @param partition the only one
   * @param stats moments of its features and labels
   */
  public record Here(PackedPartition partition, ColumnStats stats) {
    /** Number of features d. */
    public int features() {
      return partition.features;
    }
  }

  /**
   * Packs rows in this thread, which keeps them: no job, and nothing is cached.
   *
   * @param packing {@linkplain Packing#alone alone}
   * @throws IllegalArgumentException as {@link #pack}
   */
  public static <T> Here here(Iterator<T> rows, RowReader<T> reader, Packing packing) {
    PackedPartition packed = Packer.pack(0, rows, reader, packing, 1);
    PackReport report = PackReport.takeFor(packed);
    String defect = packed.features == 0 ? RowBuffer.NO_VECTOR : report.defect;
    if (defect != null) {
      throw new IllegalArgumentException("Bad row: " + defect + ".");
    }
    if (report.rows == 0) {
      throw new NoRows();
    }
    return new Here(packed, ReportFold.stats(List.of(report), packed.features));
  }

  private static <T> JavaRDD<PackedPartition> packed(
      JavaRDD<T> source,
      RowReader.Factory<T> readers,
      Packing packing,
      int cores,
      StripeStore.Home home) {
    int shards = packing.shards;
    if (shards > 0) {
      return Shards.deal(source, readers, shards)
          .mapPartitionsWithIndex(
              (index, chunks) ->
                  packOne(
                      index,
                      new Shards.Sorted(Shards.plainly(chunks)),
                      new RowChunk.Reader(),
                      packing,
                      shards,
                      home),
              true);
    }
    int partitions = source.getNumPartitions();
    if (partitions > 0 && partitions < cores) {
      return Dealer.deal(source, readers, cores)
          .mapPartitionsWithIndex(
              (index, chunks) ->
                  packOne(
                      index,
                      new RowChunk.Walk(chunks),
                      new RowChunk.Reader(),
                      packing,
                      cores,
                      home),
              true);
    }
    return Hosts.runs(partitions, Math.min(partitions, cores))
        .group(source)
        .mapPartitionsWithIndex(
            (index, rows) -> packOne(index, rows, readers.reader(), packing, cores, home), true);
  }

  private static <T> Iterator<PackedPartition> packOne(
      int index,
      Iterator<T> rows,
      RowReader<T> reader,
      Packing packing,
      int partitions,
      StripeStore.Home home) {
    return List.of(Packer.pack(index, rows, reader, packing, partitions, home)).iterator();
  }

  /** The number of features of the first row there is; 0 where there is none. */
  private static int width(List<PackReport> reports) {
    for (PackReport report : reports) {
      if (report.features != Packer.UNKNOWN) {
        return report.features;
      }
    }
    return 0;
  }

  private static List<byte[]> sample(List<PackReport> reports) {
    List<byte[]> parts = new ArrayList<>();
    for (PackReport report : reports) {
      byte[] part = report.sample;
      if (part == null && report.rows > 0) {
        return List.of();
      }
      parts.add(part == null ? new byte[0] : part);
    }
    return parts;
  }

  private static @Nullable CoMoments coMoments(List<PackReport> reports) {
    List<CoMomentSums.Report> parts = new ArrayList<>();
    for (PackReport report : reports) {
      CoMomentSums.Report part = report.products;
      if (part == null && report.rows > 0) {
        return null;
      }
      parts.add(part == null ? CoMomentSums.Report.EMPTY : part);
    }
    CoMoments.Found found = CoMoments.fold(parts);
    return found == null ? null : found.coMoments();
  }

  private static void refuseDefects(List<PackReport> reports, Packing packing, int width) {
    for (int partition = 0; partition < reports.size(); partition++) {
      PackReport report = reports.get(partition);
      String defect = report.defect;
      if (report.features != Packer.UNKNOWN && report.features != width) {
        defect =
            (report.features == 0
                    ? RowBuffer.NO_VECTOR
                    : packing.sizeDefect(report.features, width))
                + (packing.shards > 0 ? "" : " in row 1 of partition " + partition);
      }
      if (defect != null) {
        throw new IllegalArgumentException("Bad row: " + defect + ".");
      }
    }
  }

  public JavaSparkContext context() {
    return context;
  }

  /** What is cached, beneath {@link #packed}. */
  public JavaRDD<PackedPartition> cached() {
    return packed;
  }

  /** The RDD under whose id the blocks are stored. */
  JavaRDD<Object> blocks() {
    return blocks;
  }

  public JavaRDD<PackedPartition> packed() {
    return determinism.isStrict() ? packed.mapPartitions(Shards::plainly, true) : packed;
  }

  /** What the bits of a training on these rows may depend on. */
  public Determinism determinism() {
    return determinism;
  }

  /** Does in this thread what must have the same bits as that of the tasks. */
  public <T> T alike(Supplier<T> work) {
    return alike(determinism, work);
  }

  /** Does in this thread what must have the same bits everywhere, where that was asked for. */
  public static <T> T alike(Determinism determinism, Supplier<T> work) {
    if (!determinism.isStrict()) {
      return work.get();
    }
    Kernels.Plain plain = Kernels.plain();
    try {
      return work.get();
    } finally {
      plain.close();
    }
  }

  /** Training rows of a partition. */
  long rowsOf(int partition) {
    return partitionRows[partition];
  }

  /** What each partition gave for the driver to begin on; empty where it was not asked to. */
  List<byte[]> sample() {
    return sample;
  }

  /** Numbers of each row beside its label. */
  int columns() {
    return columns;
  }

  /** Whether rows for the driver to begin on came with the packing, so that none need be drawn. */
  public boolean hasSample() {
    return !sample.isEmpty();
  }

  /** Summed while they were packed; null where that was not asked for, or would lose digits. */
  public @Nullable CoMoments coMoments() {
    return coMoments;
  }

  /** Number of partitions P. */
  public int partitions() {
    return partitionRows.length;
  }

  /** Number of features d. */
  public int features() {
    return features;
  }

  /** Moments of the features and labels. */
  public ColumnStats stats() {
    return stats;
  }

  /**
   * Moments of the rows that count for some models; with rows held out there are none to validate.
   *
   * @throws IllegalArgumentException if no row counts for one of them, or no row is in its fold
   */
  public List<ColumnStats> stats(List<RowView> views) {
    return ReportFold.stats(packed(), views, stats);
  }

  /** Seconds from the first row read to the last moment computed. */
  public double packSeconds() {
    return packSeconds;
  }

  /** Releases the cached blocks. */
  @Override
  public void close() {
    release(packed);
    release(blocks);
  }

  /** Also on a thread that was interrupted, where Spark would give up asking its block managers. */
  private static void release(JavaRDD<?> rdd) {
    boolean interrupted = Thread.interrupted();
    try {
      rdd.unpersist(false);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
