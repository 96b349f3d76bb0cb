package ravine.page;

import java.util.ArrayList;
import java.util.List;

/** Horizontal bars from a common zero, one a name. */
public final class Bars implements Figure {
  private static final double WIDTH = 400;
  private static final double ROW = 22;
  private static final double BAR = 13;
  private static final double DIGIT = 6.6;
  private static final int LONGEST_NAME = 22;

  private final String title;
  private final String description;
  private final String unit;
  private final List<Bar> bars = new ArrayList<>();
  private String note = "";

  private record Bar(String name, double value, String text) {}

  /**
   * @param title says what is seen, in a few words
   * @param description says it to those who do not see it, in one sentence
   * @param unit heads the column of numbers
   */
  public Bars(String title, String description, String unit) {
    this.title = title;
    this.description = description;
    this.unit = unit;
  }

  /** Adds a bar below the others. */
  public Bars add(String name, double value, String text) {
    bars.add(new Bar(name, value, text));
    return this;
  }

  /** A line of text below the picture. */
  public Bars note(String text) {
    note = text;
    return this;
  }

  @Override
  public String html(String id) {
    double names = 0;
    double texts = 0;
    double low = 0;
    double high = 0;
    for (Bar bar : bars) {
      names = Math.max(names, DIGIT * cut(bar.name()).length());
      texts = Math.max(texts, DIGIT * bar.text().length());
      low = Math.min(low, bar.value());
      high = Math.max(high, bar.value());
    }
    double height = ROW * bars.size() + 10;
    double from = names + 14 + (low < 0 ? texts + 6 : 0);
    double to = WIDTH - 4 - (high > 0 ? texts + 6 : 0);
    double scale = high > low ? (to - from) / (high - low) : 0;
    double zero = from - low * scale;
    StringBuilder svg = new StringBuilder(Frame.open(id, title, "", WIDTH, height));
    svg.append(Frame.described(id, title, description));
    Grid numbers = new Grid(title, List.of("", unit));
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double middle = ROW * i + ROW / 2 + 2;
      double length = Math.max(0.5, Math.abs(bar.value()) * scale);
      boolean negative = bar.value() < 0;
      svg.append(Frame.text(0, middle + 4, "start", "name", cut(bar.name())))
          .append("<rect class=\"bar ")
          .append(negative ? "s1" : "s0")
          .append("\" x=\"")
          .append(Frame.at(negative ? zero - length : zero))
          .append("\" y=\"")
          .append(Frame.at(middle - BAR / 2))
          .append("\" width=\"")
          .append(Frame.at(length))
          .append("\" height=\"")
          .append(Frame.at(BAR))
          .append("\"><title>")
          .append(Html.escape(bar.name() + ": " + bar.text()))
          .append("</title></rect>\n")
          .append(
              Frame.text(
                  negative ? zero - length - 5 : zero + length + 5,
                  middle + 4,
                  negative ? "end" : "start",
                  "",
                  bar.text()));
      numbers.row(bar.name(), bar.text());
    }
    svg.append(Frame.line(zero, 2, zero, height - 6, "axis"));
    return svg.append(Frame.close(note, numbers)).toString();
  }

  private static String cut(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
  }
}
