package ravine.input;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The format of a file from its name, or from its first line. */
public final class FormatGuess {
  private static final Pattern COMPRESSION = Pattern.compile("\\.(gz|bz2|xz|zst|lz4|snappy)$");
  private static final Pattern LIBSVM_LINE =
      Pattern.compile("\\s*[-+]?[0-9.eE+-]+(\\s+qid:\\d+)?(\\s+\\d+:[^\\s:]+)+\\s*(#.*)?");

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
    if (LIBSVM_LINE.matcher(line).matches()) {
      return Optional.of("libsvm");
    }
    if (line.startsWith("{") || line.startsWith("[")) {
      return Optional.of("json");
    }
    if (line.indexOf(',') >= 0 || line.indexOf(';') >= 0 || line.indexOf('|') >= 0) {
      return Optional.of("csv");
    }
    return line.strip().matches("\\S+(\\s+\\S+)+") ? Optional.of("whitespace") : Optional.empty();
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
