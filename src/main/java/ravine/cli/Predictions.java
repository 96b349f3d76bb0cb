package ravine.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import ravine.input.Columns;
import ravine.input.FormatGuess;
import ravine.input.Task;
import ravine.input.VectorCodes;

/** Predictions as plain columns, which every format can hold. */
final class Predictions {
  private static final String MARGIN = "margin";

  private Predictions() {}

  /**
   * The original columns, then {@code prediction} (an original label where labels were mapped),
   * then {@code probability_<label>} for each class, or {@code margin} of a linear SVM.
   *
   * @param text whether vectors must become text
   */
  static Dataset<Row> of(Dataset<Row> rows, SavedModel model, boolean text) {
    String[] names = rows.columns();
    Dataset<Row> scored = model.score(rows, false);
    List<Column> columns = new ArrayList<>();
    for (String name : names) {
      boolean vector = Columns.isVector(rows.schema().apply(name).dataType());
      columns.add(vector && text ? VectorCodes.text(name).as(name) : Columns.column(name));
    }
    columns.add(prediction(model).as(SavedModel.PREDICTION));
    if (model.task() == Task.LOGISTIC) {
      Column probabilities = array(SavedModel.PROBABILITY);
      for (int i = 0; i < model.classes(); i++) {
        columns.add(probabilities.getItem(i).as("probability_" + className(model, i)));
      }
    } else if (model.task() == Task.SVM) {
      columns.add(array(SavedModel.RAW_PREDICTION).getItem(1).as(MARGIN));
    }
    return scored.select(columns.toArray(new Column[0]));
  }

  private static Column array(String vector) {
    return org.apache.spark.ml.functions.vector_to_array(Columns.column(vector), "float64");
  }

  /** Labels that were numbers are numbers again. */
  private static Column prediction(SavedModel model) {
    if (model.labelNames().isEmpty()) {
      return Columns.column(SavedModel.PREDICTION);
    }
    Column label = Columns.column(SavedModel.PREDICTED_LABEL);
    String[] names = model.labelNames().get();
    boolean numbers =
        model
            .labelIndexer()
            .map(indexer -> Arrays.stream(indexer.labelsArray()[0]).allMatch(FormatGuess::isNumber))
            .orElse(false);
    if (!numbers) {
      return label;
    }
    boolean whole = Arrays.stream(names).allMatch(name -> name.matches("[-+]?\\d{1,18}"));
    return label.cast(whole ? DataTypes.LongType : DataTypes.DoubleType);
  }

  private static String className(SavedModel model, int number) {
    String name = model.labelNames().map(names -> names[number]).orElse(Integer.toString(number));
    return name.replaceAll("[^\\p{L}\\p{N}_+-]", "_");
  }

  static Map<String, String> writerOptions(String format) {
    return switch (format) {
      case "csv" -> Map.of("header", "true");
      case "tsv" -> Map.of("header", "true", "sep", "\t");
      default -> Map.of();
    };
  }
}
