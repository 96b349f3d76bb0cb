package ravine.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import ravine.input.Columns;
import ravine.input.DataLoader;
import ravine.input.Features;
import ravine.input.Labels;
import ravine.input.SourceOptions;
import ravine.input.Task;
import ravine.terminal.Console;
import ravine.terminal.Failure;
import ravine.terminal.Names;

/**
 * Rows to be true on.
 *
 * @param name what tables call them
 * @param frame columns {@code label}, a class number or a quantity, and {@code features}
 * @param kinds what is asked about them
 */
record TruthSet(String name, Dataset<Row> frame, List<TruthProblem.Kind> kinds) {
  /** More different whole numbers than this are a quantity. */
  private static final int MOST_CLASSES = 30;

  private static final List<String> LABELS = List.of("label", "class", "target", "y");

  /**
   * Reads a file.
   *
   * @param text a path, then perhaps {@code @} and the label column (a name, first or last), then
   *     perhaps {@code @} and {@code linear} or {@code logistic}
   */
  static TruthSet of(SparkSession session, Console console, String text) {
    String[] parts = text.split("@", -1);
    if (parts.length > 3) {
      throw Failure.usage(
          "--data must be PATH, PATH@LABEL or PATH@LABEL@TASK, but was " + text + ".");
    }
    SourceOptions source = new SourceOptions();
    source.data = parts[0];
    Dataset<Row> read = new DataLoader(session, source, console::note).load();
    String[] names = read.columns();
    String label = parts.length > 1 ? Columns.named(names, parts[1], "--data") : label(names);
    List<String> features = new ArrayList<>(List.of(names));
    features.remove(label);
    Set<String> categorical = new LinkedHashSet<>();
    for (StructField field : read.schema().fields()) {
      if (features.contains(field.name())
          && !Columns.isVector(field.dataType())
          && !Columns.isNumber(field.dataType())) {
        categorical.add(field.name());
      }
    }
    Features assembled = Features.fit(read, new Columns(label, null, features, categorical));
    Dataset<Row> rows = read;
    for (Transformer stage : assembled.stages()) {
      rows = stage.transform(rows);
    }
    boolean quantity =
        parts.length > 2 ? parts[2].equalsIgnoreCase("linear") : isQuantity(read, label);
    String target = label;
    if (!quantity) {
      Labels classes = Labels.of(read, label, Task.LOGISTIC, java.util.Map.of());
      target = Columns.free("class_number", rows.columns());
      rows = classes.indexer(label, target).transform(rows);
    }
    Dataset<Row> two =
        rows.select(
                Columns.column(target).cast(DataTypes.DoubleType).as("label"),
                Columns.column(assembled.column()).as("features"))
            .repartition(session.sparkContext().defaultParallelism());
    String file = parts[0].substring(parts[0].lastIndexOf('/') + 1);
    return of(session, file, two, quantity);
  }

  /** Rows that are there, as the questions that their labels allow. */
  static TruthSet of(SparkSession session, String name, Dataset<Row> rows, boolean quantity) {
    Dataset<Row> frame = session.createDataFrame(rows.javaRDD(), GeneratedRows.SCHEMA);
    if (quantity) {
      return new TruthSet(name, frame, List.of(TruthProblem.Kind.LINEAR, TruthProblem.Kind.HUBER));
    }
    boolean two = rows.agg(functions.max("label")).first().getDouble(0) <= 1.0;
    return new TruthSet(
        name,
        frame,
        two
            ? List.of(TruthProblem.Kind.LOGISTIC, TruthProblem.Kind.SVC)
            : List.of(TruthProblem.Kind.MULTINOMIAL));
  }

  private static String label(String[] names) {
    for (String name : LABELS) {
      String found = Names.find(name, List.of(names)).orElse("");
      if (!found.isEmpty() && found.toLowerCase(Locale.ROOT).equals(name)) {
        return found;
      }
    }
    return names[names.length - 1];
  }

  private static boolean isQuantity(Dataset<Row> rows, String label) {
    if (!Columns.isNumber(rows.schema().apply(label).dataType())) {
      return false;
    }
    List<Row> values =
        rows.select(Columns.column(label).cast(DataTypes.DoubleType))
            .distinct()
            .limit(MOST_CLASSES + 1)
            .collectAsList();
    return values.size() > MOST_CLASSES
        || values.stream().anyMatch(row -> row.getDouble(0) != Math.rint(row.getDouble(0)));
  }
}
