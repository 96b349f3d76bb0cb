package ravine.ml.tuning;

import java.util.List;
import java.util.Set;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import ravine.rows.Packing;
import ravine.rows.RowView;

/**
 * What tells a row's fold: its place among the packed rows, or a column.
 *
 * @param rows with that column
 * @param column that states folds 0, 1, …; empty where places tell them
 * @param folds how many there are
 * @param isOwn whether the column was added to the user's
 */
record Folding(Dataset<?> rows, String column, int folds, boolean isOwn) {
  private static final Set<DataType> OTHER_THAN_INT =
      Set.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.LongType);

  /** Of places, which costs nothing beside the rows. */
  static Folding byPlace(Dataset<?> rows) {
    return new Folding(rows, "", 0, false);
  }

  /** Of a column of whole numbers. */
  static Folding stated(Dataset<?> rows, String column, int folds) {
    return new Folding(rows, column, folds, false);
  }

  /**
   * Of a hash of the seed and of a column's value, so that rows of one value are in one fold,
   * wherever they stand; null is a value like others.
   *
   * @throws IllegalArgumentException if there is no such column, or it has several values a row
   */
  static Folding byId(Dataset<?> rows, String idCol, int folds, long seed) {
    List<String> names = List.of(rows.columns());
    if (!names.contains(idCol)) {
      throw new IllegalArgumentException(
          "idCol " + idCol + " is not among the columns " + String.join(", ", names) + ".");
    }
    DataType type = rows.schema().apply(idCol).dataType();
    if (type instanceof ArrayType || type instanceof MapType || type instanceof StructType) {
      throw new IllegalArgumentException(
          "idCol must be a column of one value a row, but "
              + idCol
              + " is "
              + type.simpleString()
              + ".");
    }
    String column = "fold";
    while (names.stream().anyMatch(column::equalsIgnoreCase)) {
      column += "_";
    }
    Column id = quoted(idCol);
    Column hash = functions.xxhash64(functions.lit(seed), id);
    Column fold = functions.pmod(hash, functions.lit((long) folds)).cast(DataTypes.IntegerType);
    return new Folding(rows.withColumn(column, fold), column, folds, true);
  }

  private static Column quoted(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /** Whether a column is of whole numbers, but not of the int that Spark asks of folds. */
  static boolean areOtherThanInts(StructType schema, String column) {
    return List.of(schema.fieldNames()).contains(column)
        && OTHER_THAN_INT.contains(schema.apply(column).dataType());
  }

  /** Rows whose folds are Spark's int; what is no int is the nearest, which is no fold either. */
  static Dataset<?> ofInts(Dataset<?> rows, String column) {
    if (!areOtherThanInts(rows.schema(), column)) {
      return rows;
    }
    Column told = quoted(column);
    Column nearest =
        functions
            .when(told.lt(Integer.MIN_VALUE), Integer.MIN_VALUE)
            .when(told.gt(Integer.MAX_VALUE), Integer.MAX_VALUE)
            .otherwise(told); // null, too
    return rows.withColumn(column, nearest.cast(DataTypes.IntegerType));
  }

  /** The param of the column whose values tell folds. */
  static Param<String> idParam(Params owner) {
    return new Param<>(
        owner,
        "idCol",
        "column whose values tell folds: rows of one value are in one fold, a hash of seed and"
            + " value; empty for a hash of a row's place");
  }

  /** Rows without the column that was added to tell their folds. */
  Dataset<?> withoutOwn(Dataset<?> packed) {
    return isOwn ? packed.drop(column) : packed;
  }

  /** What is packed beside the labels for it. */
  List<Packing.Beside> beside() {
    return column.isEmpty() ? List.of() : List.of(new Packing.Beside(column, folds));
  }

  /** A view of folds that it tells. */
  RowView view(RowView byPlace) {
    return column.isEmpty() ? byPlace : isOwn ? byPlace.statedByIds(0) : byPlace.statedBy(0);
  }
}
