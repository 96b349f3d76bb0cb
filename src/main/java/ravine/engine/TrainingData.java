package ravine.engine;

import org.apache.spark.api.java.JavaRDD;
import ravine.rows.Block;
import ravine.rows.ColumnStats;
import ravine.rows.PackedRows;
import ravine.rows.Packing;
import ravine.rows.RowReader;

/**
 * Rows made ready for thousands of steps: validated, shuffled once by seed, packed into {@link
 * Block}s and cached in the executors. A mini-batch is a slice of them, so a batch of 1 % costs 1 %
 * of a pass.
 *
 * <p>Close it when training is over: the cached blocks are released then, whatever happened.
 */
public final class TrainingData implements AutoCloseable {
  private final PackedRows rows;

  private TrainingData(PackedRows rows) {
    this.rows = rows;
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
    return new TrainingData(PackedRows.pack(source, readers, packing));
  }

  /** The rows as Spark holds them; for this project's own use. */
  public PackedRows packedRows() {
    return rows;
  }

  /** Number of partitions P. */
  public int partitions() {
    return rows.partitions();
  }

  /** Number of features d. */
  public int features() {
    return rows.features();
  }

  /** Moments of the features and labels. */
  public ColumnStats stats() {
    return rows.stats();
  }

  /** Wall-clock seconds from the first row read to the last moment computed. */
  public double packSeconds() {
    return rows.packSeconds();
  }

  /** Releases the cached blocks. */
  @Override
  public void close() {
    rows.close();
  }
}
