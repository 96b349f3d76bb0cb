package ravine.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Curves over two axes. */
public final class Chart implements Figure {
  /** Wide enough to fill a phone and a third of a screen, so that texts keep their size. */
  private static final double WIDTH = 400;

  private static final double HEIGHT = 270;

  /** Of more points the picture cannot show each. */
  private static final int MOST_POINTS = 500;

  /** Up to here each point has a dot that tells its numbers. */
  private static final int MOST_DOTS = 40;

  /** A table of more rows is read by nobody. */
  private static final int MOST_ROWS = 100;

  private final String title;
  private final String description;
  private final Axis x;
  private final Axis y;
  private final List<Curve> curves = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private String note = "";

  private record Mark(double at, String text) {}

  /**
   * @param title says what is seen, in a few words
   * @param description says it to those who do not see it, in one sentence
   */
  public Chart(String title, String description, Axis x, Axis y) {
    this.title = title;
    this.description = description;
    this.x = x;
    this.y = y;
  }

  /** Adds a curve; its colour is that of its place among the curves. */
  public Chart add(Curve curve) {
    curves.add(curve);
    return this;
  }

  /** Adds a vertical line with a text. */
  public Chart mark(double atX, String text) {
    marks.add(new Mark(atX, text));
    return this;
  }

  /** A line of text below the picture. */
  public Chart note(String text) {
    note = text;
    return this;
  }

  @Override
  public String html(String id) {
    Plot plot = new Plot(x, y, WIDTH, HEIGHT);
    StringBuilder svg = new StringBuilder(Frame.open(id, title, legend(), WIDTH, HEIGHT));
    svg.append(Frame.described(id, title, description)).append(plot.axes());
    for (Mark mark : marks) {
      double at = plot.x(mark.at());
      boolean toTheLeft = at > (plot.left + plot.right) / 2;
      svg.append(Frame.line(at, plot.top - 2, at, plot.bottom, "mark"))
          .append(
              Frame.text(
                  at + (toTheLeft ? -5 : 5),
                  plot.top + 8,
                  toTheLeft ? "end" : "start",
                  "label",
                  mark.text()));
    }
    int color = 0;
    for (Curve curve : curves) {
      boolean reference = curve.kind() == Curve.Kind.REFERENCE;
      String kind = reference ? "reference" : "curve s" + color;
      if (curve.kind() != Curve.Kind.DOTS) {
        svg.append("<path class=\"").append(kind).append("\" d=\"");
        svg.append(path(plot, curve)).append("\"/>\n");
      }
      if (!reference && (curve.kind() == Curve.Kind.DOTS || curve.x().length <= MOST_DOTS)) {
        dots(svg, plot, curve, color);
      }
      color += reference ? 0 : 1;
    }
    return svg.append(Frame.close(note, numbers())).toString();
  }

  private String legend() {
    StringBuilder legend = new StringBuilder();
    int color = 0;
    for (Curve curve : curves) {
      boolean reference = curve.kind() == Curve.Kind.REFERENCE;
      legend
          .append("<li><svg class=\"key\" viewBox=\"0 0 24 8\" aria-hidden=\"true\"><path class=\"")
          .append(reference ? "reference" : "curve s" + color)
          .append("\" d=\"M0 4H24\"/></svg>")
          .append(Html.escape(curve.name()))
          .append("</li>");
      color += reference ? 0 : 1;
    }
    return curves.size() < 2 ? "" : "<ul class=\"legend\">" + legend + "</ul>\n";
  }

  private static String path(Plot plot, Curve curve) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (int i : drawn(curve)) {
      double atX = plot.x(curve.x()[i]);
      double atY = plot.y(curve.y()[i]);
      boolean seen =
          Double.isFinite(atX) && Double.isFinite(atY) && plot.holds(curve.x()[i], curve.y()[i]);
      if (seen) {
        path.append(pen ? 'L' : 'M').append(Frame.at(atX)).append(' ').append(Frame.at(atY));
      }
      pen = seen;
    }
    return path.length() == 0 ? "M0 0" : path.toString();
  }

  private void dots(StringBuilder svg, Plot plot, Curve curve, int color) {
    for (int i : drawn(curve)) {
      if (plot.holds(curve.x()[i], curve.y()[i])) {
        svg.append("<circle class=\"dot s")
            .append(color)
            .append("\" r=\"2.8\" cx=\"")
            .append(Frame.at(plot.x(curve.x()[i])))
            .append("\" cy=\"")
            .append(Frame.at(plot.y(curve.y()[i])))
            .append("\"><title>")
            .append(Html.escape(x.label() + " " + Numbers.of(curve.x()[i]) + ": "))
            .append(Html.escape(Numbers.of(curve.y()[i], 6)))
            .append("</title></circle>\n");
      }
    }
  }

  /** Of many points the first, the last, and of each stretch the lowest and the highest. */
  private static int[] drawn(Curve curve) {
    int points = curve.x().length;
    if (points <= MOST_POINTS) {
      int[] all = new int[points];
      Arrays.setAll(all, i -> i);
      return all;
    }
    int stretches = MOST_POINTS / 2;
    int[] some = new int[2 * stretches + 2];
    some[1 + 2 * stretches] = points - 1;
    for (int stretch = 0; stretch < stretches; stretch++) {
      int from = (int) ((long) points * stretch / stretches);
      int to = (int) ((long) points * (stretch + 1) / stretches);
      int lowest = from;
      int highest = from;
      for (int i = from; i < to; i++) {
        lowest = curve.y()[i] < curve.y()[lowest] ? i : lowest;
        highest = curve.y()[i] > curve.y()[highest] ? i : highest;
      }
      some[1 + 2 * stretch] = Math.min(lowest, highest);
      some[2 + 2 * stretch] = Math.max(lowest, highest);
    }
    return some;
  }

  private Grid numbers() {
    List<Curve> shown =
        curves.stream().filter(curve -> curve.kind() != Curve.Kind.REFERENCE).toList();
    boolean oneTable = shown.stream().allMatch(curve -> Arrays.equals(curve.x(), shown.get(0).x()));
    List<String> heading = new ArrayList<>(List.of(x.label()));
    shown.forEach(curve -> heading.add(shown.size() == 1 ? y.label() : curve.name()));
    Grid table =
        oneTable
            ? new Grid(title, heading)
            : new Grid(title, List.of("curve", x.label(), y.label()));
    for (Curve curve : shown) {
      int points = curve.x().length;
      int rows = Math.min(points, Math.max(2, MOST_ROWS / (oneTable ? 1 : shown.size())));
      for (int row = 0; row < rows; row++) {
        int i = rows == 1 ? 0 : (int) Math.round((double) row * (points - 1) / (rows - 1));
        String at = Numbers.of(curve.x()[i]);
        List<String> cells = new ArrayList<>();
        if (oneTable) {
          cells.add(at);
          shown.forEach(each -> cells.add(Numbers.of(each.y()[i], 6)));
        } else {
          cells.addAll(List.of(curve.name(), at, Numbers.of(curve.y()[i], 6)));
        }
        table.row(cells);
      }
      if (oneTable) {
        break;
      }
    }
    return table;
  }
}
