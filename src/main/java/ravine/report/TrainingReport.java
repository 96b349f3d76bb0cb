package ravine.report;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import ravine.engine.PassRecord;

/**
 * Learning curves of one or several trainings, in any {@link ReportFormat}. The same histories give
 * the same bytes.
 */
public final class TrainingReport {
  private final String title;
  private final List<Series> series = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private double optimum = Double.NaN;
  private List<String> heading = List.of();
  private List<List<String>> rows = List.of();

  /** A report without trainings. */
  public TrainingReport(String title) {
    this.title = title;
  }

  /**
   * Adds a training.
   *
   * @param name stands in the legend
   * @param passes its history
   */
  public TrainingReport add(String name, List<PassRecord> passes) {
    series.add(new Series(name, passes));
    return this;
  }

  /** Adds a line of text, for the page: it stands below the picture. */
  public TrainingReport note(String text) {
    notes.add(text);
    return this;
  }

  /** The objective that gaps are measured from; without it, the best one reached. */
  public TrainingReport optimum(double objective) {
    this.optimum = objective;
    return this;
  }

  /** A table of the same trainings, for the page. */
  public TrainingReport table(List<String> heading, List<List<String>> rows) {
    this.heading = List.copyOf(heading);
    this.rows = List.copyOf(rows);
    return this;
  }

  /** The content of a file of this form. */
  public byte[] bytes(ReportFormat format) {
    return switch (format) {
      case PNG -> png();
      case HTML -> html().getBytes(StandardCharsets.UTF_8);
      case JSONL -> jsonLines().getBytes(StandardCharsets.UTF_8);
    };
  }

  /**
   * The picture. It is drawn in memory; where {@code DISPLAY} names a screen that is not there,
   * start the JVM with {@code -Djava.awt.headless=true}, as our command line does for itself.
   */
  public byte[] png() {
    String gapTitle = Double.isNaN(optimum) ? "Gap to the best" : "Gap to the optimum";
    return Picture.png(title, series, reference(), gapTitle);
  }

  /** One page that needs no other file. */
  public String html() {
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append("body{font:16px/1.4 sans-serif;margin:2em auto;max-width:1220px;padding:0 1em}\n")
        .append("img{max-width:100%}table{border-collapse:collapse}\n")
        .append("th,td{padding:.3em .9em;text-align:right;border-bottom:1px solid #ccc}\n")
        .append("th:first-child,td:first-child{text-align:left}\n")
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(escape(title))
        .append("</h1>\n<img alt=\"Objective and gap by pass\" src=\"data:image/png;base64,")
        .append(Base64.getEncoder().encodeToString(png()))
        .append("\">\n");
    for (String note : notes) {
      page.append("<p>").append(escape(note)).append("</p>\n");
    }
    if (!heading.isEmpty()) {
      page.append("<table>\n");
      cells(page, "th", heading);
      rows.forEach(row -> cells(page, "td", row));
      page.append("</table>\n");
    }
    return page.append("</body>\n</html>\n").toString();
  }

  /** One object a pass: {@code series, pass, step, objective, …}; what is not finite is null. */
  public String jsonLines() {
    StringBuilder lines = new StringBuilder();
    for (Series training : series) {
      for (PassRecord pass : training.passes()) {
        lines
            .append("{\"series\":")
            .append(quote(training.name()))
            .append(",\"pass\":")
            .append(pass.pass())
            .append(",\"step\":")
            .append(pass.step())
            .append(field("objective", pass.objective()))
            .append(field("validationLoss", pass.validationLoss()))
            .append(field("learningRate", pass.learningRate()))
            .append(field("gradientNorm", pass.gradientNorm()))
            .append(field("velocityNorm", pass.velocityNorm()))
            .append(field("seconds", pass.seconds()))
            .append(field("gapBound", pass.gapBound()))
            .append(",\"gapIsProven\":")
            .append(pass.gapIsProven())
            .append(field("validationMetric", pass.validationMetric()))
            .append(field("momentum", pass.motion().momentum()))
            .append(field("cosine", pass.motion().cosine()))
            .append(field("updateRatio", pass.motion().updateRatio()))
            .append(field("computeSeconds", pass.cost().computeSeconds()))
            .append(field("exchangeSeconds", pass.cost().exchangeSeconds()))
            .append(field("driverSeconds", pass.cost().driverSeconds()))
            .append(",\"bytes\":")
            .append(pass.cost().bytes())
            .append("}\n");
      }
    }
    return lines.toString();
  }

  /** What gaps are measured from. */
  private double reference() {
    if (!Double.isNaN(optimum)) {
      return optimum;
    }
    List<Double> reached = new ArrayList<>();
    for (Series training : series) {
      for (PassRecord pass : training.passes()) {
        if (Double.isFinite(pass.objective())) {
          reached.add(pass.objective());
        }
      }
    }
    return reached.isEmpty() ? Double.NaN : Collections.min(reached);
  }

  private static void cells(StringBuilder page, String tag, List<String> cells) {
    page.append("<tr>");
    for (String cell : cells) {
      page.append('<').append(tag).append('>').append(escape(cell));
      page.append("</").append(tag).append('>');
    }
    page.append("</tr>\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String field(String name, double value) {
    return ",\"" + name + "\":" + (Double.isFinite(value) ? Double.toString(value) : "null");
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
