package ravine.input;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import ravine.terminal.Failure;

/**
 * Text whose lines are separated values, read by Spark's own CSV source in the dialect that the
 * first lines show: RFC 4180 quotes, the separator, comments at the top, a header or none.
 */
final class SeparatedReader {
  private static final String HEADER = "header";
  private static final String COMMENT = "comment";
  private static final String MULTI_LINE = "multiLine";

  private final SparkSession session;
  private final Map<String, String> given;
  private final @Nullable Boolean header;
  private final Consumer<String> notes;

  /**
   * @param given options of Spark's reader that the user has set
   * @param header whether there is a header, or null to guess
   */
  SeparatedReader(
      SparkSession session,
      Map<String, String> given,
      @Nullable Boolean header,
      Consumer<String> notes) {
    this.session = session;
    this.given = given;
    this.header = header;
    this.notes = notes;
  }

  /**
   * Reads csv or tsv.
   *
   * @param usual the separator of the format
   */
  Dataset<Row> separated(String path, char usual) {
    Map<String, String> options = options(Character.toString(usual));
    String typed = given.getOrDefault("delimiter", given.getOrDefault("sep", ""));
    String separator = typed.equals("\\t") ? "\t" : typed;
    boolean fixed = !separator.isEmpty();
    // The lines are guessed at only where one character separates them.
    char one = separator.length() == 1 ? separator.charAt(0) : usual;
    Dialect dialect =
        Dialect.of(firstLines(session, path), one, fixed, !given.containsKey(COMMENT));
    if (!fixed && dialect.separator() != usual) {
      options.put("sep", Character.toString(dialect.separator()));
      notes.accept(
          "'"
              + name(dialect.separator())
              + "' separates the columns (else: --option sep="
              + usual
              + ")");
    }
    if (dialect.comments() > 0) {
      options.put(COMMENT, "#");
      long all =
          session.read().textFile(path).filter(functions.col("value").startsWith("#")).count();
      notes.accept(all + " lines that begin with # are comments (else: --option comment=)");
    }
    boolean named = putHeader(options, dialect);
    if (named) {
      new HeaderCheck(session, dialect).check(path);
    }
    Dataset<Row> rows = session.read().options(options).csv(path);
    return named ? withoutUnnamed(rows, dialect) : rows;
  }

  /** Runs of blanks and tabs become one tab, then the lines are read as tab-separated values. */
  Dataset<Row> whitespace(String path) {
    Column trimmed = functions.regexp_replace(functions.col("value"), "^\\s+|\\s+$", "");
    Dataset<String> lines =
        session
            .read()
            .text(path)
            .select(functions.regexp_replace(trimmed, "\\s+", "\t"))
            .as(Encoders.STRING());
    List<String> first =
        firstLines(session, path).stream()
            .map(line -> line.strip().replaceAll("\\s+", "\t"))
            .toList();
    Map<String, String> options = options("\t");
    putHeader(options, Dialect.of(first, '\t', true, false));
    return session.read().options(options).csv(lines);
  }

