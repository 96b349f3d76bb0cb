package ravine.input;

import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/**
 * The row number that pandas and R write beside the data: a column without a name at the left, or
 * what pandas calls it when it reads or writes it again. It stays with the rows, but is no feature.
 */
final class RowNumber {
  private static final String MARK = "ravine.rowNumber";
  private static final Set<String> NAMES = Set.of("Unnamed: 0", "__index_level_0__");

  private RowNumber() {}

  static Dataset<Row> mark(Dataset<Row> rows, String column) {
    return rows.withMetadata(column, new MetadataBuilder().putBoolean(MARK, true).build());
  }

  static boolean is(StructField column) {
    return NAMES.contains(column.name())
        || (column.metadata().contains(MARK) && column.metadata().getBoolean(MARK));
  }
}
