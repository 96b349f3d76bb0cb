package ravine.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import ravine.terminal.Failure;
import ravine.terminal.Names;
import ravine.terminal.Sentences;
import ravine.terminal.SparkDefaults;

/** Reads rows in any format Spark knows, and says in one sentence why it cannot. */
public final class DataLoader {
  private static final Set<String> FILE_FORMATS =
      Set.of("libsvm", "csv", "tsv", "whitespace", "parquet", "orc", "json", "text", "avro");

  private final SparkSession session;
  private final SourceOptions source;
  private final Consumer<String> notes;

  /** Of the reader: those of Spark's configuration, over them those of the command line. */
  private final Map<String, String> options;

  private @Nullable String lastPath;
  private String lastFormat = "";

  /**
   * @param notes receives what was guessed, one line each
   */
  public DataLoader(SparkSession session, SourceOptions source, Consumer<String> notes) {
    this.session = session;
    this.source = source;
    this.notes = notes;
    this.options =
        new LinkedHashMap<>(new SparkDefaults(session.sparkContext().getConf()).readerOptions());
    this.options.putAll(source.options);
  }

  /** Reads {@code --data} to train on it. */
  public Dataset<Row> load() {
    return load(source.data, 0, LibsvmReader.Width.HIGHEST_INDEX);
  }

  /** Reads {@code --data} to score it with a model of so many features. */
  public Dataset<Row> load(int features) {
    return load(source.data, features, LibsvmReader.Width.MODEL);
  }

  /** Reads another path with the same options, as {@code --test}. */
  public Dataset<Row> loadTest(String path, int features) {
    return load(path, features, LibsvmReader.Width.MODEL_OF_TEST);
  }

  private Dataset<Row> load(@Nullable String path, int features, LibsvmReader.Width by) {
    if (path == null && (source.format == null || FILE_FORMATS.contains(source.format))) {
      throw Failure.usage("Missing required option --data PATH: the file or directory to read.");
    }
    String format = format(path);
    if (path != null && FILE_FORMATS.contains(format)) {
      requireExists(path);
    }
    this.lastPath = path;
    this.lastFormat = format;
    String what = (path == null ? "the data" : path) + " as " + format;
    try {
      Dataset<Row> rows =
          features > 0 && source.numFeatures == null
              ? read(path, format, features, by)
              : read(path, format, numFeatures(), LibsvmReader.Width.OPTION);
      if (rows.columns().length == 0 || rows.takeAsList(1).isEmpty()) {
        throw Failure.usage("There are no rows in " + (path == null ? "the data" : path) + ".");
      }
      return described(rows);
    } catch (Failure e) {
      throw e;
    } catch (Exception e) {
      throw explained(unreadable(what, format, e));
    }
  }

  private int numFeatures() {
    String option = options.get("numFeatures");
    if (source.numFeatures == null && option == null) {
      return 0;
    }
    Failure.require(
        source.numFeatures == null || source.numFeatures >= 1,
        "--num-features",
        "1 or more",
        source.numFeatures);
    return source.numFeatures == null ? Integer.parseInt(option) : source.numFeatures;
  }

  /**
   * Runs a pass over what was loaded last; lines that Spark finds malformed are found and shown.
   */
  public <T> T reading(Supplier<T> pass) {
    try {
      return DataCheck.reading(pass);
    } catch (Failure e) {
      throw explained(e);
    }
  }

  private Failure explained(Failure problem) {
    String path = lastPath;
    boolean separated = lastFormat.equals("csv") || lastFormat.equals("tsv");
    if (path == null
        || !separated
        || SeparatedReader.joinsLines(options)
        || !problem.sentence().contains("Malformed")) {
      return problem;
    }
    char usual = lastFormat.equals("tsv") ? '\t' : ',';
    String typed = options.getOrDefault("delimiter", options.getOrDefault("sep", ""));
    boolean fixed = !typed.isEmpty();
    char one = typed.equals("\\t") ? '\t' : typed.length() == 1 ? typed.charAt(0) : usual;
    List<String> lines = SeparatedReader.firstLines(session, path);
    char separator = Dialect.of(lines, one, fixed, true).separator();
    return SeparatedReader.malformed(session, path, separator, problem);
  }

