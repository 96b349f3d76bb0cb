package ravine.page;

import java.util.Locale;

/** The element around a picture: title, description, legend and the numbers behind it. */
final class Frame {
  private Frame() {}

  static String open(String id, String title, String legend, double width, double height) {
    return "<figure>\n<figcaption id=\""
        + id
        + "t\">"
        + Html.escape(title)
        + "</figcaption>\n"
        + legend
        + String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-labelledby=\"%3$ss %3$sd\">",
            at(width),
            at(height),
            id);
  }

  static String described(String id, String title, String description) {
    return String.format(
        Locale.ROOT,
        "<title id=\"%1$ss\">%2$s</title><desc id=\"%1$sd\">%3$s</desc>\n",
        id,
        Html.escape(title),
        Html.escape(description));
  }

  static String close(String note, Grid numbers) {
    return "</svg>\n"
        + (note.isEmpty() ? "" : "<p class=\"note\">" + Html.escape(note) + "</p>\n")
        + (numbers.isEmpty()
            ? ""
            : "<details><summary>Numbers</summary>\n" + numbers.html() + "</details>\n")
        + "</figure>\n";
  }

  /** A coordinate with a tenth of a pixel. */
  static String at(double pixels) {
    String text = String.format(Locale.ROOT, "%.1f", pixels);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  static String text(double x, double y, String anchor, String kind, String text) {
    return "<text x=\""
        + at(x)
        + "\" y=\""
        + at(y)
        + "\""
        + (anchor.equals("start") ? "" : " text-anchor=\"" + anchor + "\"")
        + (kind.isEmpty() ? "" : " class=\"" + kind + "\"")
        + ">"
        + Html.escape(text)
        + "</text>\n";
  }

  static String line(double x1, double y1, double x2, double y2, String kind) {
    return String.format(
        Locale.ROOT,
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>\n",
        at(x1),
        at(y1),
        at(x2),
        at(y2),
        kind);
  }
}
