package ravine.report;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import ravine.engine.TrainingResult;

/**
 * What a training went through, as a DataFrame: a row for each pass and for each step that was
 * kept.
 *
 * <pre>
 *   HistoryFrame.of(spark, estimator.lastTrainingResult())
 *       .where("record = 'step' and cosine &lt; 0")   // where the velocity had gone too far
 *       .show();
 * </pre>
 */
public final class HistoryFrame {
  private HistoryFrame() {}

  /** The frame, with the columns of {@link HistoryTable#COLUMNS}. */
  public static Dataset<Row> of(SparkSession session, TrainingResult result) {
    StructType schema = new StructType();
    for (HistoryTable.Column column : HistoryTable.COLUMNS) {
      schema = schema.add(column.name(), type(column.kind()), true);
    }
    List<Row> rows = new ArrayList<>();
    for (Object[] values : new HistoryTable(result).rows()) {
      rows.add(RowFactory.create(values));
    }
    return session.createDataFrame(rows, schema);
  }

  private static DataType type(HistoryTable.Kind kind) {
    return switch (kind) {
      case TEXT -> DataTypes.StringType;
      case WHOLE -> DataTypes.LongType;
      case NUMBER -> DataTypes.DoubleType;
      case FLAG -> DataTypes.BooleanType;
    };
  }
}
