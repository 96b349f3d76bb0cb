package ravine.ml.segments;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.ml.MiniBatchFit;
import ravine.ml.weighting.FitWeighting;

/**
 * One {@code fitByKey}: brings the rows of each segment together in a stable order, has tasks train
 * them, and trains by {@code fit} those that were too large.
 */
final class SegmentFit<M extends Model<M>> {
  /** Rows of the largest segment that a task trains, if nobody says otherwise. */
  static final long MOST_ROWS = 100_000;

  private final SegmentedFitting<?, M> estimator;
  private final Dataset<?> dataset;
  private final List<String> keys;
  private final long mostRows;
  private final StructType columns;

  SegmentFit(
      SegmentedFitting<?, M> estimator, Dataset<?> dataset, List<String> keys, long mostRows) {
    this.estimator = estimator;
    this.dataset = dataset;
    this.keys = keys;
    this.mostRows = mostRows;
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("fitByKey needs the name of at least one key column.");
    }
    if (mostRows < 0) {
      throw new IllegalArgumentException("maxSegmentRows must be at least 0, but was " + mostRows);
    }
    List<StructField> fields = new ArrayList<>();
    for (String key : keys) {
      StructField field = field(dataset.schema(), key);
      SegmentColumns.requireKey(field);
      fields.add(field);
    }
    this.columns = SegmentColumns.of(estimator.segmentKind(), fields);
    refuse(estimator.startModel() != null, "a start model", "every segment begins without one");
    refuse(
        !FitWeighting.of(estimator(estimator)).stated().isNone(),
        "classWeight",
        "a segment may lack a class");
    refuse(!estimator.getCheckpointDir().isEmpty(), "checkpointDir", "tasks make no checkpoints");
  }

  /** Whether a key has that value; NaN is asked for by name, for cached rows hide it from "=". */
  static Column is(String key, @Nullable Object value) {
    boolean isNan =
        (value instanceof Double number && number.isNaN())
            || (value instanceof Float single && single.isNaN());
    return isNan ? functions.isnan(quoted(key)) : quoted(key).eqNullSafe(functions.lit(value));
  }

  private static StructField field(StructType schema, String key) {
    for (StructField field : schema.fields()) {
      if (field.name().equals(key)) {
        return field;
      }
    }
    throw new IllegalArgumentException(
        "There is no key column " + key + "; there are " + String.join(", ", schema.fieldNames()));
  }

  private static void refuse(boolean isSet, String what, String why) {
    if (isSet) {
      throw new IllegalArgumentException(
          what + " has no meaning in fitByKey (" + why + "): clear it.");
    }
  }

  SegmentModels<M> run() {
    estimator(estimator).transformSchema(dataset.schema());
    new MiniBatchFit(estimator);
    RowsByKey rows = rowsByKey();
    JavaRDD<Row> inEach = rows.rows().mapPartitions(task(rows.schema()));
    Dataset<Row> inTasks =
        dataset
            .sparkSession()
            .createDataFrame(inEach, columns)
            .persist(StorageLevel.MEMORY_AND_DISK());
    boolean done = false;
    try {
      Column isLarge = functions.col(SegmentColumns.REASON).equalTo(SegmentColumns.LARGE);
      List<Row> large = inTasks.where(isLarge).collectAsList();
      Dataset<Row> frame = inTasks;
      if (!large.isEmpty()) {
        List<Row> trained = new ArrayList<>();
        for (Row segment : large) {
          trained.add(ordinary(segment));
        }
        frame =
            inTasks
                .where(functions.not(isLarge))
                .union(dataset.sparkSession().createDataFrame(trained, columns));
      }
      SegmentModels<M> models = new SegmentModels<>(estimator, frame, inTasks);
      done = true;
      return models;
    } finally { // not a catch: what Spark throws it does not always declare
      if (!done) {
        inTasks.unpersist();
      }
    }
  }

  private SegmentTask task(StructType schema) {
    StructField features = dataset.schema().apply(text("featuresCol"));
    return new SegmentTask(
        estimator,
        dataset.schema().apply(text("labelCol")),
        schema,
        weightCol() != null,
        validationCol() != null,
        AttributeGroup.fromStructField(features).size(),
        mostRows);
  }

  private RowsByKey rowsByKey() {
    List<Column> together = new ArrayList<>();
    for (int k = 0; k < keys.size(); k++) {
      together.add(plain(keys.get(k)).as("key " + k));
    }
    List<Column> content = new ArrayList<>();
    content.add(quoted(text("labelCol")).cast(DataTypes.DoubleType));
    content.add(quoted(text("featuresCol")));
    String weight = weightCol();
    if (weight != null) {
      content.add(quoted(weight).cast(DataTypes.DoubleType));
    }
    String validation = validationCol();
    if (validation != null) {
      content.add(quoted(validation));
    }
    return new RowsByKey(dataset, together, content);
  }

  /** A key as it is; numbers that are equal have the same bits then. */
  private Column plain(String key) {
    DataType type = field(dataset.schema(), key).dataType();
    Column column = quoted(key);
    return type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType)
        ? functions
            .when(functions.isnan(column), functions.lit(Double.NaN).cast(type))
            .otherwise(column.plus(functions.lit(0.0).cast(type)))
        : column;
  }

  /** Trains a segment over all executors. */
  private Row ordinary(Row segment) {
    Dataset<?> rows = dataset;
    Object[] key = new Object[keys.size()];
    for (int k = 0; k < key.length; k++) {
      key[k] = segment.get(k);
      rows = rows.where(is(keys.get(k), key[k]));
    }
    SegmentKind kind = estimator.segmentKind();
    try {
      SegmentedFitting<?, M> copy = copy();
      M model = estimator(copy).fit(rows);
      TrainingResult result = copy.lastTrainingResult();
      if (result == null) {
        throw new IllegalStateException("there is no result of the fit");
      }
      return SegmentColumns.trained(kind, key, estimator.segmentWeights(model), result);
    } catch (RuntimeException failed) {
      long count = segment.<Long>getAs(SegmentColumns.ROWS);
      String why = SegmentTask.sentence(failed);
      return SegmentColumns.untrained(kind, key, count, StopReason.FAILED.toString(), why);
    }
  }

  /** So that the user's estimator keeps the result of its own last fit. */
  @SuppressWarnings("unchecked")
  private SegmentedFitting<?, M> copy() {
    return (SegmentedFitting<?, M>) estimator(estimator).copy(ParamMap.empty());
  }

  @SuppressWarnings("unchecked")
  private static <M extends Model<M>> Estimator<M> estimator(SegmentedFitting<?, M> fitting) {
    return (Estimator<M>) fitting;
  }

  private String text(String name) {
    return String.valueOf(estimator.getOrDefault(estimator.getParam(name)));
  }

  private @Nullable String weightCol() {
    boolean isDefined = estimator.isDefined(estimator.getParam("weightCol"));
    return isDefined && !text("weightCol").isEmpty() ? text("weightCol") : null;
  }

  private @Nullable String validationCol() {
    return estimator.isDefined(estimator.validationIndicatorCol())
        ? estimator.getValidationIndicatorCol()
        : null;
  }

  static Column quoted(String name) {
    return functions.col(quote(name));
  }

  /** A column's name as it stands in an expression. */
  static String quote(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
