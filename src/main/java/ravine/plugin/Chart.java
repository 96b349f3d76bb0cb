package ravine.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines over passes as an SVG picture, in the colours of the page it stands in. */
final class Chart {
  private static final double WIDTH = 360.0;
  private static final double HEIGHT = 204.0;
  private static final double LEFT = 58.0;
  private static final double RIGHT = 10.0;
  private static final double TOP = 8.0;
  private static final double BOTTOM = 38.0;

  /** From this ratio of the largest value to the smallest on an axis is logarithmic. */
  private static final double WIDE = 30.0;

  private static final int MOST_TICKS = 5;

  private final String title;
  private boolean fromZero;
  private final List<Line> lines = new ArrayList<>();

  /** A line; points that are no number are left out. */
  private record Line(String name, String style, double[] x, double[] y) {}

  /** An axis; positions are shares of it from 0 to 1. */
  private record Axis(double low, double high, boolean isLog) {

    double at(double value) {
      return isLog
          ? (Math.log10(value) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))
          : (value - low) / (high - low);
    }

    double[] ticks() {
      if (!isLog) {
        double step = step(high - low);
        double first = Math.ceil(low / step - 1e-9);
        int count = (int) (Math.floor(high / step + 1e-9) - first) + 1;
        double[] ticks = new double[Math.max(0, count)];
        for (int i = 0; i < ticks.length; i++) {
          ticks[i] = (first + i) * step;
        }
        return ticks;
      }
      int first = (int) Math.ceil(Math.log10(low) - 1e-9);
      int last = (int) Math.floor(Math.log10(high) + 1e-9);
      int stride = 1 + Math.max(0, last - first) / MOST_TICKS;
      double[] ticks = new double[Math.max(0, (last - first) / stride + 1)];
      for (int i = 0; i < ticks.length; i++) {
        ticks[i] = Math.pow(10.0, first + i * stride);
      }
      return ticks;
    }

    private static double step(double range) {
      double unit = Math.pow(10.0, Math.floor(Math.log10(range / 4.0)));
      double share = range / 4.0 / unit;
      return unit * (share < 1.5 ? 1.0 : share < 3.5 ? 2.0 : share < 7.5 ? 5.0 : 10.0);
    }
  }

  Chart(String title) {
    this.title = title;
  }

  /**
   * Adds a line, if it has two points: one shows no more than its number does.
   *
   * @param style what the style sheet calls it
   */
  Chart line(String name, String style, double[] x, double[] y) {
    int known = 0;
    for (double value : y) {
      known += Double.isFinite(value) ? 1 : 0;
    }
    if (known > 1) {
      lines.add(new Line(name, style, x, y));
    }
    return this;
  }

  /** Lets the axis begin at 0, so that a small change of what is positive looks small. */
  Chart fromZero() {
    fromZero = true;
    return this;
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /** The picture with its title and legend. */
  String html() {
    StringBuilder out = new StringBuilder(4096);
    out.append("<figure class=\"ravine-chart\"><figcaption>").append(Html.text(title));
    if (lines.size() > 1) {
      for (Line line : lines) {
        out.append(" <span class=\"ravine-key ").append(line.style).append("\">");
        out.append(Html.text(line.name)).append("</span>");
      }
    }
    out.append("</figcaption>");
    svg(out);
    return out.append("</figure>").toString();
  }

  private void svg(StringBuilder out) {
    Axis across = across();
    Axis up = up();
    out.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">",
            WIDTH,
            HEIGHT,
            Html.text(description())));
    for (double tick : up.ticks()) {
      double y = y(up, tick);
      out.append(
          String.format(
              Locale.ROOT,
              "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"></line>"
                  + "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
              LEFT,
              y,
              WIDTH - RIGHT,
              y,
              LEFT - 6.0,
              y + 3.5,
              label(tick)));
    }
    for (double tick : across.ticks()) {
      out.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
              x(across, tick),
              HEIGHT - BOTTOM + 16.0,
              label(tick)));
    }
    out.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">passes</text>",
            (LEFT + WIDTH - RIGHT) / 2.0,
            HEIGHT - 6.0));
    for (Line line : lines) {
      polyline(out, line, across, up);
    }
    out.append("</svg>");
  }

  private static void polyline(StringBuilder out, Line line, Axis across, Axis up) {
    StringBuilder points = new StringBuilder();
    double x = Double.NaN;
    double y = Double.NaN;
    int shown = 0;
    for (int i = 0; i < Math.min(line.x.length, line.y.length); i++) {
      double value = line.y[i];
      if (Double.isFinite(value) && (!up.isLog || value > 0.0)) {
        x = x(across, line.x[i]);
        y = y(up, Math.min(up.high, Math.max(up.low, value)));
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
        shown++;
      }
    }
    if (shown == 0) {
      return;
    }
    out.append("<polyline class=\"").append(line.style).append("\" points=\"");
    out.append(points.toString().trim()).append("\"></polyline>");
    out.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"></circle>",
            line.style,
            x,
            y));
  }

  private Axis across() {
    double high = 0.0;
    for (Line line : lines) {
      for (double x : line.x) {
        high = Math.max(high, x);
      }
    }
    return new Axis(0.0, high > 0.0 ? high : 1.0, false);
  }

  private Axis up() {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double positive = Double.POSITIVE_INFINITY;
    for (Line line : lines) {
      for (double y : line.y) {
        if (Double.isFinite(y)) {
          low = Math.min(low, y);
          high = Math.max(high, y);
          positive = y > 0.0 ? Math.min(positive, y) : positive;
        }
      }
    }
    if (low >= 0.0 && high > WIDE * positive) {
      return new Axis(
          Math.pow(10.0, Math.floor(Math.log10(positive))),
          Math.pow(10.0, Math.ceil(Math.log10(high))),
          true);
    }
    if (fromZero && low >= 0.0 && high > 0.0) {
      return new Axis(0.0, 1.05 * high, false);
    }
    double room = high > low ? 0.05 * (high - low) : Math.max(1e-12, 0.1 * Math.abs(high));
    return new Axis(low - room, high + room, false);
  }

  private String description() {
    StringBuilder text = new StringBuilder(title);
    for (Line line : lines) {
      text.append("; ").append(line.name).append(" from ");
      text.append(Html.number(firstKnown(line.y))).append(" to ");
      text.append(Html.number(lastKnown(line.y)));
    }
    return text.append(" over passes").toString();
  }

  private static double firstKnown(double[] column) {
    for (double value : column) {
      if (Double.isFinite(value)) {
        return value;
      }
    }
    return Double.NaN;
  }

  private static double lastKnown(double[] column) {
    for (int i = column.length - 1; i >= 0; i--) {
      if (Double.isFinite(column[i])) {
        return column[i];
      }
    }
    return Double.NaN;
  }

  private static double x(Axis axis, double value) {
    return LEFT + axis.at(value) * (WIDTH - LEFT - RIGHT);
  }

  private static double y(Axis axis, double value) {
    return HEIGHT - BOTTOM - axis.at(value) * (HEIGHT - TOP - BOTTOM);
  }

  /** Short: 0.25, 300, 1e-7. */
  private static String label(double tick) {
    double size = Math.abs(tick);
    String text =
        size != 0.0 && (size < 1e-3 || size >= 1e6)
            ? String.format(Locale.ROOT, "%.4g", tick)
            : Double.toString(Math.rint(tick * 1e7) / 1e7);
    return text.replaceAll("\\.?0+(?=e|$)", "").replaceAll("e([+-])0*", "e$1").replace("e+", "e");
  }
}
