package ravine.ml.segments;

import java.util.List;
import org.apache.spark.ml.Model;
import org.apache.spark.sql.Dataset;
import ravine.ml.MiniBatchParams;
import ravine.objective.Problem;

/**
 * Estimators that train one model for each segment of the rows.
 *
 * @param <T> the estimator
 * @param <M> its model, Spark's own
 */
public interface SegmentedFitting<T extends MiniBatchParams<T>, M extends Model<M>>
    extends MiniBatchParams<T> {

  /**
   * Trains a model for each value of the key columns, thousands of them in one job: rows are
   * brought together by key, and every segment is trained whole inside a task, by the loss,
   * penalty, rule, stop rule and certificate of {@code fit}. Each model is the one that a fit of
   * the segment's rows alone would give, to its certificate. A segment that cannot be trained (one
   * class only, a label that is not a number) gives a row that says why, and the others go on.
   *
   * <p>Segments of more than 100,000 rows, or of more than 64 MB, are trained one after the other
   * by {@code fit}, over all executors.
   *
   * <p>Null is a key like others, as in {@code groupBy}. The bits of a model trained in a task
   * depend on the segment's rows, the params and the seed, not on the order of the rows, their
   * partitions or the number of executors.
   *
   * <p>Listeners are told of large segments only.
   *
   * @param rows of the columns that {@code fit} takes, and the keys
   * @param keys names of columns, at least one
   * @return close it when it is no longer needed: executors hold it
   * @throws IllegalArgumentException if a key column is missing or cannot be one, or a param makes
   *     no sense for many models: a start model, checkpoints
   */
  default SegmentModels<M> fitByKey(Dataset<?> rows, String... keys) {
    return fitByKey(rows, List.of(keys));
  }

  /** The same with the names in a list. */
  default SegmentModels<M> fitByKey(Dataset<?> rows, List<String> keys) {
    return fitByKey(rows, keys, SegmentFit.MOST_ROWS);
  }

  /**
   * The same with another limit.
   *
   * @param maxSegmentRows rows of the largest segment that is trained inside a task, at least 0
   */
  default SegmentModels<M> fitByKey(Dataset<?> rows, List<String> keys, long maxSegmentRows) {
    return new SegmentFit<>(this, rows, keys, maxSegmentRows).run();
  }

  /** What the models predict; for implementors. */
  SegmentKind segmentKind();

  /** The weights θ of a problem of this estimator, in raw coordinates; for implementors. */
  SegmentWeights segmentWeights(Problem problem, double[] theta);

  /** The weights of a model; for implementors. */
  SegmentWeights segmentWeights(M model);

  /** A model of weights, with the params of this estimator; for implementors. */
  M segmentModel(SegmentWeights weights);
}
