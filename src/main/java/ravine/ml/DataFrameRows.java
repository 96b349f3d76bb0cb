package ravine.ml;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.columnar.InMemoryRelation;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.ml.weighting.ClassTotals;
import ravine.rows.RowReader;

/** A DataFrame as training rows: label, weight, features and whether the row only validates. */
final class DataFrameRows {
  private static final Logger LOG = LoggerFactory.getLogger(DataFrameRows.class);

  private static final String LIBSVM_WIDTH = "numFeatures";

  private final Dataset<?> dataset;
  private final String featuresCol;
  private final boolean weighted;
  private final boolean validated;
  private final int beside;
  private final Dataset<Row> selected;
  private final Column[] withoutFeatures;

  /**
   * The columns of a data set.
   *
   * @param weightCol column of row weights, or null where every row weighs 1
   * @param validationCol boolean column that marks validation rows, or null
   * @param beside columns of numbers that stand beside the label
   * @throws IllegalArgumentException if a named column is missing or has a type that does not fit
   */
  DataFrameRows(
      Dataset<?> dataset,
      String labelCol,
      String featuresCol,
      @Nullable String weightCol,
      @Nullable String validationCol,
      List<String> beside) {
    this.dataset = dataset;
    this.featuresCol = featuresCol;
    List<Column> columns = new ArrayList<>();
    columns.add(quoted(labelCol).cast(DataTypes.DoubleType));
    columns.add(quoted(featuresCol));
    if (weightCol != null) {
      columns.add(quoted(weightCol).cast(DataTypes.DoubleType));
    }
    if (validationCol != null) {
      requireBoolean(dataset, validationCol);
      columns.add(quoted(validationCol));
    }
    this.weighted = weightCol != null;
    this.validated = validationCol != null;
    this.beside = beside.size();
    List<Column> all = new ArrayList<>(columns);
    beside.forEach(name -> all.add(quoted(name).cast(DataTypes.DoubleType)));
    this.selected = dataset.select(all.toArray(Column[]::new));
    columns.remove(1);
    this.withoutFeatures = columns.toArray(Column[]::new);
  }

  /** The rows where the validation column is not true. */
  static Dataset<?> withoutValidation(Dataset<?> dataset, String validationCol) {
    return dataset.where(
        functions.not(functions.coalesce(quoted(validationCol), functions.lit(false))));
  }

  /** Says {@link #note} in the log. */
  static void warn(@Nullable String validation, long validationRows) {
    String note = note(validation, validationRows);
    if (!note.isEmpty()) {
      LOG.warn(note);
    }
  }

  /** What to say of a validation column that was named and does nothing; empty if it does. */
  static String note(@Nullable String validation, long validationRows) {
    return validation == null || validationRows > 0
        ? ""
        : "validationIndicatorCol "
            + validation
            + " marks no row of positive weight: all rows train, and nothing stops training early.";
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
   * Number of features in the column's metadata, as {@code VectorAssembler} writes it or Spark's
   * reader of LIBSVM; −1 where there is none.
   */
  int declaredFeatures() {
    StructField column = dataset.schema().apply(featuresCol);
    int size = AttributeGroup.fromStructField(column).size();
    return size < 0 && column.metadata().contains(LIBSVM_WIDTH)
        ? (int) column.metadata().getLong(LIBSVM_WIDTH)
        : size;
  }

  /**
   * Number of features of the first row; takes a job, so it is only asked when something is wrong.
   *
   * @throws IllegalArgumentException if there is no row, or no vector in it
   */
  int featuresOfFirst() {
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

  /** What to throw where rows have no feature. */
  IllegalArgumentException withoutFeature() {
    return new IllegalArgumentException(
        "There is no feature to train on: the vectors in column "
            + featuresCol
            + " have length 0.");
  }

  /**
   * The rows in Spark's own form; no object is made for a row. Nothing but columns is asked for, no
   * constant in place of a missing one, so that Spark hands on the rows of a cached DataFrame as
   * they are, without a copy of each.
   */
  JavaRDD<InternalRow> rows() {
    return selected.queryExecution().toRdd().toJavaRDD();
  }

  /** Whether Spark has them cached, so that reading them twice takes no source to be read. */
  boolean areCached() {
    return level().isValid();
  }

  /** Where they are cached; NONE where they are not. */
  StorageLevel level() {
    LogicalPlan plan = selected.queryExecution().optimizedPlan();
    while (plan instanceof Project project) {
      plan = project.child();
    }
    return plan instanceof InMemoryRelation relation
        ? relation.cacheBuilder().storageLevel()
        : StorageLevel.NONE();
  }

  /** The weight of all training rows of each class, by class index; takes a job. */
  double[] classTotals() {
    JavaRDD<InternalRow> labels =
        dataset.select(withoutFeatures).queryExecution().toRdd().toJavaRDD();
    return ClassTotals.of(labels, weighted, validated);
  }

  /**
   * How {@link #rows} are read.
   *
   * @param classWeights what their weights are multiplied by, by class index; a class beyond the
   *     end keeps its weights
   */
  RowReader.Factory<InternalRow> readers(double[] classWeights) {
    boolean withWeight = weighted;
    boolean withValidation = validated;
    int columns = beside;
    return () -> new InternalRowReader(withWeight, withValidation, columns, classWeights);
  }
}
