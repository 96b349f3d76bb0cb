package ravine.engine;

import java.util.Objects;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.jspecify.annotations.Nullable;
import ravine.cluster.Requirements;
import ravine.cluster.Slots;
import ravine.cluster.Vigil;
import ravine.exchange.Engines;
import ravine.exchange.GradientEngine;
import ravine.exchange.Work;
import ravine.rows.Block;
import ravine.rows.CoMoments;
import ravine.rows.ColumnStats;
import ravine.rows.Determinism;
import ravine.rows.PackedRows;
import ravine.rows.Packing;
import ravine.rows.RowReader;
import ravine.rows.RowView;

/**
 * Rows made ready for thousands of steps: validated, shuffled once by seed, packed into {@link
 * Block}s and cached in the executors. A mini-batch is a slice of them, so a batch of 1 % costs 1 %
 * of a pass. Least squares may do with the {@link CoMoments} of the rows; then these are packed
 * when they are first asked for.
 *
 * <p>Close it when training is over: the cached blocks are released then, whatever happened.
 */
public final class TrainingData implements AutoCloseable {
  private final @Nullable SparkContext context;
  private final PackedRows.@Nullable Here here;
  private final ColumnStats stats;
  private final int features;
  private final int partitions;
  private final @Nullable CoMoments coMoments;
  private final Supplier<PackedRows> packing;
  private @Nullable PackedRows rows;
  private double seconds;
  private @Nullable Vigil vigil;

  /** Which rows count. */
  private RowView view = RowView.ALL;

  private TrainingData(PackedRows rows) {
    this.context = rows.context().sc();
    this.here = null;
    this.stats = rows.stats();
    this.features = rows.features();
    this.partitions = rows.partitions();
    this.coMoments = rows.coMoments();
    this.packing = () -> rows;
    this.rows = rows;
    this.seconds = rows.packSeconds();
  }

  private TrainingData(PackedRows.Here here) {
    this.context = null;
    this.here = here;
    this.stats = here.stats();
    this.features = here.features();
    this.partitions = 1;
    this.coMoments = null;
    this.packing =
        () -> {
          throw new IllegalStateException("Spark knows nothing of these rows");
        };
  }

  private TrainingData(
      SparkContext context,
      ColumnStats stats,
      int features,
      int partitions,
      @Nullable CoMoments coMoments,
      Supplier<PackedRows> packing,
      double seconds) {
    this.context = context;
    this.here = null;
    this.stats = stats;
    this.features = features;
    this.partitions = partitions;
    this.coMoments = coMoments;
    this.packing = packing;
    this.seconds = seconds;
  }

  /**
   * No rows, but what is known of some: enough to state a problem by.
   *
   * @param features d
   */
  public static TrainingData known(SparkContext context, ColumnStats stats, int features) {
    return new TrainingData(
        context,
        stats,
        features,
        0,
        null,
        () -> {
          throw new IllegalStateException("there are no rows");
        },
        0.0);
  }

  /** Rows that this thread holds, which {@link #engineHere} asks. */
  public static TrainingData here(PackedRows.Here rows) {
    return new TrainingData(rows);
  }

  /**
   * Packs and caches, in one job and one pass over the rows.
   *
   * @param source the rows; partitions beyond the number of tasks that can run at once are joined
   *     without a shuffle, and fewer than that are split by one
   * @param readers how to read them
   * @param packing number of features, seed and storage
   * @throws IllegalArgumentException if a label, weight or feature is not finite, a weight is
   *     negative, a row has another number of features, or there is no training row of positive
   *     weight
   */
  public static <T> TrainingData pack(
      JavaRDD<T> source, RowReader.Factory<T> readers, Packing packing) {
    Requirements.check();
    Vigil.check(source.context());
    TrainingData data = new TrainingData(sentence(() -> PackedRows.pack(source, readers, packing)));
    data.refuseCancelled();
    return data;
  }

