package ravine.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.OneHotEncoderModel;
import org.apache.spark.ml.feature.SQLTransformer;
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
import ravine.input.KnownValues;
import ravine.input.Labels;
import ravine.input.PlainNames;
import ravine.input.VectorCodes;
import ravine.terminal.Failure;
import ravine.terminal.Names;
import ravine.terminal.Sentences;

/**
 * Rows that fit a model: its input columns are there, hold what it can read, and labels are ones it
 * knows. A column of the data that is named as one the model makes steps aside; labels and
 * categories are written as in training.
 *
 * @param rows the rows, with the label under the name the model expects
 * @param count their number
 * @param originals column of the rows by column of the data, in the order of the data
 * @param notes what the user should know, such as values never seen in training
 */
record Scoring(Dataset<Row> rows, long count, Map<String, String> originals, List<String> notes) {

  /** Checks rows without labels, in one pass; all columns are kept. */
  static Scoring toPredict(Dataset<Row> data, SavedModel model) {
    return checked(data, data.columns(), model, false);
  }

  /**
   * Checks rows with labels, in one pass; columns that the model does not read are dropped.
   *
   * @param label name of the label column in the data, or null for the model's own
   * @param weight name of a weight column that is kept too, or null for only the model's own
   */
  static Scoring toEvaluate(
      Dataset<Row> data, SavedModel model, @Nullable String label, @Nullable String weight) {
    String[] names = data.columns();
    String found = labelColumn(names, model, label);
    String expected = model.originalLabelColumn();
    Set<String> kept = new LinkedHashSet<>(inputs(model));
    model.weightColumn().ifPresent(kept::add);
    kept.retainAll(Arrays.asList(names));
    if (weight != null) {
      kept.add(Columns.named(names, weight, "--weight-col"));
    }
    List<Column> selected = new ArrayList<>();
    for (String name : kept) {
      if (!name.equals(expected)) {
        selected.add(Columns.column(name));
      }
    }
    selected.add(asTrained(data, found, model).as(expected));
    Dataset<Row> rows = data.select(selected.toArray(new Column[0]));
    return checked(rows, rows.columns(), model, true);
  }