  /** What to say when Spark could not read, now or in a later pass over the rows. */
  public static Failure unreadable(String what, String format, Throwable problem) {
    ClassNotFoundException missing = Sentences.find(problem, ClassNotFoundException.class);
    if (missing != null || problem.toString().contains("DATA_SOURCE_NOT_FOUND")) {
      return Failure.usage(
              String.format(
                  "Unknown --format %s: use libsvm, csv, tsv, whitespace, parquet, orc, json, or a"
                      + " data source on Spark's class path.",
                  format))
          .because(problem);
    }
    String reason = Sentences.of(problem);
    String end = reason.endsWith(".") ? "" : ".";
    return Failure.usage("Cannot read " + what + " (is that its --format?): " + reason + end)
        .because(problem);
  }

  private String format(@Nullable String path) {
    if (source.format != null) {
      return source.format.toLowerCase(Locale.ROOT).equals("svm") ? "libsvm" : source.format;
    }
    String where = path == null ? "" : path;
    String guess = FormatGuess.fromName(where).orElse(null);
    String reason = "its name";
    if (guess == null) {
      requireExists(where);
      guess =
          SeparatedReader.firstLines(session, where).stream()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .findFirst()
              .flatMap(FormatGuess::fromLine)
              .orElse(null);
      reason = "its first line";
    }
    if (guess == null) {
      throw Failure.usage(
          "Cannot tell the format of "
              + where
              + "; add --format libsvm, csv, tsv, whitespace, parquet, orc or json.");
    }
    notes.accept("reading " + where + " as " + guess + ", guessed from " + reason);
    return guess;
  }

  private Dataset<Row> read(
      @Nullable String path, String format, int width, LibsvmReader.Width by) {
    String where = String.valueOf(path);
    return switch (format) {
      case "csv" -> separated().separated(where, ',');
      case "tsv" -> separated().separated(where, '\t');
      case "whitespace" -> separated().whitespace(where);
      case "libsvm" -> LibsvmReader.read(session, where, options, width, by);
      default -> {
        Map<String, String> options = new LinkedHashMap<>();
        if (format.equals("json")) {
          options.put("mode", "FAILFAST");
          if (isPretty(where)) {
            options.put("multiLine", "true");
            notes.accept("the JSON goes over several lines (else: --option multiLine=false)");
          }
        }
        options.putAll(this.options);
        var reader = session.read().format(format).options(options);
        yield path == null ? reader.load() : reader.load(path);
      }
    };
  }

  private SeparatedReader separated() {
    return new SeparatedReader(session, options, source.header, notes);
  }

  /**
   * Whether the first line of JSON is no whole value: an array, or an object over several lines.
   */
  private boolean isPretty(String path) {
    String first =
        SeparatedReader.firstLines(session, path).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .findFirst()
            .orElse("");
    if (first.startsWith("[")) {
      return true;
    }
    return first.startsWith("{") && !first.endsWith("}");
  }

  /** Marks row numbers by the names that pandas gives them, and says which columns they are. */
  private Dataset<Row> described(Dataset<Row> rows) {
    for (StructField field : rows.schema().fields()) {
      if (RowNumber.is(field)) {
        notes.accept("column " + field.name() + " is a row number and no feature");
      }
    }
    return rows;
  }

  private void requireExists(String path) {
    try {
      Path where = new Path(path);
      FileSystem files = where.getFileSystem(session.sparkContext().hadoopConfiguration());
      FileStatus[] found = files.globStatus(where);
      if (found == null || found.length == 0) {
        throw Failure.usage("There is no file or directory " + path + siblings(files, where));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw Failure.usage("Cannot look at " + path + ": " + Sentences.of(e) + ".").because(e);
    }
  }

  private static String siblings(FileSystem files, Path where) throws IOException {
    Path parent = where.getParent() == null ? new Path(".") : where.getParent();
    if (!files.exists(parent)) {
      return "; its parent directory is missing too.";
    }
    List<String> names = new ArrayList<>();
    for (FileStatus status : files.listStatus(parent)) {
      names.add(status.getPath().getName());
    }
    List<String> near = Names.nearest(where.getName(), names);
    return near.isEmpty() ? "." : "; did you mean " + String.join(" or ", near) + "?";
  }
}
