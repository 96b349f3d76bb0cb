package ravine.input;

import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The first row that meets a condition. Runs only when something is wrong, so it may take three
 * passes.
 *
 * @param number of the row in the order of reading, from 1
 * @param values the row
 * @param count how many rows meet the condition
 */
record BadRow(long number, Row values, long count) {
  private static final String ID = "__ravine_row";

  /** Spark's row id holds the partition above these bits and the row in it below. */
  private static final int ROW_BITS = 33;

  /** The first row for which the condition is true. */
  static Optional<BadRow> first(Dataset<Row> rows, Column condition) {
    Dataset<Row> bad =
        rows.withColumn(ID, functions.monotonically_increasing_id()).filter(condition);
    Column id = functions.col(ID);
    Row summary =
        bad.agg(functions.min(id), functions.count(functions.lit(1))).takeAsList(1).get(0);
    if (summary.isNullAt(0)) {
      return Optional.empty();
    }
    long first = summary.getLong(0);
    int partition = (int) (first >>> ROW_BITS);
    long before =
        rows.select(functions.spark_partition_id().as(ID)).filter(id.lt(partition)).count();
    long number = before + (first & ((1L << ROW_BITS) - 1)) + 1;
    Row values = bad.filter(id.equalTo(first)).takeAsList(1).get(0);
    return Optional.of(new BadRow(number, values, summary.getLong(1)));
  }

  /** The value of a column of numbers. */
  double number(String column) {
    return ((Number) values.get(values.fieldIndex(column))).doubleValue();
  }

  /** The value of a column as text, shortened. */
  String value(String column) {
    Object value = values.get(values.fieldIndex(column));
    String text = String.valueOf(value);
    return text.length() > 40 ? text.substring(0, 39) + "…" : text;
  }
}
