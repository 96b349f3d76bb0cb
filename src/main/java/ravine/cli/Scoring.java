package ravine.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import ravine.input.Columns;
import ravine.input.DataCheck;
import ravine.input.Labels;
import ravine.input.VectorCodes;
import ravine.terminal.Failure;
import ravine.terminal.Names;
import ravine.terminal.Sentences;

/**
 * Rows that fit a model: its input columns are there, hold what it can read, and labels are ones it
 * knows.
 *
 * @param rows the rows, with the label under the name the model expects
 * @param count their number
 * @param notes what the user should know, such as values never seen in training
 */
record Scoring(Dataset<Row> rows, long count, List<String> notes) {

  /**
   * Checks the rows, in one pass.
   *
   * @param label name of the label column in the data, or null for the model's own
   * @param labelled whether labels are needed
   */
  static Scoring of(Dataset<Row> data, SavedModel model, @Nullable String label, boolean labelled) {
    Dataset<Row> rows = labelled ? withLabel(data, model, label) : data;
    String[] names = rows.columns();
    DataCheck check = new DataCheck(rows);
    if (labelled) {
      checkLabel(check, rows, model);
    }
    List<String> categories = categories(model);
    for (String input : inputs(model)) {
      requireColumn(names, input);
      boolean category = categories.contains(input);
      check.add(input, category ? DataCheck.Role.CATEGORY : DataCheck.Role.FEATURE);
    }
    if (names.length > 0 && inputs(model).contains(model.featuresColumn())) {
      Column width = VectorCodes.size(model.featuresColumn());
      check.refuse(
          model.featuresColumn(),
          DataCheck.Role.FEATURE,
          width.notEqual(model.features()),
          "has another width than the " + model.features() + " features of the model");
    }
    long count = DataCheck.reading(check::run);
    return new Scoring(rows, count, unseen(rows, model));
  }

  private static void requireColumn(String[] names, String name) {
    if (!Arrays.asList(names).contains(name)) {
      throw Failure.usage(
          "The model needs column "
              + name
              + ", which the data does not have; "
              + Names.hint(name, Arrays.asList(names)));
    }
  }

  private static Dataset<Row> withLabel(
      Dataset<Row> data, SavedModel model, @Nullable String label) {
    String expected = model.originalLabelColumn();
    String[] names = data.columns();
    String found = label == null ? expected : Columns.named(names, label, "--label");
    if (!Arrays.asList(names).contains(found)) {
      throw Failure.usage(
          "There is no column "
              + found
              + ", the label of the model; name it with --label: "
              + Names.hint(found, Arrays.asList(names)));
    }
    Dataset<Row> named =
        found.equals(expected) ? data : data.drop(expected).withColumnRenamed(found, expected);
    DataType type = named.schema().apply(expected).dataType();
    return named.withColumn(expected, asTrained(model, expected, type));
  }

  /** Spark's indexer compares text: 1 and 1.0 differ, so numbers take the type of training. */
  private static Column asTrained(SavedModel model, String label, DataType type) {
    Column column = Labels.comparable(label, type);
    if (model.labelIndexer().isEmpty() || !Columns.isNumber(type)) {
      return column;
    }
    String[] known = model.labelIndexer().get().labelsArray()[0];
    boolean whole = Arrays.stream(known).allMatch(value -> value.matches("[-+]?\\d+"));
    return column.cast(whole ? DataTypes.LongType : DataTypes.DoubleType);
  }

  private static void checkLabel(DataCheck check, Dataset<Row> rows, SavedModel model) {
    String label = model.originalLabelColumn();
    check.add(label, model.task().classifies() ? DataCheck.Role.CLASS : DataCheck.Role.LABEL);
    Column column = Columns.column(label);
    if (model.labelIndexer().isPresent()) {
      Object[] known = model.labelIndexer().get().labelsArray()[0];
      String names = String.join(", ", model.labelNames().orElse(new String[0]));
      check.refuse(
          label,
          DataCheck.Role.CLASS,
          functions.not(column.cast(DataTypes.StringType).isin(known)),
          "is no label of the model (it knows " + names + ")");
    } else if (model.task().classifies()) {
      if (!Columns.isNumber(rows.schema().apply(label).dataType())) {
        throw Failure.usage(
            "The model's labels are the numbers from 0 to "
                + (model.classes() - 1)
                + ", but column "
                + label
                + " holds text.");
      }
      Column number = column.cast(DataTypes.DoubleType);
      check.refuse(
          label,
          DataCheck.Role.CLASS,
          number.lt(0).or(number.geq(model.classes())).or(number.notEqual(functions.floor(number))),
          "is no label of the model (it knows 0 to " + (model.classes() - 1) + ")");
    }
  }

  /** Columns that no stage makes. */
  private static Set<String> inputs(SavedModel model) {
    Set<String> made = new LinkedHashSet<>();
    Set<String> needed = new LinkedHashSet<>();
    for (Transformer stage : model.stages()) {
      if (stage instanceof VectorAssembler assembler) {
        needed.addAll(Arrays.asList(assembler.getInputCols()));
        made.add(assembler.getOutputCol());
      } else if (stage instanceof org.apache.spark.ml.feature.OneHotEncoderModel encoder) {
        made.addAll(Arrays.asList(encoder.getOutputCols()));
      }
    }
    needed.addAll(categories(model));
    if (!made.contains(model.featuresColumn())) {
      needed.add(model.featuresColumn());
    }
    needed.removeAll(made);
    return needed;
  }

  private static List<String> categories(SavedModel model) {
    List<String> categories = new ArrayList<>();
    for (StringIndexerModel indexer : indexers(model)) {
      categories.addAll(Arrays.asList(indexer.getInputCols()));
    }
    return categories;
  }

  private static List<StringIndexerModel> indexers(SavedModel model) {
    return model.stages().stream()
        .filter(StringIndexerModel.class::isInstance)
        .map(StringIndexerModel.class::cast)
        .filter(indexer -> indexer.isSet(indexer.inputCols()))
        .toList();
  }

  private static List<String> unseen(Dataset<Row> rows, SavedModel model) {
    List<String> notes = new ArrayList<>();
    for (StringIndexerModel indexer : indexers(model)) {
      String[] columns = indexer.getInputCols();
      for (int i = 0; i < columns.length; i++) {
        Object[] known = indexer.labelsArray()[i];
        long unseen =
            rows.filter(
                    functions.not(
                        Columns.column(columns[i]).cast(DataTypes.StringType).isin(known)))
                .count();
        if (unseen > 0) {
          notes.add(
              Sentences.count(unseen, "row")
                  + " with a value of "
                  + columns[i]
                  + " that training never saw, encoded as no value");
        }
      }
    }
    return notes;
  }
}
