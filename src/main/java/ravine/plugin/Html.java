package ravine.plugin;

import java.util.Locale;

/** Text, numbers and durations as they stand in the page. */
final class Html {
  private Html() {}

  /** Without meaning to a browser, in elements and in attributes. */
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** Six digits; a dash for what is not known. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    double size = Math.abs(value);
    return size == 0.0 || (size >= 1e-3 && size < 1e7)
        ? String.format(Locale.ROOT, "%.6g", value)
            .replaceAll("(\\.\\d*?)0+$", "$1")
            .replaceAll("\\.$", "")
        : String.format(Locale.ROOT, "%.3e", value);
  }

  /** Digits in groups of three. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** 0.42 s, 17 s, 3 min 20 s, 2 h 5 min. */
  static String duration(double seconds) {
    if (Double.isNaN(seconds)) {
      return "–";
    }
    if (seconds < 10.0) {
      return String.format(Locale.ROOT, "%.2f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 60
        ? whole + " s"
        : whole < 3600
            ? whole / 60 + " min " + whole % 60 + " s"
            : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}