  private static Scoring checked(
      Dataset<Row> data, String[] names, SavedModel model, boolean labelled) {
    Map<String, String[]> categories = categories(model);
    Set<String> made = made(model);
    Map<String, String> originals = new LinkedHashMap<>();
    List<Column> selected = new ArrayList<>();
    List<String> taken = new ArrayList<>(Arrays.asList(names));
    taken.addAll(made);
    for (String name : names) {
      Column column = Columns.column(name);
      String[] known = categories.get(name);
      String kept = name;
      if (known != null || made.stream().anyMatch(name::equalsIgnoreCase)) {
        kept = Columns.free(name + "_", taken.toArray(new String[0]));
        taken.add(kept);
      }
      originals.put(name, kept);
      selected.add(column.as(kept));
      if (known != null) {
        DataType type = data.schema().apply(name).dataType();
        selected.add(KnownValues.matched(column, type, known).as(name));
      }
    }
    Dataset<Row> rows = data.select(selected.toArray(new Column[0]));
    DataCheck check = new DataCheck(rows);
    List<String> notes = new ArrayList<>();
    if (labelled) {
      checkLabel(check, model);
      checkWeight(check, rows, model, notes);
    }
    for (String input : inputs(model)) {
      requireColumn(names, input);
      boolean category = categories.containsKey(input);
      check.add(input, category ? DataCheck.Role.CATEGORY : DataCheck.Role.FEATURE);
    }
    if (inputs(model).contains(model.featuresColumn())) {
      Column width = VectorCodes.size(model.featuresColumn());
      check.refuse(
          model.featuresColumn(),
          DataCheck.Role.FEATURE,
          width.notEqual(model.features()),
          "has another width than the " + model.features() + " features of the model");
    }
    long count = DataCheck.reading(check::run);
    notes.addAll(unseen(rows, categories));
    if (labelled && model.task().classifies() && model.labelIndexer().isEmpty()) {
      String label = model.originalLabelColumn();
      rows = rows.withColumn(label, Columns.column(label).cast(DataTypes.DoubleType));
    }
    return new Scoring(rows, count, originals, notes);
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

  private static String labelColumn(String[] names, SavedModel model, @Nullable String label) {
    String expected = model.originalLabelColumn();
    List<String> known = Arrays.asList(names);
    if (label != null) {
      return Columns.named(names, label, "--label");
    }
    if (known.contains(expected)) {
      return expected;
    }
    // Training gave a label column a plain name where Spark's stages could not work with its own.
    Optional<String> odd =
        known.stream().filter(name -> PlainNames.plain(name).equals(expected)).findFirst();
    return odd.orElseThrow(
        () ->
            Failure.usage(
                "There is no column "
                    + expected
                    + ", the label of the model; name it with --label: "
                    + Names.hint(expected, known)));
  }

  /** Labels as training knew them, quantities as they are. */
  private static Column asTrained(Dataset<Row> data, String label, SavedModel model) {
    DataType type = data.schema().apply(label).dataType();
    if (!model.task().classifies()) {
      return Columns.column(label);
    }
    if (!Columns.isNumber(type) && !Columns.isText(type)) {
      throw Failure.usage(
          String.format(
              "Column %s is of type %s and cannot be the label; it must hold numbers or text.",
              label, type.simpleString()));
    }
    return KnownValues.matched(Labels.comparable(label, type), type, model.labelValues());
  }

  private static void checkLabel(DataCheck check, SavedModel model) {
    String label = model.originalLabelColumn();
    check.add(label, model.task().classifies() ? DataCheck.Role.CLASS : DataCheck.Role.LABEL);
    if (!model.task().classifies()) {
      return;
    }
    Object[] known = model.labelValues();
    String names =
        model.labelIndexer().isPresent()
            ? String.join(", ", model.labelNames().orElseGet(model::labelValues))
            : "0 to " + (model.classes() - 1);
    check.refuse(
        label,
        DataCheck.Role.CLASS,
        functions.not(Columns.column(label).isin(known)),
        "is no label of the model (it knows " + names + ")");
  }

  private static void checkWeight(
      DataCheck check, Dataset<Row> rows, SavedModel model, List<String> notes) {
    if (model.weightColumn().isEmpty()) {
      return;
    }
    String weight = model.weightColumn().get();
    if (Arrays.asList(rows.columns()).contains(weight)) {
      check.add(weight, DataCheck.Role.WEIGHT);
    } else {
      notes.add("the data has no column " + weight + ", the weight in training: each row counts 1");
    }
  }

  /** Columns of the data that the model reads. */
  private static Set<String> inputs(SavedModel model) {
    Set<String> made = made(model);
    Set<String> needed = new LinkedHashSet<>();
    for (Transformer stage : model.stages()) {
      if (stage instanceof SQLTransformer sql) {
        needed.addAll(PlainNames.of(sql).values());
      } else if (stage instanceof VectorAssembler assembler) {
        needed.addAll(Arrays.asList(assembler.getInputCols()));
      }
    }
    needed.addAll(categories(model).keySet());
    needed.add(model.featuresColumn());
    needed.removeAll(made);
    return needed;
  }

  /** Columns that the stages of the model make. */
  private static Set<String> made(SavedModel model) {
    Set<String> made = new LinkedHashSet<>();
    for (Transformer stage : model.stages()) {
      if (stage instanceof SQLTransformer sql) {
        made.addAll(PlainNames.of(sql).keySet());
      } else if (stage instanceof VectorAssembler assembler) {
        made.add(assembler.getOutputCol());
      } else if (stage instanceof OneHotEncoderModel encoder) {
        made.addAll(Arrays.asList(encoder.getOutputCols()));
      }
    }
    for (StringIndexerModel indexer : indexers(model)) {
      made.addAll(Arrays.asList(indexer.getOutputCols()));
    }
    model.labelIndexer().ifPresent(indexer -> made.add(indexer.getOutputCol()));
    made.add(model.predictionColumn());
    if (model.task().classifies()) {
      made.add(model.rawPredictionColumn());
    }
    if (model.task() == ravine.input.Task.LOGISTIC) {
      made.add(model.probabilityColumn());
    }
    model.predictedLabelColumn().ifPresent(made::add);
    return made;
  }

  /** The values that training saw, by categorical column of the data. */
  private static Map<String, String[]> categories(SavedModel model) {
    Map<String, String> plain = new LinkedHashMap<>();
    for (Transformer stage : model.stages()) {
      if (stage instanceof SQLTransformer sql) {
        plain.putAll(PlainNames.of(sql));
      }
    }
    Map<String, String[]> categories = new LinkedHashMap<>();
    for (StringIndexerModel indexer : indexers(model)) {
      String[] columns = indexer.getInputCols();
      for (int i = 0; i < columns.length; i++) {
        categories.put(plain.getOrDefault(columns[i], columns[i]), indexer.labelsArray()[i]);
      }
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

  private static List<String> unseen(Dataset<Row> rows, Map<String, String[]> categories) {
    List<String> notes = new ArrayList<>();
    categories.forEach(
        (column, known) -> {
          Column value = Columns.column(column).cast(DataTypes.StringType);
          long unseen = rows.filter(functions.not(value.isin((Object[]) known))).count();
          if (unseen > 0) {
            notes.add(
                Sentences.count(unseen, "row")
                    + " with a value of "
                    + column
                    + " that training never saw, encoded as no value");
          }
        });
    return notes;
  }
}
