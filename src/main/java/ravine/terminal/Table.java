package ravine.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Rows of text under a heading, in columns as wide as they must be. */
public final class Table {
  private final List<String> heading;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... heading) {
    this.heading = List.of(heading);
  }

  public void row(List<String> cells) {
    if (cells.size() != heading.size()) {
      throw new IllegalArgumentException(
          "A row of " + cells.size() + " cells under " + heading.size() + " headings");
    }
    rows.add(List.copyOf(cells));
  }

  public List<String> heading() {
    return heading;
  }

  public List<List<String>> rows() {
    return Collections.unmodifiableList(rows);
  }

  public void print(PrintStream out) {
    int[] widths = new int[heading.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = heading.get(column).length();
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    out.println(line(heading, widths));
    for (List<String> row : rows) {
      out.println(line(row, widths));
    }
  }

  /** The first column to the left, numbers to the right. */
  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String flag = column == 0 ? "-" : "";
      line.append(column == 0 ? "" : "  ")
          .append(String.format(Locale.ROOT, "%" + flag + widths[column] + "s", cells.get(column)));
    }
    return line.toString().stripTrailing();
  }
}
