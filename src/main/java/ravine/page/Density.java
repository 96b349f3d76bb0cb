package ravine.page;

import java.util.List;
import java.util.Locale;

/** How much lies where: cells of a grid, the darker the more. */
public final class Density implements Figure {
  private static final double WIDTH = 400;
  private static final double HEIGHT = 270;

  private final String title;
  private final String description;
  private final Axis x;
  private final Axis y;
  private final double[][] cells;
  private final Curve curve;
  private final Grid numbers;

  /**
   * @param cells what lies in a cell, by its place along x, then along y, from the low ends
   * @param curve drawn over the cells
   * @param numbers the table behind the picture
   */
  public Density(
      String title,
      String description,
      Axis x,
      Axis y,
      double[][] cells,
      Curve curve,
      Grid numbers) {
    this.title = title;
    this.description = description;
    this.x = x;
    this.y = y;
    this.cells = cells;
    this.curve = curve;
    this.numbers = numbers;
  }

  @Override
  public String html(String id) {
    Plot plot = new Plot(x, y, WIDTH, HEIGHT);
    StringBuilder svg = new StringBuilder(Frame.open(id, title, "", WIDTH, HEIGHT));
    svg.append(Frame.described(id, title, description)).append(plot.axes());
    double most = 0;
    for (double[] column : cells) {
      for (double cell : column) {
        most = Math.max(most, cell);
      }
    }
    double width = (plot.right - plot.left) / cells.length;
    for (int i = 0; i < cells.length; i++) {
      double height = (plot.bottom - plot.top) / cells[i].length;
      for (int j = 0; j < cells[i].length; j++) {
        if (cells[i][j] > 0) {
          // The square root, so that a cell of few rows is seen beside one of many.
          svg.append(
              String.format(
                  Locale.ROOT,
                  "<rect class=\"cell\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\""
                      + " fill-opacity=\"%.2f\"/>\n",
                  Frame.at(plot.left + i * width),
                  Frame.at(plot.bottom - (j + 1) * height),
                  Frame.at(width),
                  Frame.at(height),
                  0.08 + 0.92 * Math.sqrt(cells[i][j] / most)));
        }
      }
    }
    if (y.low() < 0 && y.high() > 0) {
      svg.append(Frame.line(plot.left, plot.y(0), plot.right, plot.y(0), "axis"));
    }
    for (int i = 1; i < curve.x().length; i++) {
      if (List.of(curve.y()[i - 1], curve.y()[i]).stream().allMatch(Double::isFinite)) {
        svg.append(
            Frame.line(
                plot.x(curve.x()[i - 1]),
                plot.y(curve.y()[i - 1]),
                plot.x(curve.x()[i]),
                plot.y(curve.y()[i]),
                "curve s1"));
      }
    }
    return svg.append(Frame.close(curve.name(), numbers)).toString();
  }
}
