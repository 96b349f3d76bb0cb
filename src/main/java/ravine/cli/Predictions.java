package ravine.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
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
   * then {@code probability_<label>} for each class, or {@code margin} of a linear SVM. A name that
   * the data has already gets an underscore; classes whose names would be one name as columns, or
   * differ only in upper and lower case, get their number.
   *
   * @param text whether vectors must become text
   */
  static Dataset<Row> of(Scoring data, SavedModel model, boolean text) {
    Dataset<Row> scored = model.score(data.rows(), false);
    List<Column> columns = new ArrayList<>();
    List<String> names = new ArrayList<>();
    data.originals()
        .forEach(
            (name, internal) -> {
              boolean vector = Columns.isVector(data.rows().schema().apply(internal).dataType());
              Column column =
                  vector && text ? VectorCodes.text(internal) : Columns.column(internal);
              columns.add(column.as(name));
              names.add(name);
            });
    columns.add(prediction(model).as(free(SavedModel.PREDICTION, names)));
    if (model.task() == Task.LOGISTIC) {
      Column probabilities = array(model.probabilityColumn());
      List<String> classNames = classNames(model);
      for (int i = 0; i < model.classes(); i++) {
        columns.add(probabilities.getItem(i).as(free("probability_" + classNames.get(i), names)));
      }
    } else if (model.task() == Task.SVM) {
      columns.add(array(model.rawPredictionColumn()).getItem(1).as(free(MARGIN, names)));
    }
    return scored.select(columns.toArray(new Column[0]));
  }

  private static String free(String wanted, List<String> names) {
    String name = Columns.free(wanted, names.toArray(new String[0]));
    names.add(name);
    return name;
  }

  private static Column array(String vector) {
    return org.apache.spark.ml.functions.vector_to_array(Columns.column(vector), "float64");
  }

  /** Labels that were numbers are numbers again. */
  private static Column prediction(SavedModel model) {
    if (model.predictedLabelColumn().isEmpty()) {
      return Columns.column(model.predictionColumn());
    }
    Column label = Columns.column(model.predictedLabelColumn().get());
    String[] names = model.labelNames().orElseThrow();
    if (!Arrays.stream(model.labelValues()).allMatch(FormatGuess::isNumber)) {
      return label;
    }
    if (allMatch(names, "[-+]?\\d{1,18}")) {
      return label.cast(DataTypes.LongType);
    }
    // A double would not tell 12345678901234567890 from the next number.
    return allMatch(names, "[-+]?\\d{1,38}")
        ? label.cast(DataTypes.createDecimalType(38, 0))
        : label.cast(DataTypes.DoubleType);
  }

  private static boolean allMatch(String[] names, String pattern) {
    return Arrays.stream(names).allMatch(name -> name.matches(pattern));
  }

  /** Names of the classes with which a column can end; all differ, in lower case too. */
  private static List<String> classNames(SavedModel model) {
    String[] labels = model.labelNames().orElseGet(model::labelValues);
    List<String> names =
        Arrays.stream(labels).map(name -> name.replaceAll("[^\\p{L}\\p{N}_+-]", "_")).toList();
    List<String> folded = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    return IntStream.range(0, names.size())
        .mapToObj(
            i ->
                Collections.frequency(folded, folded.get(i)) > 1
                    ? names.get(i) + "_" + i
                    : names.get(i))
        .toList();
  }

  static Map<String, String> writerOptions(String format) {
    return switch (format) {
      case "csv" -> Map.of("header", "true");
      case "tsv" -> Map.of("header", "true", "sep", "\t");
      default -> Map.of();
    };
  }
}
