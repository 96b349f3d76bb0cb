package ravine.page;

import java.util.ArrayList;
import java.util.List;

/** A table: a heading, rows of texts, the first column to the left and the others to the right. */
public final class Grid {
  private final String caption;
  private final List<String> heading;
  private final List<List<String>> rows = new ArrayList<>();
  private boolean texts;
  private boolean diagonal;

  /**
   * @param caption says what the table is of; read aloud, and shown above it
   * @param heading one text a column
   */
  public Grid(String caption, List<String> heading) {
    this.caption = caption;
    this.heading = List.copyOf(heading);
  }

  /** Adds a row of as many cells as there are columns. */
  public Grid row(List<String> cells) {
    if (cells.size() != heading.size()) {
      throw new IllegalArgumentException(
          "A row of " + cells.size() + " cells under " + heading.size() + " headings");
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** Adds a row of as many cells as there are columns. */
  public Grid row(String... cells) {
    return row(List.of(cells));
  }

  /** All columns to the left: they hold texts. */
  public Grid ofTexts() {
    texts = true;
    return this;
  }

  /** The cells from the first row's first number downwards are the ones to look for. */
  public Grid withDiagonal() {
    diagonal = true;
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** A table in a box that scrolls by itself where the screen is narrow. */
  public String html() {
    StringBuilder html = new StringBuilder();
    html.append("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"")
        .append(Html.escape(caption))
        .append("\"><table")
        .append(texts ? " class=\"texts\"" : "")
        .append(">\n<caption>")
        .append(Html.escape(caption))
        .append("</caption>\n<thead><tr>");
    heading.forEach(
        cell -> html.append("<th scope=\"col\">").append(Html.escape(cell)).append("</th>"));
    html.append("</tr></thead>\n<tbody>\n");
    for (int r = 0; r < rows.size(); r++) {
      List<String> row = rows.get(r);
      html.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        String cell = diagonal && i == r + 1 ? "<td class=\"on\">" : "<td>";
        html.append(i == 0 ? "<th scope=\"row\">" : cell)
            .append(Html.escape(row.get(i)))
            .append(i == 0 ? "</th>" : "</td>");
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody>\n</table></div>\n").toString();
  }
}
