package ravine.ml;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import ravine.engine.Example;

/** A DataFrame as training rows: label, weight, features and whether the row only validates. */
final class Rows {
  private final Dataset<?> dataset;
  private final String featuresCol;
  private final Dataset<Row> selected;

  /**
   * The columns of a data set.
   *
   * @param weightCol column of row weights, or null where every row weighs 1
   * @param validationCol boolean column that marks validation rows, or null
   * @throws IllegalArgumentException if a named column is missing or has a type that does not fit
   */
  Rows(
      Dataset<?> dataset,
      String labelCol,
      String featuresCol,
      @Nullable String weightCol,
      @Nullable String validationCol) {
    this.dataset = dataset;
    this.featuresCol = featuresCol;
    List<Column> columns = new ArrayList<>();
    columns.add(quoted(labelCol).cast(DataTypes.DoubleType));
    columns.add(quoted(featuresCol));
    columns.add(
        weightCol == null ? functions.lit(1.0) : quoted(weightCol).cast(DataTypes.DoubleType));
    if (validationCol != null) {
      requireBoolean(dataset, validationCol);
    }
    columns.add(validationCol == null ? functions.lit(false) : quoted(validationCol));
    this.selected = dataset.select(columns.toArray(Column[]::new));
  }

  /** The rows where the validation column is not true. */
  static Dataset<?> withoutValidation(Dataset<?> dataset, String validationCol) {
    return dataset.where(
        functions.not(functions.coalesce(quoted(validationCol), functions.lit(false))));
  }

  private static Column quoted(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  private static void requireBoolean(Dataset<?> dataset, String name) {
    StructField field = dataset.schema().apply(name);
    if (!field.dataType().equals(DataTypes.BooleanType)) {
      throw new IllegalArgumentException(
          "validationIndicatorCol must be a boolean column, but "
              + name
              + " is "
              + field.dataType().simpleString());
    }
  }

  /**
   * Number of features: from the column's metadata, else from the first row.
   *
   * @throws IllegalArgumentException if there is no row
   */
  int features() {
    StructField field = dataset.schema().apply(featuresCol);
    int known = org.apache.spark.ml.attribute.AttributeGroup.fromStructField(field).size();
    if (known >= 0) {
      return known;
    }
    List<Row> first = dataset.select(quoted(featuresCol)).takeAsList(1);
    if (first.isEmpty()) {
      throw new IllegalArgumentException("There is no row to train on: the data is empty.");
    }
    if (first.get(0).isNullAt(0)) {
      throw new IllegalArgumentException(
          "The features in column " + featuresCol + " are null in the first row.");
    }
    return ((Vector) first.get(0).get(0)).size();
  }

  /**
   * The rows; a null label or weight becomes NaN and a null vector one of length 0, which packing
   * reports with its place.
   */
  JavaRDD<Example> examples() {
    return selected.javaRDD().map(Rows::example);
  }

  private static Example example(Row row) {
    double label = row.isNullAt(0) ? Double.NaN : row.getDouble(0);
    double weight = row.isNullAt(2) ? Double.NaN : row.getDouble(2);
    boolean validation = !row.isNullAt(3) && row.getBoolean(3);
    Vector vector =
        row.isNullAt(1) ? org.apache.spark.ml.linalg.Vectors.zeros(0) : (Vector) row.get(1);
    return new Example(label, weight, vector, validation);
  }
}
