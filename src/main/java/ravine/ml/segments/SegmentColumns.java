package ravine.ml.segments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;

/**
 * The columns of a frame of models: first the keys, then what was found. A row of it is made and
 * read here, and nowhere else.
 */
final class SegmentColumns {
  static final String ROWS = "rows";
  static final String COEFFICIENTS = "coefficients";
  static final String INTERCEPT = "intercept";
  static final String MATRIX = "coefficientMatrix";
  static final String INTERCEPTS = "interceptVector";
  static final String SCALE = "scale";
  static final String REASON = "stopReason";
  static final String MESSAGE = "message";

  /**
   * Stands for the reason of a segment that no task has trained; in no frame that is given away.
   */
  static final String LARGE = "LARGE";

  private SegmentColumns() {}

  /** The columns behind the keys. */
  private static StructType found(SegmentKind kind) {
    StructType found =
        new StructType()
            .add(ROWS, DataTypes.LongType, false)
            .add(COEFFICIENTS, SQLDataTypes.VectorType(), true)
            .add(INTERCEPT, DataTypes.DoubleType, true);
    if (kind == SegmentKind.LOGISTIC) {
      found =
          found
              .add(MATRIX, SQLDataTypes.MatrixType(), true)
              .add(INTERCEPTS, SQLDataTypes.VectorType(), true);
    } else if (kind == SegmentKind.LINEAR) {
      found = found.add(SCALE, DataTypes.DoubleType, true);
    }
    return found
        .add(REASON, DataTypes.StringType, false)
        .add("objective", DataTypes.DoubleType, true)
        .add("gapBound", DataTypes.DoubleType, true)
        .add("gapIsProven", DataTypes.BooleanType, true)
        .add("passes", DataTypes.IntegerType, true)
        .add(MESSAGE, DataTypes.StringType, true);
  }

  /**
   * The columns of a frame.
   *
   * @throws IllegalArgumentException if a key has the name of another column
   */
  static StructType of(SegmentKind kind, List<StructField> keys) {
    StructType found = found(kind);
    StructType all = new StructType();
    for (StructField key : keys) {
      for (String name : found.fieldNames()) {
        if (name.toLowerCase(Locale.ROOT).equals(key.name().toLowerCase(Locale.ROOT))) {
          throw new IllegalArgumentException(
              "The key column "
                  + key.name()
                  + " has the name of a column of the result: rename it.");
        }
      }
      all = all.add(key.name(), key.dataType(), true);
    }
    for (StructField field : found.fields()) {
      all = all.add(field);
    }
    return all;
  }

  /** The names of the keys of a frame: the columns before the number of rows. */
  static List<String> keys(StructType frame) {
    return Arrays.asList(frame.fieldNames()).subList(0, frame.fieldIndex(ROWS));
  }

  /** Refuses types whose equal values do not look equal. */
  static void requireKey(StructField field) {
    DataType type = field.dataType();
    String name = type.simpleString();
    boolean isCollated = type.typeName().startsWith("string") && !name.equals("string");
    if (type instanceof StructType) {
      throw new IllegalArgumentException(
          "The key column " + field.name() + " is a struct: name its fields as several keys.");
    }
    boolean hasParts = type instanceof ArrayType || type instanceof MapType;
    if (isCollated || hasParts || name.startsWith("variant") || name.equals("interval")) {
      throw new IllegalArgumentException(
          "The key column " + field.name() + " is a " + name + ": cast it to string.");
    }
  }

  /** A segment that was trained. */
  static Row trained(
      SegmentKind kind, @Nullable Object[] keys, SegmentWeights weights, TrainingResult result) {
    List<@Nullable Object> values = new ArrayList<>(Arrays.asList(keys));
    values.add(result.rows());
    values.add(weights.coefficients);
    values.add(weights.isMultinomial() ? null : (Object) weights.intercept);
    if (kind == SegmentKind.LOGISTIC) {
      values.add(weights.matrix);
      values.add(weights.intercepts);
    } else if (kind == SegmentKind.LINEAR) {
      values.add(weights.scale);
    }
    double bound = result.gapBound();
    values.add(result.stopReason().toString());
    values.add(result.objective());
    values.add(Double.isNaN(bound) ? null : (Object) bound);
    values.add(Double.isNaN(bound) ? null : (Object) result.gapIsProven());
    values.add(result.passes().get(result.passes().size() - 1).pass());
    values.add(result.stopReason() == StopReason.CONVERGED ? null : result.advice());
    return RowFactory.create(values.toArray());
  }

  /** A segment that was not. */
  static Row untrained(
      SegmentKind kind,
      @Nullable Object[] keys,
      long rows,
      String reason,
      @Nullable String message) {
    List<@Nullable Object> values = new ArrayList<>(Arrays.asList(keys));
    for (StructField field : found(kind).fields()) {
      values.add(
          switch (field.name()) {
            case ROWS -> rows;
            case REASON -> reason;
            case MESSAGE -> message;
            default -> null;
          });
    }
    return RowFactory.create(values.toArray());
  }

  /** The weights in a row of a frame; null where the segment was not trained. */
  static @Nullable SegmentWeights weights(SegmentKind kind, Row row) {
    Vector coefficients = row.getAs(COEFFICIENTS);
    if (coefficients != null) {
      double scale = kind == SegmentKind.LINEAR ? row.<Double>getAs(SCALE) : 1.0;
      return SegmentWeights.of(coefficients, row.<Double>getAs(INTERCEPT), scale);
    }
    Matrix matrix = kind == SegmentKind.LOGISTIC ? row.getAs(MATRIX) : null;
    return matrix == null ? null : SegmentWeights.ofClasses(matrix, row.getAs(INTERCEPTS), true);
  }
}
