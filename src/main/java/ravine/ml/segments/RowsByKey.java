package ravine.ml.segments;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import ravine.cluster.Slots;

/**
 * Brings the rows of each segment next to one another, in Spark's own form: no object is made for a
 * row. They are sorted by one number, a hash of the keys, which Spark does by radix and, where
 * memory is short, on disk; rows of keys that share their hash lie among one another.
 */
final class RowsByKey {
  /** Fields of a row: the hash of its keys, these as a struct, and label and so on. */
  static final int HASH = 0;

  static final int KEY = 1;
  static final int FIRST = 2;

  private static final String HASH_NAME = "ravine hash";

  /** Of a partition, in Spark's own estimate. */
  private static final long BYTES = 32L << 20;

  /** Partitions a slot, so that one with more work does not hold up the others for long. */
  private static final int WAVES = 2;

  private final Dataset<Row> selected;

  /**
   * Of some rows.
   *
   * @param keys at least one
   * @param fields what else is wanted of a row
   */
  RowsByKey(Dataset<?> dataset, List<Column> keys, List<Column> fields) {
    Column[] together = keys.toArray(Column[]::new);
    List<Column> columns = new ArrayList<>();
    columns.add(functions.xxhash64(together).as(HASH_NAME));
    columns.add(functions.struct(together).as("ravine key"));
    columns.addAll(fields);
    this.selected = dataset.select(columns.toArray(Column[]::new));
  }

  /** The type of a row. */
  StructType schema() {
    return selected.schema();
  }

  /** The rows, sorted within their partitions. */
  JavaRDD<InternalRow> rows() {
    Column hash = SegmentFit.quoted(HASH_NAME);
    return selected
        .repartition(partitions(), hash)
        .sortWithinPartitions(hash)
        .queryExecution()
        .toRdd()
        .toJavaRDD();
  }

  /**
   * As many as the rows' bytes need, but a few for every slot; no more than Spark makes of a
   * shuffle of its own.
   */
  private int partitions() {
    SparkSession session = selected.sparkSession();
    // Databricks has "auto" there, which is no limit.
    String stated = session.conf().get("spark.sql.shuffle.partitions");
    int most = stated.matches("\\d{1,9}") ? Integer.parseInt(stated) : Integer.MAX_VALUE;
    SparkContext context = session.sparkContext();
    int slots = Math.max(1, Slots.now(context));
    double bytes = selected.queryExecution().optimizedPlan().stats().sizeInBytes().doubleValue();
    double waves = Math.max(WAVES, Math.ceil(bytes / BYTES / slots));
    return (int) Math.max(1.0, Math.min(most, waves * slots));
  }
}