  /**
   * Sums the products of features and labels in one pass over the rows, and packs them only if they
   * are asked for after all, in a second one. Where sums would not do (more than 256 features, a
   * row to refuse, validation rows, a column whose digits they would lose), this is {@link #pack}.
   *
   * @param source the rows, quick to read twice: cached ones
   * @throws IllegalArgumentException as {@link #pack}
   */
  public static <T> TrainingData sum(
      JavaRDD<T> source, RowReader.Factory<T> readers, Packing packing) {
    if (packing.determinism().isStrict()) {
      return pack(source, readers, packing); // which sums by shards, not by partitions
    }
    Requirements.check();
    long start = System.nanoTime();
    Vigil.check(source.context());
    CoMoments.Found found = sentence(() -> CoMoments.find(source, readers, packing));
    if (found == null) {
      return pack(source, readers, packing);
    }
    int partitions = source.getNumPartitions();
    SparkContext context = source.context();
    return new TrainingData(
        context,
        found.stats(),
        found.coMoments().features(),
        Slots.partitions(context, partitions),
        found.coMoments(),
        () -> PackedRows.pack(source, readers, packing.withSample(false).withSums(false)),
        (System.nanoTime() - start) / 1e9);
  }

  /**
   * Makes training data so that cancels are heard from now until they are closed, also between two
   * jobs.
   *
   * @param made plans, reads and packs; in this thread
   */
  public static TrainingData guarded(SparkContext context, Supplier<TrainingData> made) {
    Vigil vigil = Vigil.begin(context);
    boolean done = false;
    try {
      TrainingData data = made.get();
      data.vigil = vigil;
      done = true;
      return data;
    } finally { // not a catch: what Spark throws it does not always declare
      if (!done) {
        vigil.close();
      }
    }
  }

  /** The rows as Spark holds them, packed now if they are not yet; for this project's own use. */
  public PackedRows packedRows() {
    PackedRows made = rows;
    if (made == null) {
      made = sentence(packing);
      rows = made;
      seconds += made.packSeconds();
    }
    return made;
  }

  /** Spark throws what it does not declare, and clears the flag that the caller is to see. */
  private static <T extends @Nullable Object> T sentence(Supplier<T> jobs) {
    try {
      return jobs.get();
    } catch (Throwable e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while the rows were packed", e);
      }
      throw e;
    }
  }

  private void refuseCancelled() {
    boolean goesOn = false;
    try {
      Vigil.check(context());
      goesOn = true;
    } finally {
      if (!goesOn) {
        close();
      }
    }
  }

  /**
   * The same packed rows, of which others count. It need not be closed.
   *
   * @param others which
   * @param known of those
   */
  public TrainingData of(RowView others, ColumnStats known) {
    PackedRows packed = packedRows();
    TrainingData made =
        new TrainingData(context(), known, features, partitions, null, () -> packed, seconds);
    made.rows = packed;
    made.view = others;
    return made;
  }

  /** Which of the packed rows count. */
  public RowView view() {
    return view;
  }

  /** What the bits of a training on these rows may depend on. */
  Determinism determinism() {
    PackedRows made = rows;
    return made == null ? Determinism.PARTITIONING : made.determinism();
  }

  /** Does in this thread what must have the same bits as that of the tasks. */
  <T> T alike(Supplier<T> work) {
    PackedRows made = rows;
    return made == null ? work.get() : made.alike(work);
  }

  /** What least squares needs to know of the rows; null where it was not asked for. */
  @Nullable CoMoments coMoments() {
    return coMoments;
  }

  /**
   * Where the rows are.
   *
   * @throws IllegalStateException if a thread holds them
   */
  public SparkContext context() {
    if (context == null) {
      throw new IllegalStateException("Spark knows nothing of these rows");
    }
    return context;
  }

  /** Whether this thread holds the rows, and not Spark. */
  boolean isHere() {
    return here != null;
  }

  /**
   * An engine that answers in this thread from rows that it holds.
   *
   * @throws NullPointerException if Spark holds them
   */
  public GradientEngine engineHere(Work work) {
    return Engines.local(Objects.requireNonNull(here).partition(), work, features);
  }

  /** Number of partitions P. */
  public int partitions() {
    return partitions;
  }

  /** Number of features d. */
  public int features() {
    return features;
  }

  /** Moments of the features and labels. */
  public ColumnStats stats() {
    return stats;
  }

  /** Wall-clock seconds of reading, summing and packing so far. */
  public double packSeconds() {
    return seconds;
  }

  /** Releases the cached blocks. */
  @Override
  public void close() {
    PackedRows made = rows;
    Vigil kept = vigil;
    try {
      if (made != null) {
        made.close();
      }
    } finally {
      if (kept != null) {
        kept.close();
      }
    }
  }
}
