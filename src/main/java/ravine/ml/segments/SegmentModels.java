package ravine.ml.segments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * A model for each segment: what {@link SegmentedFitting#fitByKey} gives.
 *
 * <p>The {@link #frame} has a row for each value of the keys:
 *
 * <table>
 *   <caption>Columns</caption>
 *   <tr><th>column</th><th>what it holds</th></tr>
 *   <tr><td>the keys</td><td>under their own names</td></tr>
 *   <tr><td>rows</td><td>training rows of positive weight; all rows where training failed</td></tr>
 *   <tr><td>coefficients, intercept</td><td>vector of length d, number; null where training failed
 *       or the model is multinomial</td></tr>
 *   <tr><td>coefficientMatrix, interceptVector</td><td>of a multinomial model, K × d and K; only of
 *       logistic regression</td></tr>
 *   <tr><td>scale</td><td>σ of the Huber loss, else 1; only of linear regression</td></tr>
 *   <tr><td>stopReason</td><td>{@code CONVERGED}, {@code MAX_ITER}, … as of a fit, {@code FAILED}
 *       where there is no model</td></tr>
 *   <tr><td>objective</td><td>at these weights, in units of the estimator's objective</td></tr>
 *   <tr><td>gapBound, gapIsProven</td><td>how far that can be above the optimum, and whether this is
 *       a proof or an estimate; null where nothing is known</td></tr>
 *   <tr><td>passes</td><td>over the segment's rows</td></tr>
 *   <tr><td>message</td><td>null where training converged, else why not, in a sentence or
 *       two</td></tr>
 * </table>
 *
 * @param <M> Spark's model
 */
public final class SegmentModels<M extends Model<M>> implements AutoCloseable {
  private static final String ESTIMATOR = "/estimator";
  private static final String SEGMENTS = "/segments";
  private static final String SCORE = "ravine score";

  private final SegmentedFitting<?, M> estimator;
  private final Dataset<Row> frame;

  /** What executors hold of it; null where that is nothing. */
  private final @Nullable Dataset<Row> held;

  SegmentModels(SegmentedFitting<?, M> estimator, Dataset<Row> frame, @Nullable Dataset<Row> held) {
    this.estimator = estimator;
    this.frame = frame;
    this.held = held;
  }

  /** The models as rows; see the class for the columns. */
  public Dataset<Row> frame() {
    return frame;
  }

  /** What trained them. */
  public SegmentedFitting<?, M> estimator() {
    return estimator;
  }

  /** The names of the key columns. */
  public List<String> keys() {
    return SegmentColumns.keys(frame.schema());
  }

  /** How many segments ended for each reason; runs a job. */
  public Map<String, Long> stopReasons() {
    Map<String, Long> counts = new TreeMap<>();
    for (Row row : frame.groupBy(SegmentColumns.REASON).count().collectAsList()) {
      counts.put(row.getString(0), row.getLong(1));
    }
    return counts;
  }

  /**
   * Spark's own model of a segment, with the params of the estimator; runs a job.
   *
   * @param key the value of each key column, in their order; may be null
   * @throws IllegalArgumentException if there is no such segment, or another number of keys
   * @throws IllegalStateException if its training failed
   */
  public M model(@Nullable Object... key) {
    return modelOf(Arrays.asList(key));
  }

  /** The same with the values in a list. */
  public M modelOf(List<? extends @Nullable Object> key) {
    List<String> keys = keys();
    if (key.size() != keys.size()) {
      throw new IllegalArgumentException(
          "there are " + keys.size() + " key columns, but " + key.size() + " values were given");
    }
    Dataset<Row> found = frame;
    List<String> said = new ArrayList<>();
    for (int k = 0; k < key.size(); k++) {
      found = found.where(SegmentFit.is(keys.get(k), key.get(k)));
      said.add(keys.get(k) + "=" + key.get(k));
    }
    List<Row> rows = found.takeAsList(1);
    String segment = String.join(", ", said);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("There is no segment " + segment + ".");
    }
    SegmentWeights weights = SegmentColumns.weights(estimator.segmentKind(), rows.get(0));
    if (weights == null) {
      String why = rows.get(0).getAs(SegmentColumns.MESSAGE);
      throw new IllegalStateException("There is no model of segment " + segment + ": " + why);
    }
    return estimator.segmentModel(weights);
  }

  /**
   * Predicts every row by the model of its segment, as Spark's model would: a join by the keys and
   * a function of a row. Columns are those that the estimator names; they are null where a row's
   * segment is unknown or has no model.
   *
   * @param rows with the keys and the features
   * @throws IllegalArgumentException if a column is missing, or one of the predictions is there
   */
  public Dataset<Row> transform(Dataset<?> rows) {
    List<String> keys = keys();
    Column condition = functions.lit(true);
    List<Column> selected = new ArrayList<>();
    for (int k = 0; k < keys.size(); k++) {
      require(rows, keys.get(k), true);
      String own = "ravine key " + k;
      selected.add(SegmentFit.quoted(keys.get(k)).as(own));
      condition =
          condition.and(rows.col(SegmentFit.quote(keys.get(k))).eqNullSafe(SegmentFit.quoted(own)));
    }
    String features = text("featuresCol");
    require(rows, features, true);
    boolean classes = estimator.segmentKind() == SegmentKind.LOGISTIC;
    selected.add(functions.col(SegmentColumns.COEFFICIENTS).as("ravine coefficients"));
    selected.add(functions.col(SegmentColumns.INTERCEPT).as("ravine intercept"));
    Column matrix = functions.lit(null).cast(SQLDataTypes.MatrixType());
    Column vector = functions.lit(null).cast(SQLDataTypes.VectorType());
    selected.add((classes ? functions.col(SegmentColumns.MATRIX) : matrix).as("ravine matrix"));
    selected.add(
        (classes ? functions.col(SegmentColumns.INTERCEPTS) : vector).as("ravine intercepts"));
    Column score =
        functions
            .udf(scorer(), SegmentScorer.SCORE)
            .apply(
                SegmentFit.quoted(features),
                functions.col("`ravine coefficients`"),
                functions.col("`ravine intercept`"),
                functions.col("`ravine matrix`"),
                functions.col("`ravine intercepts`"));
    Dataset<Row> scored =
        rows.toDF()
            .join(frame.select(selected.toArray(Column[]::new)), condition, "left_outer")
            .withColumn(SCORE, score);
    List<Column> kept = new ArrayList<>();
    for (String name : rows.columns()) {
      kept.add(SegmentFit.quoted(name));
    }
    add(kept, rows, "rawPredictionCol", "raw");
    add(kept, rows, "probabilityCol", "probability");
    add(kept, rows, "predictionCol", "prediction");
    return scored.select(kept.toArray(Column[]::new));
  }

  /** A prediction, if the estimator has that param and it names a column. */
  private void add(List<Column> kept, Dataset<?> rows, String param, String field) {
    if (estimator.hasParam(param) && !text(param).isEmpty()) {
      require(rows, text(param), false);
      kept.add(SegmentFit.quoted(SCORE).getField(field).as(text(param)));
    }
  }

  private static void require(Dataset<?> rows, String column, boolean present) {
    if (List.of(rows.columns()).contains(column) != present) {
      throw new IllegalArgumentException(
          present
              ? "There is no column " + column + "."
              : "There is a column " + column + " already.");
    }
  }

  private SegmentScorer scorer() {
    double[] limits =
        estimator.hasParam("thresholds") && estimator.isDefined(estimator.getParam("thresholds"))
            ? (double[]) estimator.getOrDefault(estimator.getParam("thresholds"))
            : new double[0];
    double threshold = 0.0;
    if (estimator.hasParam("threshold")) {
      threshold = (Double) estimator.getOrDefault(estimator.getParam("threshold"));
    }
    if (limits.length == 2) {
      threshold = 1.0 / (1.0 + limits[0] / limits[1]); // as Spark's getThreshold
    }
    return new SegmentScorer(estimator.segmentKind(), threshold, limits);
  }

  private String text(String name) {
    return String.valueOf(estimator.getOrDefault(estimator.getParam(name)));
  }

  /**
   * Writes the frame as Parquet to {@code path/segments} and the estimator, as Spark writes
   * estimators, to {@code path/estimator}.
   *
   * @throws IllegalArgumentException if there is something already
   * @throws UncheckedIOException if it cannot be written
   */
  public void save(String path) {
    try {
      Path whole = new Path(path);
      Configuration files = frame.sparkSession().sparkContext().hadoopConfiguration();
      if (whole.getFileSystem(files).exists(whole)) {
        throw new IllegalArgumentException(
            "There is something in " + path + " already: name another path, or remove it.");
      }
      frame.write().parquet(path + SEGMENTS);
      // Last, because load looks for it: what was begun and failed is no model.
      ((MLWritable) estimator).save(path + ESTIMATOR);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed.getMessage(), failed);
    }
  }

  /**
   * Reads models that were saved; they are read again with each question.
   *
   * @throws IllegalArgumentException if none were saved there
   */
  public static SegmentModels<?> load(SparkSession session, String path) {
    Path metadata = new Path(path + ESTIMATOR + "/metadata");
    try {
      Configuration files = session.sparkContext().hadoopConfiguration();
      if (!metadata.getFileSystem(files).exists(metadata)) {
        throw new IllegalArgumentException("There are no models of segments in " + path + ".");
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed.getMessage(), failed);
    }
    String name = session.read().json(metadata.toString()).select("class").head().getString(0);
    return of(estimator(name, path + ESTIMATOR), session.read().parquet(path + SEGMENTS));
  }

  private static <M extends Model<M>> SegmentModels<M> of(
      SegmentedFitting<?, M> estimator, Dataset<Row> frame) {
    return new SegmentModels<>(estimator, frame, null);
  }

  /** Reads an estimator by the static method that each class of them has. */
  private static SegmentedFitting<?, ?> estimator(String name, String path) {
    try {
      Class<?> type = Class.forName(name, true, SegmentModels.class.getClassLoader());
      if (SegmentedFitting.class.isAssignableFrom(type)) {
        Object read = type.getMethod("load", String.class).invoke(null, path);
        return (SegmentedFitting<?, ?>) Objects.requireNonNull(read);
      }
    } catch (ReflectiveOperationException unknown) {
      throw new IllegalArgumentException(
          path + " holds a " + name + ", which is unknown.", unknown);
    }
    throw new IllegalArgumentException(
        path + " holds a " + name + ", which trains no models of segments.");
  }

  /** Frees what executors hold of the frame, which is not to be used any more. */
  @Override
  public void close() {
    if (held != null) {
      held.unpersist();
    }
  }
}
