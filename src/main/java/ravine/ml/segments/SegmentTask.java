package ravine.ml.segments;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import ravine.engine.StopReason;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.ml.MiniBatchFit;
import ravine.objective.Problem;
import ravine.rows.PackedRows;
import ravine.rows.Packing;

/**
 * What a task does with its rows, which come sorted by key: packs a segment, trains it, forgets it.
 * In memory is one segment at a time. One that cannot be trained gives a row that says why; only
 * what fails while rows are read fails the task, because the next attempt may read them.
 */
final class SegmentTask implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  /** A segment of more is left for all executors together. */
  private static final long MOST_BYTES = 64L << 20;

  private final SegmentedFitting<?, ?> estimator;
  private final StructField label;
  private final int keys;
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
   * @param keys number of key columns, the first of a row
   * @param features that every vector has; −1 where only the vectors tell
   * @param mostRows of a segment that is trained here
   */
  SegmentTask(
      SegmentedFitting<?, ?> estimator,
      StructField label,
      int keys,
      boolean weighted,
      boolean validated,
      int features,
      long mostRows) {
    this.estimator = estimator;
    this.label = label;
    this.keys = keys;
    this.weighted = weighted;
    this.validated = validated;
    this.features = features;
    this.maxIter = (Integer) estimator.getOrDefault(estimator.getParam("maxIter"));
    this.tol = (Double) estimator.getOrDefault(estimator.getParam("tol"));
    this.mostRows = mostRows;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Segments(rows);
  }

  /** The models of a task's segments, each trained when it is asked for. */
  private final class Segments implements Iterator<Row> {
    private final MiniBatchFit fit = new MiniBatchFit(estimator);
    private final Packing packing = fit.packingHere(features);
    private final SegmentReader reader = new SegmentReader(keys, weighted, validated);
    private final SegmentKind kind = estimator.segmentKind();
    private final Iterator<Row> source;

    /** The first row of the next segment; null where there is none. */
    private @Nullable Row next;

    Segments(Iterator<Row> source) {
      this.source = source;
      this.next = source.hasNext() ? source.next() : null;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Row next() {
      TaskContext task = TaskContext.get();
      if (task != null && task.isInterrupted()) {
        throw new TaskKilledException();
      }
      Row first = next;
      if (first == null) {
        throw new NoSuchElementException();
      }
      Segment segment = new Segment(first);
      Row made = null;
      String message = null;
      try {
        made = PackedRows.alike(fit.determinism(), () -> trained(segment));
      } catch (RuntimeException failed) {
        segment.rethrowOfSource();
        message = sentence(failed);
      }
      segment.skip();
      if (made != null) {
        return made;
      }
      String reason = message == null ? SegmentColumns.LARGE : StopReason.FAILED.toString();
      return SegmentColumns.untrained(kind, segment.key, segment.count, reason, message);
    }

    /** The row of a model; null where the segment is too large. */
    private @Nullable Row trained(Segment segment) {
      PackedRows.Here here = PackedRows.here(segment, reader, packing);
      if (segment.isLarge) {
        return null;
      }
      TrainingData data = TrainingData.here(here);
      Problem problem = estimator.objective(fit, data, label, null);
      TrainingResult result = fit.trainHere(data, problem, maxIter, tol);
      return SegmentColumns.trained(
          kind, segment.key, estimator.segmentWeights(problem, result.weights()), result);
    }

    /** The rows of one segment, until there are too many. */
    private final class Segment implements Iterator<Row> {
      final @Nullable Object[] key = new Object[keys];
      long count;
      boolean isLarge;
      private long bytes;
      private @Nullable RuntimeException ofSource;

      Segment(Row first) {
        for (int k = 0; k < keys; k++) {
          key[k] = first.get(k);
        }
      }

      private boolean isNext() {
        Row row = next;
        if (row == null) {
          return false;
        }
        for (int k = 0; k < keys; k++) {
          if (!Objects.deepEquals(key[k], row.get(k))) {
            return false;
          }
        }
        return true;
      }

      @Override
      public boolean hasNext() {
        bytes += reader.takeBytes();
        isLarge |= isNext() && (count >= mostRows || bytes > MOST_BYTES);
        return !isLarge && isNext();
      }

      @Override
      public Row next() {
        Row row = next;
        if (row == null) {
          throw new NoSuchElementException();
        }
        count++;
        try {
          next = source.hasNext() ? source.next() : null;
        } catch (RuntimeException thrown) {
          ofSource = thrown;
          throw thrown;
        }
        return row;
      }

      void skip() {
        while (isNext()) {
          next();
        }
      }

      void rethrowOfSource() {
        if (ofSource != null) {
          throw ofSource;
        }
      }
    }
  }

  /** The first line of what was thrown, which names the class where that is no sentence. */
  static String sentence(RuntimeException thrown) {
    String message = thrown.getMessage();
    String said = message != null && message.contains(" ") ? message : thrown.toString();
    return said.lines().findFirst().orElse(said);
  }
}
