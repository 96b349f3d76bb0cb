package ravine.input;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import ravine.terminal.Failure;
import ravine.terminal.Sentences;

/**
 * Refuses rows that cannot be trained on or scored: missing, NaN or infinite values, text where a
 * number is needed, negative weights. One pass over the rows when all is well.
 */
public final class DataCheck {
  /** What a column is used as. */
  public enum Role {
    FEATURE("drop or fill such rows, or leave the column out with --features"),
    CATEGORY("drop or fill such rows, or leave the column out of --categorical and --features"),
    LABEL("drop such rows"),
    CLASS("drop such rows"),
    WEIGHT("give every row a weight of 0 or more");

    private final String advice;

    Role(String advice) {
      this.advice = advice;
    }
  }

  /**
   * A number from here on cannot be squared and summed over many rows within the range of a double.
   */
  static final double HUGE = 1e150;

  private static final String TOO_LARGE = "huge";

  /** One thing that may be wrong with a column. */
  private record Problem(String column, Role role, Column found, String text) {}

  private final Dataset<Row> rows;
  private final StructType schema;
  private final List<Problem> problems = new ArrayList<>();
  private final List<String> vectors = new ArrayList<>();

  public DataCheck(Dataset<Row> rows) {
    this.rows = rows;
    this.schema = rows.schema();
  }

  /** Adds a column to check; its type is checked at once. */
  public DataCheck add(String name, Role role) {
    DataType type = schema.apply(name).dataType();
    boolean anyType = role == Role.CATEGORY || role == Role.CLASS;
    Column column = Columns.column(name);
    if (Columns.isVector(type) && role == Role.FEATURE) {
      vectors.add(name);
      problems.add(new Problem(name, role, VectorCodes.odd(name), "holds"));
    } else if (Columns.isNumber(type)) {
      Column number = column.cast(DataTypes.DoubleType);
      Column odd = functions.isnan(number).or(infinite(number));
      problems.add(new Problem(name, role, odd, "is"));
      if (role != Role.CLASS && role != Role.CATEGORY) {
        problems.add(new Problem(name, role, functions.abs(number).geq(HUGE), TOO_LARGE));
      }
      if (role == Role.WEIGHT) {
        problems.add(new Problem(name, role, number.lt(0), "is"));
      }
    } else if (!anyType) {
      throw wrongType(name, role, type);
    }
    problems.add(new Problem(name, role, column.isNull(), "missing"));
    return this;
  }

  /**
   * Adds a condition of its own.
   *
   * @param found true for a bad row
   * @param text what is wrong with the value, after it: "is unknown to the model"
   */
  public DataCheck refuse(String name, Role role, Column found, String text) {
    problems.add(new Problem(name, role, found, text));
    return this;
  }

  /**
   * Looks at every row once.
   *
   * @return the number of rows
   */
  public long run() {
    List<Column> asked = new ArrayList<>();
    asked.add(functions.min(firstProblem()));
    for (String vector : vectors) {
      asked.add(functions.min(VectorCodes.size(vector)));
      asked.add(functions.max(VectorCodes.size(vector)));
      asked.add(functions.max(VectorCodes.stored(vector)));
    }
    Row answer =
        rows.agg(functions.count(functions.lit(1)), asked.toArray(new Column[0]))
            .takeAsList(1)
            .get(0);
    if (!answer.isNullAt(1)) {
      throw failure(problems.get(answer.getInt(1)));
    }
    for (int i = 0; i < vectors.size(); i++) {
      checkWidth(vectors.get(i), answer, 2 + 3 * i);
    }
    return answer.getLong(0);
  }

