package ravine.input;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import ravine.terminal.Failure;
import ravine.terminal.Names;

/**
 * The columns that take part in training.
 *
 * @param label label column
 * @param weight weight column, or null
 * @param features feature columns in the order of the coefficients
 * @param categorical those of them that are one-hot encoded
 * @param validation column that marks the rows to hold out, or null
 */
public record Columns(
    String label,
    @Nullable String weight,
    List<String> features,
    Set<String> categorical,
    @Nullable String validation) {

  private static final String DEFAULT_LABEL = "label";

  /** Columns without one that marks rows to hold out. */
  public Columns(
      String label, @Nullable String weight, List<String> features, Set<String> categorical) {
    this(label, weight, features, categorical, null);
  }

  /**
   * Turns names as typed into columns of the data, or says which are not there.
   *
   * @param marked column that marks the rows to hold out, as typed; null for none
   */
  public static Columns resolve(StructType schema, ColumnOptions options, @Nullable String marked) {
    String[] names = schema.fieldNames();
    String validation = marked == null ? null : find(names, marked.strip(), "--validation-col");
    if (validation != null && !isNumber(schema.apply(validation).dataType())) {
      throw Failure.usage(
          String.format(
              "Column %s of --validation-col is of type %s; it must hold true and false, or 1 and"
                  + " 0.",
              validation, schema.apply(validation).dataType().simpleString()));
    }
    String label = label(schema, options.label);
    String weight =
        options.weight == null ? null : find(names, options.weight.strip(), "--weight-col");
    Set<String> categorical = new LinkedHashSet<>();
    for (String name : options.categorical) {
      categorical.add(find(names, name.strip(), "--categorical"));
    }
    Set<String> features = new LinkedHashSet<>();
    if (options.features.isEmpty()) {
      for (StructField field : schema.fields()) {
        if (!RowNumber.is(field)) {
          features.add(field.name());
        }
      }
      features.remove(label);
      features.remove(weight);
      features.remove(validation);
    } else {
      for (String name : options.features) {
        features.add(find(names, name.strip(), "--features"));
      }
    }
    if (features.isEmpty()) {
      throw Failure.usage(
          "There are no feature columns: the data has only " + String.join(", ", names) + ".");
    }
    for (String name : categorical) {
      if (!features.contains(name)) {
        throw Failure.usage(
            "Column " + name + " of --categorical is no feature; add it to --features.");
      }
    }
    if (features.contains(label)) {
      throw Failure.usage(
          "Column " + label + " is the label and a feature; take it out of --features.");
    }
    if (weight != null && features.contains(weight)) {
      throw Failure.usage(
          "Column " + weight + " is the weight and a feature; take it out of --features.");
    }
    if (validation != null
        && (features.contains(validation)
            || validation.equals(label)
            || validation.equals(weight))) {
      throw Failure.usage(
          "Column " + validation + " of --validation-col cannot be label, weight or feature, too.");
    }
    return new Columns(label, weight, List.copyOf(features), categorical, validation);
  }

  private static String label(StructType schema, @Nullable String typed) {
    String[] names =
        Arrays.stream(schema.fields())
            .filter(field -> !RowNumber.is(field) || field.name().equals(typed))
            .map(StructField::name)
            .toArray(String[]::new);
    if (typed == null) {
      return Names.find(DEFAULT_LABEL, Arrays.asList(names))
          .orElseThrow(
              () ->
                  Failure.usage(
                      "There is no column named label; say which one it is with --label NAME,"
                          + " --label first or --label last, out of "
                          + Names.list(Arrays.asList(names))
                          + "."));
    }
    return named(names, typed, "--label");
  }

  /** A column by name, else by position: first or last. */
  public static String named(String[] names, String typed, String option) {
    if (!Arrays.asList(names).contains(typed)) {
      if (typed.equals("first")) {
        return names[0];
      }
      if (typed.equals("last")) {
        return names[names.length - 1];
      }
    }
    return find(names, typed, option);
  }

  static String find(String[] names, String name, String option) {
    List<String> known = Arrays.asList(names);
    return Names.find(name, known)
        .orElseThrow(
            () ->
                Failure.usage(
                    "There is no column "
                        + name
                        + " ("
                        + option
                        + "); "
                        + Names.hint(name, known)));
  }

  /** All columns that are read, the label first. */
  public List<String> all() {
    List<String> all = new ArrayList<>();
    all.add(label);
    if (weight != null) {
      all.add(weight);
    }
    all.addAll(features);
    return all;
  }

  public static Column column(String name) {
    return functions.col(PlainNames.quoted(name));
  }

  public static Column[] columns(List<String> names) {
    return names.stream().map(Columns::column).toArray(Column[]::new);
  }

  public static boolean isVector(DataType type) {
    return type.equals(SQLDataTypes.VectorType());
  }

  public static boolean isNumber(DataType type) {
    return type instanceof NumericType || type.equals(DataTypes.BooleanType);
  }

  public static boolean isText(DataType type) {
    return type.typeName().startsWith("string")
        || type.typeName().startsWith("varchar")
        || type.typeName().startsWith("char");
  }

  /** To Spark names are the same that differ only in upper and lower case. */
  private static boolean isTaken(String name, String[] taken) {
    return Arrays.stream(taken).anyMatch(name::equalsIgnoreCase);
  }

  /** A name for a new column that no column has yet. */
  public static String free(String wanted, String[] taken) {
    String name = wanted;
    while (isTaken(name, taken)) {
      name = name + "_";
    }
    return name;
  }
}
