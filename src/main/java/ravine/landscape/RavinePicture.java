package ravine.landscape;

import java.util.List;

/** The picture for a README: four paths side by side, an SVG that needs nothing else. */
public final class RavinePicture {
  private static final List<Method> SHOWN =
      List.of(Method.SGD, Method.MOMENTUM, Method.NESTEROV, Method.ADAM);

  private static final int SPACE = 14;
  private static final int HEAD = 36;
  private static final int FOOT = 64;

  private static final String STYLE =
      """
      <style>
      svg{--ink:#1f2328;--soft:#59636e;--valley:#0969da;--walk:#bc4c00;--page:#fff}
      @media (prefers-color-scheme:dark){
      svg{--ink:#f0f6fc;--soft:#9198a1;--valley:#4493f8;--walk:#f0883e;--page:#0d1117}}
      text{font:600 22px system-ui,sans-serif;fill:var(--ink)}
      .said{font-weight:400;font-size:19px}
      .soft{fill:var(--soft)}
      .ravine-level{fill:var(--valley);fill-opacity:.09;stroke:var(--valley);stroke-opacity:.35}
      .ravine-near{fill-opacity:.3}
      .walk{fill:none;stroke:var(--walk);stroke-width:1.6;stroke-linejoin:round}
      .steps{stroke:var(--walk);stroke-width:4.2;stroke-linecap:round}
      .start{fill:var(--page);stroke:var(--ink);stroke-width:1.6}
      .minimum{fill:none;stroke:var(--ink);stroke-width:1.6}
      </style>
      """;

  private RavinePicture() {}

  /** The file's content. */
  public static String svg() {
    TwoFeatureLoss loss = TwoFeatureLoss.irises();
    int width = SHOWN.size() * (View.WIDTH + SPACE) - SPACE;
    StringBuilder svg = new StringBuilder();
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
        .append(width)
        .append(' ')
        .append(HEAD + View.HEIGHT + FOOT)
        .append("\" role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">")
        .append("The first 60 steps of SGD, momentum, NAG and Adam in a ravine</title>\n")
        .append("<desc id=\"desc\">")
        .append(RavineSection.described(loss, SHOWN))
        .append("</desc>\n")
        .append(STYLE)
        .append("<defs>\n<clipPath id=\"window\"><rect width=\"")
        .append(View.WIDTH)
        .append("\" height=\"")
        .append(View.HEIGHT)
        .append("\" rx=\"6\"/></clipPath>\n")
        .append(Panel.landscape(loss, "landscape"))
        .append("</defs>\n");
    for (int i = 0; i < SHOWN.size(); i++) {
      Panel panel = new Panel(Walk.best(loss, SHOWN.get(i)), Walk.DRAWN);
      svg.append("<g transform=\"translate(")
          .append(i * (View.WIDTH + SPACE))
          .append(",0)\">\n<text y=\"24\">")
          .append(panel.walk().method().title())
          .append("</text>\n<g transform=\"translate(0,")
          .append(HEAD)
          .append(")\">\n<g clip-path=\"url(#window)\">\n<use href=\"#landscape\"/>\n")
          .append(panel.marks(loss))
          .append("</g>\n</g>\n");
      said(svg, View.HEIGHT + HEAD + 26, "said", panel.arrival());
      said(svg, View.HEIGHT + HEAD + 52, "said soft", panel.turns());
      svg.append("</g>\n");
    }
    return svg.append("</svg>\n").toString();
  }

  private static void said(StringBuilder svg, int y, String style, String text) {
    svg.append("<text class=\"")
        .append(style)
        .append("\" y=\"")
        .append(y)
        .append("\">")
        .append(text)
        .append("</text>\n");
  }
}
