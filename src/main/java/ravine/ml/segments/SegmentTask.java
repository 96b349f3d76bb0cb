package ravine.ml.segments;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.array.ByteArrayMethods;
import org.jspecify.annotations.Nullable;
import ravine.engine.StopReason;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.ml.InternalRowReader;
import ravine.ml.MiniBatchFit;
import ravine.objective.Problem;
import ravine.rows.PackedRows;
import ravine.rows.Packing;
import scala.Function1;

/**
 * What a task does with its rows, which come {@linkplain RowsByKey sorted}: gathers a segment,
 * packs it, trains it, forgets it. In memory is one segment at a time. One that cannot be trained
 * gives a row that says why; only what fails while rows are read fails the task, because the next
 * attempt may read them.
 */
final class SegmentTask implements FlatMapFunction<Iterator<InternalRow>, Row> {
  private static final long serialVersionUID = 1L;

  /** A segment of more is left for all executors together. */
  private static final long MOST_BYTES = 64L << 20;

  private final SegmentedFitting<?, ?> estimator;
  private final StructField label;
  private final StructType schema;
  private final StructType keyType;
  private final Function1<Object, Object> keys;
  private final boolean weighted;
  private final boolean validated;
  private final int features;
  private final int maxIter;
  private final double tol;
  private final long mostRows;

  /**
   * A task that is yet to be sent.
   *
   * @param label the label column
   * @param schema of the rows
   * @param weighted whether a weight follows label and features
   * @param validated whether a validation mark follows
   * @param features that every vector has; −1 where only the vectors tell
   * @param mostRows of a segment that is trained here
   */
  SegmentTask(
      SegmentedFitting<?, ?> estimator,
      StructField label,
      StructType schema,
      boolean weighted,
      boolean validated,
      int features,
      long mostRows) {
    this.estimator = estimator;
    this.label = label;
    this.schema = schema;
    this.keyType = (StructType) schema.fields()[RowsByKey.KEY].dataType();
    this.keys = CatalystTypeConverters.createToScalaConverter(keyType);
    this.weighted = weighted;
    this.validated = validated;
    this.features = features;
    this.maxIter = (Integer) estimator.getOrDefault(estimator.getParam("maxIter"));
    this.tol = (Double) estimator.getOrDefault(estimator.getParam("tol"));
    this.mostRows = mostRows;
  }

  @Override
  public Iterator<Row> call(Iterator<InternalRow> rows) {
    return new Segments(rows);
  }

  /** The models of a task's segments, each trained when it is asked for. */
  private final class Segments implements Iterator<Row> {
    private final MiniBatchFit fit = new MiniBatchFit(estimator);
    private final Packing packing = fit.packingHere(features);
    private final InternalRowReader reader =
        new InternalRowReader(RowsByKey.FIRST, weighted, validated, new double[0]);
    private final SegmentKind kind = estimator.segmentKind();
    private final GatheredRows gathered = new GatheredRows();
    private final UnsafeProjection binary = UnsafeProjection.create(schema);
    private final Iterator<InternalRow> source;

    /** Rows of other keys that have the hash of the last one's. */
    private final List<UnsafeRow> waiting = new ArrayList<>();

    /** The next row of the source, valid until the source is asked; null at its end. */
    private @Nullable UnsafeRow next;

    /** Rows of the segment. */
    private long count;

    private boolean isLarge;

    Segments(Iterator<InternalRow> source) {
      this.source = source;
      this.next = following();
    }

    private @Nullable UnsafeRow following() {
      InternalRow row = source.hasNext() ? source.next() : null;
      return row == null || row instanceof UnsafeRow ? (UnsafeRow) row : binary.apply(row);
    }

    @Override
    public boolean hasNext() {
      return next != null || !waiting.isEmpty();
    }

    @Override
    public Row next() {
      TaskContext task = TaskContext.get();
      if (task != null && task.isInterrupted()) {
        throw new TaskKilledException();
      }
      @Nullable Object[] key = values(gather());
      Row made = null;
      String message = null;
      try {
        made = isLarge ? null : PackedRows.alike(fit.determinism(), () -> trained(key));
      } catch (RuntimeException failed) {
        message = sentence(failed);
      }
      if (made != null) {
        return made;
      }
      String reason = message == null ? SegmentColumns.LARGE : StopReason.FAILED.toString();
      return SegmentColumns.untrained(kind, key, count, reason, message);
    }

    private Row trained(@Nullable Object[] key) {
      PackedRows.Here here = PackedRows.here(gathered.inOrder(schema.size()), reader, packing);
      TrainingData data = TrainingData.here(here);
      Problem problem = estimator.objective(fit, data, label, null);
      TrainingResult result = fit.trainHere(data, problem, maxIter, tol);
      return SegmentColumns.trained(
          kind, key, estimator.segmentWeights(problem, result.weights()), result);
    }

    /** Takes the rows of the next segment, and gives the first of them. */
    private UnsafeRow gather() {
      gathered.clear();
      count = 0;
      isLarge = false;
      if (!waiting.isEmpty()) {
        List<UnsafeRow> rows = new ArrayList<>(waiting);
        waiting.clear();
        rows.forEach(row -> take(rows.get(0), row));
        return rows.get(0);
      }
      if (next == null) {
        throw new NoSuchElementException();
      }
      UnsafeRow first = next.copy();
      long hash = first.getLong(RowsByKey.HASH);
      for (UnsafeRow row = next; row != null && row.getLong(RowsByKey.HASH) == hash; row = next) {
        take(first, row);
        next = following();
      }
      return first;
    }

    private void take(UnsafeRow first, UnsafeRow row) {
      if (!isOneKey(first, row)) {
        waiting.add(row.copy());
        return;
      }
      isLarge |= count >= mostRows || gathered.bytes() + row.getSizeInBytes() > MOST_BYTES;
      count++;
      if (isLarge) {
        gathered.clear();
      } else {
        gathered.add(row);
      }
    }

    /** By the bytes of the keys; the field itself says where in the row they are, and how many. */
    private static boolean isOneKey(UnsafeRow a, UnsafeRow b) {
      long placeOfA = a.getLong(RowsByKey.KEY);
      long placeOfB = b.getLong(RowsByKey.KEY);
      return placeOfA == placeOfB
          && ByteArrayMethods.arrayEquals(
              a.getBaseObject(),
              a.getBaseOffset() + (placeOfA >>> Integer.SIZE),
              b.getBaseObject(),
              b.getBaseOffset() + (placeOfB >>> Integer.SIZE),
              placeOfA & 0xFFFF_FFFFL);
    }

    /** The keys of a row as users know them. */
    private @Nullable Object[] values(UnsafeRow row) {
      Row values = (Row) keys.apply(row.getStruct(RowsByKey.KEY, keyType.size()));
      @Nullable Object[] all = new Object[keyType.size()];
      for (int k = 0; k < all.length; k++) {
        all[k] = values.get(k);
      }
      return all;
    }
  }

  /** The first line of what was thrown, which names the class where that is no sentence. */
  static String sentence(RuntimeException thrown) {
    String message = thrown.getMessage();
    String said = message != null && message.contains(" ") ? message : thrown.toString();
    return said.lines().findFirst().orElse(said);
  }
}
