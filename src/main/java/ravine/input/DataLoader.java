package ravine.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
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

  /**
   * Reads {@code --data}.
   *
   * @param width of LIBSVM vectors where it is known, else null
   */
  public Dataset<Row> load(@Nullable Integer width) {
    return load(source.data, width);
  }

  /** Reads another path with the same options, as {@code --test}. */
  public Dataset<Row> load(@Nullable String path, @Nullable Integer width) {
    if (path == null && (source.format == null || FILE_FORMATS.contains(source.format))) {
      throw Failure.usage("Missing required option --data PATH: the file or directory to read.");
    }
    String format = format(path);
    if (path != null && FILE_FORMATS.contains(format)) {
      requireExists(path);
    }
    String what = (path == null ? "the data" : path) + " as " + format;
    try {
      Dataset<Row> rows = withoutDots(read(path, format, width));
      if (rows.columns().length == 0 || rows.takeAsList(1).isEmpty()) {
        throw Failure.usage("There are no rows in " + (path == null ? "the data" : path) + ".");
      }
      return rows;
    } catch (Failure e) {
      throw e;
    } catch (Exception e) {
      throw unreadable(what, format, e);
    }
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
      guess = FormatGuess.fromLine(firstLine(where)).orElse(null);
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

  private Dataset<Row> read(@Nullable String path, String format, @Nullable Integer width) {
    return switch (format) {
      case "csv" -> delimited(path, ",");
      case "tsv" -> delimited(path, "\t");
      case "whitespace" -> whitespace(String.valueOf(path));
      case "libsvm" -> {
        Integer features = source.numFeatures == null ? width : source.numFeatures;
        Map<String, String> options = new LinkedHashMap<>(this.options);
        if (features != null) {
          Failure.require(features >= 1, "--num-features", "1 or more", features);
          options.put("numFeatures", features.toString());
        }
        yield session.read().format("libsvm").options(options).load(path);
      }
      default -> {
        Map<String, String> options = new LinkedHashMap<>();
        if (format.equals("json")) {
          options.put("mode", "FAILFAST");
        }
        options.putAll(this.options);
        var reader = session.read().format(format).options(options);
        yield path == null ? reader.load() : reader.load(path);
      }
    };
  }

  private Dataset<Row> delimited(@Nullable String path, String separator) {
    Map<String, String> options = delimitedOptions(separator);
    String sep = options.getOrDefault("delimiter", options.getOrDefault("sep", separator));
    putHeader(options, firstLine(String.valueOf(path)), sep.equals("\\t") ? "\t" : sep);
    return session.read().options(options).csv(path);
  }

  /** Runs of blanks and tabs become one tab, then the lines are read as tab-separated values. */
  private Dataset<Row> whitespace(String path) {
    Dataset<String> lines =
        session
            .read()
            .text(path)
            .select(
                functions.regexp_replace(
                    functions.regexp_replace(functions.col("value"), "^\\s+|\\s+$", ""),
                    "\\s+",
                    "\t"))
            .as(Encoders.STRING());
    Map<String, String> options = delimitedOptions("\t");
    putHeader(options, firstLine(path).strip().replaceAll("\\s+", "\t"), "\t");
    return session.read().options(options).csv(lines);
  }

  private Map<String, String> delimitedOptions(String separator) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("sep", separator);
    options.put("inferSchema", "true");
    options.put("ignoreLeadingWhiteSpace", "true");
    options.put("ignoreTrailingWhiteSpace", "true");
    // A line with too many or too few fields is an error, not a row of nulls.
    options.put("mode", "FAILFAST");
    options.put("columnPruning", "false");
    options.putAll(this.options);
    return options;
  }

  private void putHeader(Map<String, String> options, String firstLine, String separator) {
    if (source.header != null) {
      options.put("header", source.header.toString());
    } else if (!options.containsKey("header")) {
      boolean header = FormatGuess.isHeader(firstLine.split(Pattern.quote(separator), -1));
      options.put("header", Boolean.toString(header));
      notes.accept(
          header
              ? "the first line names the columns (else: --no-header)"
              : "no header, columns are _c0, _c1, … (else: --header)");
    }
  }

  private String firstLine(String path) {
    List<String> lines = session.read().textFile(path).takeAsList(1);
    return lines.isEmpty() ? "" : lines.get(0);
  }

  /** A dot in a column name means a field of a structure to Spark's stages. */
  private Dataset<Row> withoutDots(Dataset<Row> rows) {
    String[] names = rows.columns();
    List<String> renamed = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      String plain = names[i].replace('.', '_').replace('`', '_');
      if (!plain.equals(names[i])) {
        renamed.add(names[i] + " is read as " + plain);
        names[i] = plain;
      }
    }
    if (renamed.isEmpty()) {
      return rows;
    }
    notes.accept("column " + String.join(", ", renamed));
    return rows.toDF(names);
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
