package ravine.landscape;

import java.util.List;
import java.util.Locale;
import ravine.page.Figure;
import ravine.page.Html;

/** Two paths side by side, as large as the charts that they stand beside. */
final class PairFigure implements Figure {
  private static final String TITLE = "The first steps in a ravine of two weights";

  /** Pixels between the two, and above each. */
  private static final int SPACE = 16;

  private static final int HEAD = 30;
  private static final int FOOT = 54;

  private final TwoFeatureLoss loss;
  private final List<Method> methods;

  PairFigure(TwoFeatureLoss loss, List<Method> methods) {
    this.loss = loss;
    this.methods = methods;
  }

  @Override
  public String html(String id) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<figure>%n<figcaption>%1$s</figcaption>%n<svg viewBox=\"0 0 %2$d %3$d\" role=\"img\""
                + " aria-labelledby=\"%4$ss %4$sd\"><title id=\"%4$ss\">%1$s</title>"
                + "<desc id=\"%4$sd\">%5$s</desc>%n",
            TITLE,
            methods.size() * (View.WIDTH + SPACE) - SPACE,
            HEAD + View.HEIGHT + FOOT,
            id,
            Html.escape(RavineSection.described(loss, methods))));
    for (int i = 0; i < methods.size(); i++) {
      Panel panel = new Panel(Walk.best(loss, methods.get(i)), Walk.DRAWN);
      svg.append(
          String.format(
              Locale.ROOT,
              """
              <g class="ravine pair" transform="translate(%d,0)"><text class="name" y="18">%s</text>
              <svg y="%d" width="%d" height="%d"><use href="#landscape"/>
              %s</svg>
              <text class="name" y="%d">%s</text><text y="%d">%s</text></g>
              """,
              i * (View.WIDTH + SPACE),
              panel.walk().method().title(),
              HEAD,
              View.WIDTH,
              View.HEIGHT,
              panel.marks(loss),
              HEAD + View.HEIGHT + 22,
              panel.arrival(),
              HEAD + View.HEIGHT + 44,
              panel.turns()));
    }
    return svg.append("</svg>\n</figure>\n").toString();
  }
}
