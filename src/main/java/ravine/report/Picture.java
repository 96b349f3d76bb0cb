package ravine.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import ravine.engine.PassRecord;

/** Two charts side by side: the objective by pass, and its gap on a logarithmic scale. */
final class Picture {
  private static final int WIDTH = 600;

  /** Without the legend, which stands below the plot: above it, it would hide the curves. */
  private static final int PLOT_HEIGHT = 430;

  private static final int LEGEND_LINE = 28;

  /** Okabe and Ito's colours, which the colour-blind can tell apart. */
  private static final Color[] COLORS = {
    new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(0xCC79A7),
    new Color(0xE69F00), new Color(0x56B4E9), new Color(0x000000), new Color(0x999933)
  };

  private Picture() {}

  /**
   * @param reference what gaps are measured from
   */
  static byte[] png(String title, List<Series> series, Reference reference) {
    int height = PLOT_HEIGHT + LEGEND_LINE * Math.max(1, series.size());
    XYChart objective = chart(title, "objective");
    XYChart gap = chart(reference.title() + reference.how(), "relative gap");
    gap.getStyler().setYAxisLogarithmic(true);
    double last = 1;
    for (Series training : series) {
      add(objective, training, DoubleUnaryOperator.identity());
      add(gap, training, reference::gap);
      for (PassRecord pass : training.passes()) {
        last = Math.max(last, pass.pass());
      }
    }
    for (XYChart chart : List.of(objective, gap)) {
      chart.getStyler().setXAxisMin(0.0);
      chart.getStyler().setXAxisMax(last);
    }
    BufferedImage image = new BufferedImage(2 * WIDTH, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, 2 * WIDTH, height);
    paint(objective, graphics, 0, height);
    paint(gap, graphics, WIDTH, height);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void paint(XYChart chart, Graphics2D graphics, int x, int height) {
    Graphics2D part = (Graphics2D) graphics.create(x, 0, WIDTH, height);
    chart.paint(part, WIDTH, height);
    part.dispose();
  }

  private static XYChart chart(String title, String yTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(PLOT_HEIGHT)
            .title(title)
            .xAxisTitle("passes over the data")
            .yAxisTitle(yTitle)
            .build();
    chart.getStyler().setSeriesColors(COLORS);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setPlotBorderVisible(false);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
    return chart;
  }

  /** Adds what is finite. */
  private static void add(XYChart chart, Series training, DoubleUnaryOperator of) {
    double[] x = new double[training.passes().size()];
    double[] y = new double[x.length];
    int points = 0;
    for (PassRecord pass : training.passes()) {
      double value = of.applyAsDouble(pass.objective());
      if (Double.isFinite(value)) {
        x[points] = pass.pass();
        y[points] = value;
        points++;
      }
    }
    if (points > 0) {
      chart
          .addSeries(
              unique(chart, training.name()), Arrays.copyOf(x, points), Arrays.copyOf(y, points))
          .setMarker(SeriesMarkers.NONE);
    }
  }

  private static String unique(XYChart chart, String name) {
    String free = name;
    for (int i = 2; chart.getSeriesMap().containsKey(free); i++) {
      free = name + " #" + i;
    }
    return free;
  }
}
