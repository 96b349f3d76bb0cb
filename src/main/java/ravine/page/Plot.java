package ravine.page;

import java.util.List;

/** The area between two axes: ticks, grid lines and where a point stands. */
final class Plot {
  /** Of a digit of the ticks' font, in pixels. */
  private static final double DIGIT = 6.4;

  private static final double TOP = 26;
  private static final double RIGHT = 16;
  private static final double BOTTOM = 38;

  private final Axis x;
  private final Axis y;
  final double left;
  final double right;
  final double top = TOP;
  final double bottom;

  Plot(Axis x, Axis y, double width, double height) {
    this.x = x;
    this.y = y;
    int longest = 1;
    for (Axis.Tick tick : y.ticks()) {
      longest = Math.max(longest, tick.text().length());
    }
    this.left = 12 + DIGIT * longest;
    this.right = width - RIGHT;
    this.bottom = height - BOTTOM;
  }

  double x(double value) {
    return left + x.position(value) * (right - left);
  }

  double y(double value) {
    return bottom - y.position(value) * (bottom - top);
  }

  boolean holds(double atX, double atY) {
    return y(atY) >= top - 1 && y(atY) <= bottom + 1 && x(atX) >= left - 1 && x(atX) <= right + 1;
  }

  String axes() {
    StringBuilder svg = new StringBuilder();
    for (Axis.Tick tick : y.ticks()) {
      double at = y(tick.value());
      svg.append(Frame.line(left, at, right, at, "grid"));
      svg.append(Frame.text(left - 6, at + 4, "end", "", tick.text()));
    }
    List<Axis.Tick> ticks = x.ticks();
    for (Axis.Tick tick : ticks) {
      double at = x(tick.value());
      svg.append(Frame.line(at, bottom, at, bottom + 4, "axis"));
      svg.append(Frame.text(at, bottom + 17, "middle", "", tick.text()));
    }
    svg.append(Frame.line(left, bottom, right, bottom, "axis"));
    svg.append(Frame.text(2, 13, "start", "label", y.label()));
    svg.append(Frame.text(right, bottom + 33, "end", "label", x.label()));
    return svg.toString();
  }
}