  /** Of each row: the index of the first problem it has, or null; one aggregate instead of many. */
  private Column firstProblem() {
    Column[] indexes = new Column[problems.size()];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = functions.when(problems.get(i).found(), i);
    }
    return functions.coalesce(indexes);
  }

  private static void checkWidth(String vector, Row answer, int at) {
    if (answer.isNullAt(at)) {
      return;
    }
    int least = answer.getInt(at);
    int most = answer.getInt(at + 1);
    if (answer.getInt(at + 2) == 0) {
      throw Failure.usage(
          "Column "
              + vector
              + " holds only vectors without elements: there are no features to learn from.");
    }
    if (least != most) {
      throw Failure.usage(
          String.format(
              "Column %s holds vectors of %d to %d elements; all rows must have the same number.",
              vector, least, most));
    }
  }

  private static Column infinite(Column number) {
    return functions.abs(number).equalTo(functions.lit(Double.POSITIVE_INFINITY));
  }

  private Failure failure(Problem problem) {
    BadRow row =
        BadRow.first(rows, problem.found())
            .orElseThrow(
                () ->
                    Failure.usage(
                        "Column "
                            + problem.column()
                            + " changes while it is read; save it first."));
    String name = problem.column();
    if (problem.text().equals("missing") && row.count() == rows.count()) {
      return Failure.usage(
          String.format("Column %s has no value in any row; %s.", name, problem.role().advice));
    }
    String others = row.count() > 1 ? String.format(" (and %d more)", row.count() - 1) : "";
    String what =
        switch (problem.text()) {
          case "missing" -> "has no value";
          case "holds" -> {
            Vector vector = (Vector) row.values().get(row.values().fieldIndex(name));
            yield "holds " + VectorCodes.describe(vector);
          }
          case TOO_LARGE -> "is " + text(row.number(name));
          case "is" -> "is " + row.value(name);
          default -> "is " + row.value(name) + ", which " + problem.text() + ",";
        };
    String why =
        problem.text().equals(TOO_LARGE)
            ? ", too large to be squared (does it mark a missing value?)"
            : "";
    return Failure.usage(
        String.format(
            "Column %s %s in row %d%s%s; %s.",
            name, what, row.number(), others, why, problem.role().advice));
  }

  /** 1.797e308, as people type it. */
  static String text(double value) {
    return Double.toString(value).replace('E', 'e');
  }

  private Failure wrongType(String name, Role role, DataType type) {
    String use =
        role == Role.FEATURE
            ? "a feature"
            : "the " + role.name().toLowerCase(java.util.Locale.ROOT);
    if (!Columns.isText(type)) {
      return Failure.usage(
          String.format(
              "Column %s is of type %s and cannot be %s; convert it to a number,%s or name the"
                  + " columns to use with --features.",
              name,
              type.simpleString(),
              use,
              type instanceof AtomicType && role == Role.FEATURE
                  ? " name it in --categorical to give each value a feature,"
                  : ""));
    }
    Column text = Columns.column(name);
    Column number = functions.expr("try_cast(" + PlainNames.quoted(name) + " as double)");
    Column odd = number.isNull().or(functions.isnan(number)).or(infinite(number));
    BadRow row = BadRow.first(rows, text.isNotNull().and(odd)).orElse(null);
    if (row == null && rows.filter(text.isNotNull()).isEmpty()) {
      return Failure.usage(
          String.format("Column %s has no value in any row; %s.", name, role.advice));
    }
    if (row == null) {
      return Failure.usage(
          "Column " + name + " holds numbers, but as text; store it as a column of numbers.");
    }
    String advice =
        role == Role.FEATURE
            ? "name it in --categorical to one-hot encode it, leave it out with --features, or,"
                + " where this text means a missing value, drop or fill such rows"
            : "correct such rows, or name another column";
    return Failure.usage(
        String.format(
            "Column %s holds text where a number is needed: '%s' in row %d%s; %s.",
            name,
            row.value(name),
            row.number(),
            row.count() > 1 ? String.format(" (and %d more)", row.count() - 1) : "",
            advice));
  }

  /** The first passes over the rows find what cannot be parsed. */
  public static <T> T reading(Supplier<T> pass) {
    try {
      return pass.get();
    } catch (Failure e) {
      throw e;
    } catch (Exception e) {
      String reason = Sentences.of(e);
      throw Failure.usage(
              "Cannot read the data (is --format right?): "
                  + reason
                  + (reason.endsWith(".") ? "" : "."))
          .because(e);
    }
  }
}
