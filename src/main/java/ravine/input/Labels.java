package ravine.input;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import ravine.terminal.Failure;

/**
 * The classes of a label column, numbered.
 *
 * <p>Labels that are the numbers 0 … K-1 are used as they are. All others, −1/+1 and text alike,
 * are numbered in sorted order, or as {@code --label-map} says; the numbering is printed and saved
 * with the model as Spark's own stages, and predictions come back as the original labels.
 *
 * @param values the labels as Spark casts them to text, by class number
 * @param names the labels as people write them, by class number
 * @param mapped whether they differ from 0 … K-1
 */
public record Labels(List<String> values, List<String> names, boolean mapped) {
  /** Beyond this many classes the label is most likely a quantity. */
  static final int MOST_CLASSES = 1000;

  private static final String VALUE = "value";

  /** Of a decimal number of Spark's. */
  private static final int MOST_DIGITS = 38;

  /** One label: as cast to text, as a number when it is one, as people write it. */
  private record Label(String value, Optional<BigDecimal> number) {
    String name() {
      return number.map(Labels::text).orElse(value);
    }
  }

  /** Finds the classes, one pass over the rows. */
  public static Labels of(Dataset<Row> rows, String column, Task task, Map<String, Integer> map) {
    DataType type = rows.schema().apply(column).dataType();
    if (!Columns.isNumber(type) && !Columns.isText(type)) {
      throw Failure.usage(
          String.format(
              "Column %s is of type %s and cannot be the label; it must hold numbers or text.",
              column, type.simpleString()));
    }
    boolean numeric = Columns.isNumber(type);
    List<Label> found = distinct(rows, column, numeric);
    if (found.size() > MOST_CLASSES) {
      throw Failure.usage(
          String.format(
              "Label column %s has more than %d different values; for a quantity use --task linear,"
                  + " or name another column with --label.",
              column, MOST_CLASSES));
    }
    if (found.size() == 1) {
      throw Failure.usage(
          String.format(
              "Label column %s holds one class only (%s in every row), so there is nothing to tell"
                  + " apart; check --label, or add rows of another class.",
              column, found.get(0).name()));
    }
    if (task == Task.SVM && found.size() > 2) {
      throw Failure.usage(
          String.format(
              "--task svm tells two classes apart, but label column %s holds %d; use --task"
                  + " logistic.",
              column, found.size()));
    }
    return map.isEmpty() ? sorted(found, column) : mapped(found, column, map);
  }

  private static List<Label> distinct(Dataset<Row> rows, String column, boolean numeric) {
    List<Row> values =
        rows.select(Columns.column(column).cast(DataTypes.StringType).as(VALUE))
            .distinct()
            .limit(MOST_CLASSES + 1)
            .collectAsList();
    List<Label> labels = new ArrayList<>();
    for (Row row : values) {
      String value = row.getString(0);
      labels.add(
          new Label(
              value, numeric ? Optional.ofNullable(KnownValues.number(value)) : Optional.empty()));
    }
    labels.sort(
        numeric
            ? Comparator.comparing(label -> label.number().orElseThrow())
            : Comparator.comparing(Label::value));
    return labels;
  }

  private static Labels sorted(List<Label> found, String column) {
    boolean plain = true;
    for (int i = 0; i < found.size(); i++) {
      Optional<BigDecimal> number = found.get(i).number();
      plain &= number.isPresent() && number.get().compareTo(BigDecimal.valueOf(i)) == 0;
      if (number.isPresent() && number.get().scale() > 0) {
        throw Failure.usage(
            String.format(
                "Label column %s holds %s, which is no whole number; for a quantity use --task"
                    + " linear, for classes number them with --label-map.",
                column, found.get(i).name()));
      }
    }
    return labels(found, !plain);
  }

  private static Labels mapped(List<Label> found, String column, Map<String, Integer> map) {
    Label[] byClass = new Label[map.size()];
    for (Map.Entry<String, Integer> entry : map.entrySet()) {
      int number = entry.getValue();
      if (number < 0 || number >= byClass.length || byClass[number] != null) {
        throw Failure.usage(
            String.format(
                "--label-map must give each label its own class from 0 to %d, but was %s.",
                byClass.length - 1, map));
      }
      byClass[number] =
          found.stream()
              .filter(label -> isNamed(label, entry.getKey()))
              .findFirst()
              .orElseThrow(
                  () ->
                      Failure.usage(
                          String.format(
                              "--label-map names %s, but column %s holds %s.",
                              entry.getKey(), column, list(found))));
    }
    for (Label label : found) {
      if (!Arrays.asList(byClass).contains(label)) {
        throw Failure.usage(
            String.format(
                "Label column %s also holds %s, which --label-map leaves out.",
                column, label.name()));
      }
    }
    return labels(Arrays.asList(byClass), true);
  }

  private static boolean isNamed(Label label, String typed) {
    BigDecimal number = KnownValues.number(typed);
    return label.value().equals(typed)
        || (number != null && label.number().filter(own -> own.compareTo(number) == 0).isPresent());
  }

  /** All digits of a whole number that has few enough of them. */
  private static String text(BigDecimal number) {
    return number.precision() - number.scale() <= MOST_DIGITS
        ? number.toPlainString()
        : number.toString();
  }

  private static Labels labels(List<Label> found, boolean mapped) {
    return new Labels(
        found.stream().map(Label::value).toList(),
        found.stream().map(Label::name).toList(),
        mapped);
  }

  private static String list(List<Label> labels) {
    return labels.stream().limit(20).map(Label::name).collect(Collectors.joining(", "));
  }

  /** "-1 -> 0, 1 -> 1". */
  public String note() {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (i == 6 && names.size() > 8) {
        pairs.add("…");
      }
      if (i < 6 || i == names.size() - 1 || names.size() <= 8) {
        pairs.add(names.get(i) + " -> " + i);
      }
    }
    return String.join(", ", pairs);
  }

  /** The class of a label as people or Spark write it; −1 if there is none. */
  public int classOf(String typed) {
    if (values.contains(typed) || names.contains(typed)) {
      return Math.max(values.indexOf(typed), names.indexOf(typed));
    }
    BigDecimal number = KnownValues.number(typed);
    for (int k = 0; number != null && k < values.size(); k++) {
      BigDecimal own = KnownValues.number(values.get(k));
      if (own != null && own.compareTo(number) == 0) {
        return k;
      }
    }
    return -1;
  }

  /** The stage that turns labels into class numbers. */
  public StringIndexerModel indexer(String input, String output) {
    String[][] labels = {values.toArray(new String[0])};
    StringIndexerModel indexer = new StringIndexerModel(labels);
    return indexer.setInputCol(input).setOutputCol(output).setHandleInvalid("error");
  }

  /** The stage that turns predicted class numbers back into labels. */
  public IndexToString restorer(String input, String output) {
    return new IndexToString()
        .setInputCol(input)
        .setOutputCol(output)
        .setLabels(names.toArray(new String[0]));
  }

  /** A label column as the indexer compares it: true and false become 1 and 0, -0 becomes 0. */
  public static Column comparable(String column, DataType type) {
    Column label = Columns.column(column);
    if (type.equals(DataTypes.BooleanType)) {
      return label.cast(DataTypes.DoubleType);
    }
    boolean signedZero = type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType);
    return signedZero
        ? functions.when(label.equalTo(0), functions.lit(0).cast(type)).otherwise(label)
        : label;
  }
}
