package ravine.report;

import java.util.Locale;

/** The forms a report can have, each named by the ending of its file. */
public enum ReportFormat {
  /**
   * A picture of two charts: the objective by pass, and on a logarithmic scale its gap to the
   * optimum (or to the best objective any of the trainings reached).
   */
  PNG,
  /** One page that needs no other file, with the picture and the table. */
  HTML,
  /** One JSON object for each pass, a line each. */
  JSONL;

  /**
   * The form that the name of a file asks for.
   *
   * @param file ends in {@code .png}, {@code .html} or {@code .jsonl}, in any case
   * @throws IllegalArgumentException if it ends in something else
   */
  public static ReportFormat of(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    for (ReportFormat format : values()) {
      if (name.endsWith("." + format.name().toLowerCase(Locale.ROOT))) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "A report must end in .png, .html or .jsonl, but was " + file + ".");
  }
}