  private Map<String, String> options(String separator) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("sep", separator);
    // RFC 4180: a quote in quotes is doubled. Spark's own default is a backslash before it.
    options.put("escape", "\"");
    options.put("inferSchema", "true");
    options.put("ignoreLeadingWhiteSpace", "true");
    options.put("ignoreTrailingWhiteSpace", "true");
    // A line with too many or too few fields is an error, not a row of nulls.
    options.put("mode", "FAILFAST");
    options.put("columnPruning", "false");
    options.putAll(given);
    return options;
  }

  private boolean putHeader(Map<String, String> options, Dialect dialect) {
    if (header != null) {
      options.put(HEADER, header.toString());
      return header;
    }
    if (options.containsKey(HEADER)) {
      return Boolean.parseBoolean(options.get(HEADER));
    }
    options.put(HEADER, Boolean.toString(dialect.header()));
    notes.accept(
        dialect.header()
            ? "the first line names the columns (else: --no-header)"
            : "no header, columns are _c0, _c1, … (else: --header)");
    if (dialect.header() && !dialect.repeated().isEmpty()) {
      notes.accept(
          "the first line names "
              + String.join(", ", dialect.repeated())
              + " twice, so a number follows each: "
              + dialect.repeated().get(0)
              + dialect.first().fields().indexOf(dialect.repeated().get(0)));
    }
    return dialect.header();
  }

  /** A separator at the end of each line makes no column; a row number at its start no feature. */
  private Dataset<Row> withoutUnnamed(Dataset<Row> rows, Dialect dialect) {
    List<String> fields = dialect.first().fields();
    String[] names = rows.columns();
    if (names.length != fields.size() || names.length < 2) {
      return rows;
    }
    Dataset<Row> kept = rows;
    int last = names.length - 1;
    if (fields.get(last).isEmpty()
        && rows.schema().apply(names[last]).dataType().equals(DataTypes.StringType)
        && rows.filter(Columns.column(names[last]).isNotNull()).isEmpty()) {
      kept = rows.select(Columns.columns(Arrays.asList(names).subList(0, last)));
      notes.accept("the lines end in a separator, after which there is no column");
    }
    if (fields.get(0).isEmpty()) {
      kept = RowNumber.mark(kept, names[0]);
    }
    return kept;
  }

  private static String name(char separator) {
    return separator == '\t' ? "\\t" : Character.toString(separator);
  }

  /** The first lines of a text, without a byte order mark. */
  static List<String> firstLines(SparkSession session, String path) {
    List<String> lines = new ArrayList<>(session.read().textFile(path).takeAsList(Dialect.LINES));
    if (!lines.isEmpty()) {
      lines.set(0, lines.get(0).replaceFirst("^\uFEFF", ""));
    }
    return lines;
  }

  /**
   * Why Spark finds the lines malformed: the first one that is open at its end, or whose number of
   * fields is not that of the first.
   */
  static Failure malformed(SparkSession session, String path, char separator, Failure otherwise) {
    Dataset<Row> lines = session.read().text(path);
    SeparatedLine first =
        SeparatedLine.of(
            firstLines(session, path).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .findFirst()
                .orElse(""),
            separator);
    Column code =
        functions.udf(new Fields(separator), DataTypes.IntegerType).apply(functions.col("value"));
    return BadRow.first(lines, code.lt(0))
        .or(() -> BadRow.first(lines, code.notEqual(0).and(code.notEqual(first.size()))))
        .map(bad -> sentence(path, first, separator, bad, otherwise))
        .orElse(otherwise);
  }

  private static Failure sentence(
      String path, SeparatedLine first, char separator, BadRow bad, Failure otherwise) {
    SeparatedLine line = SeparatedLine.of(bad.values().getString(0), separator);
    return Failure.usage(
            line.open()
                ? String.format(
                    "Cannot read %s: line %d ends inside quotes (%s); where quoted text goes over"
                        + " several lines, add --option multiLine=true.",
                    path, bad.number(), bad.value("value"))
                : String.format(
                    "Cannot read %s: line %d has %d fields, the first line %d (%s); correct such"
                        + " lines, or name the separator with --option sep=… and the format with"
                        + " --format.",
                    path, bad.number(), line.size(), first.size(), bad.value("value")))
        .because(otherwise);
  }

  /** Number of fields of a line; 0 of a blank one or a comment, -1 when it ends inside quotes. */
  private static final class Fields implements UDF1<String, Integer> {
    private static final long serialVersionUID = 1L;
    private final char separator;

    private Fields(char separator) {
      this.separator = separator;
    }

    @Override
    public Integer call(String line) {
      if (line.isBlank() || line.startsWith("#")) {
        return 0;
      }
      SeparatedLine split = SeparatedLine.of(line, separator);
      return split.open() ? -1 : split.size();
    }
  }

  /** Whether the lines are joined where quotes are open. */
  static boolean joinsLines(Map<String, String> options) {
    return options.entrySet().stream()
        .anyMatch(
            option ->
                option.getKey().equalsIgnoreCase(MULTI_LINE)
                    && Boolean.parseBoolean(option.getValue()));
  }
}
