package ravine.input;

import java.util.Locale;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.regex.Pattern;

/** The format of a file from its name, or from its first line. */
public final class FormatGuess {
  private static final Pattern COMPRESSION = Pattern.compile("\\.(gz|bz2|xz|zst|lz4|snappy)$");
  private static final Pattern LABEL = Pattern.compile("[0-9.eE+-]+");
  private static final Pattern QUERY = Pattern.compile("qid:\\d+");
  private static final Pattern FEATURE = Pattern.compile("\\d+:[^:]+");
  private static final Pattern BLANK = Pattern.compile("\\s");

  private FormatGuess() {}

  public static Optional<String> fromName(String path) {
    String name = path.toLowerCase(Locale.ROOT).replaceFirst("/+$", "");
    name = COMPRESSION.matcher(name).replaceFirst("");
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return switch (extension) {
      case "svm", "libsvm" -> Optional.of("libsvm");
      case "csv" -> Optional.of("csv");
      case "tsv", "tab" -> Optional.of("tsv");
      case "parquet" -> Optional.of("parquet");
      case "orc" -> Optional.of("orc");
      case "json", "jsonl", "ndjson" -> Optional.of("json");
      case "avro" -> Optional.of("avro");
      default -> Optional.empty();
    };
  }

  static Optional<String> fromLine(String line) {
    if (line.startsWith("PAR1")) {
      return Optional.of("parquet");
    }
    if (line.startsWith("ORC")) {
      return Optional.of("orc");
    }
    if (isLibsvm(line)) {
      return Optional.of("libsvm");
    }
    if (line.startsWith("{") || line.startsWith("[")) {
      return Optional.of("json");
    }
    if (line.indexOf(',') >= 0 || line.indexOf(';') >= 0 || line.indexOf('|') >= 0) {
      return Optional.of("csv");
    }
    return BLANK.matcher(line.strip()).find() ? Optional.of("whitespace") : Optional.empty();
  }

  /** Word by word: one pattern for the whole recurses once a feature, and lines have thousands. */
  private static boolean isLibsvm(String line) {
    int comment = line.indexOf('#');
    StringTokenizer words = new StringTokenizer(comment < 0 ? line : line.substring(0, comment));
    if (!words.hasMoreTokens() || !LABEL.matcher(words.nextToken()).matches()) {
      return false;
    }
    int features = 0;
    for (boolean first = true; words.hasMoreTokens(); first = false) {
      String word = words.nextToken();
      if (FEATURE.matcher(word).matches()) {
        features++;
      } else if (!first || !QUERY.matcher(word).matches()) {
        return false;
      }
    }
    return features > 0;
  }

  public static boolean isNumber(String text) {
    try {
      Double.parseDouble(text);
      return true;
    } catch (NumberFormatException e) {
      return text.matches("[-+]?(?i:inf|nan)");
    }
  }
}
