package ravine.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class PageTest {
  private static final String HOSTILE =
      "<script>alert('1')</script>\"><img src=x onerror=alert(2)>";

  private static Page page(String text) {
    double[] x = {0, 1, 2};
    double[] y = {1, Double.NaN, 0.1};
    Axis axis = Axis.linear(text, 0, 2);
    return new Page(text)
        .subtitle(text)
        .verdict(Page.Tone.GOOD, text, List.of(text))
        .facts(Map.of(text, text))
        .section(text)
        .paragraph(text)
        .figures(
            List.of(
                new Chart(text, text, axis, Axis.decades(text, List.of(y)))
                    .add(Curve.line(text, x, y))
                    .add(Curve.reference(text, x, x))
                    .mark(1, text)
                    .note(text),
                new Bars(text, text, text).add(text, 1, text).add(text, -2, text).note(text),
                new Density(
                    text,
                    text,
                    axis,
                    Axis.linear(text, -1, 1),
                    new double[][] {{1, 0}, {0, 2}},
                    Curve.line(text, x, x),
                    new Grid(text, List.of(text)).row(text))))
        .folded(text, new Grid(text, List.of(text)).row(text));
  }

  /** File names, column names and specs are texts of others; a page must show them as texts. */
  @Test
  void html_hostileTexts_areTextOnly() {
    assertThat(page(HOSTILE).html()).doesNotContain("<script", "<img", "alert('1')");
  }

  @Test
  void html_isSelfContainedAndForbidsRequests() {
    String html = page("x").html();
    assertThat(html).contains("default-src 'none'", "name=\"viewport\"", "prefers-color-scheme");
    assertThat(html).doesNotContain("http:", "https:", "url(", "script-src", "@import");
    assertThat(page("x").script("1").html()).contains("script-src 'unsafe-inline'");
  }

  @Test
  void html_everyFigure_hasTitleDescriptionAndNumbersUnderItsOwnId() {
    String html = page("x").html();
    Set<String> ids = new HashSet<>();
    Matcher id = Pattern.compile(" id=\"([^\"]*)\"").matcher(html);
    while (id.find()) {
      assertThat(ids.add(id.group(1))).as(id.group(1)).isTrue();
    }
    assertThat(html.split("role=\"img\"", -1)).hasSize(4);
    assertThat(html.split("<desc ", -1)).hasSize(4);
    assertThat(html.split("<summary>Numbers", -1)).hasSize(4);
  }

  /** What a browser mends in silence is a mistake of ours. */
  @Test
  void html_isWellFormedAndTheSameEachTime() throws Exception {
    String html = page("a & b").html();
    assertThat(page("a & b").html()).isEqualTo(html);
    String body = html.substring(html.indexOf("<body>")).replace("</html>", "");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(body)));
  }

  @Test
  void chart_manyPoints_keepsEndsAndExtremesAndAShortTable() {
    double[] x = new double[100_000];
    double[] y = new double[100_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = i;
      y[i] = i == 54_321 ? 9 : 1;
    }
    Axis across = Axis.fromZero("x", List.of(x));
    Axis up = Axis.linear("y", 0, 9);
    String html = new Chart("t", "d", across, up).add(Curve.line("c", x, y)).html("f");
    assertThat(html.length()).isLessThan(30_000);
    assertThat(html).contains(Frame.at(new Plot(across, up, 400, 270).y(9)) + "L");
    assertThat(html.split("<tr>", -1)).hasSize(102);
  }

  @Test
  void chart_curvesOfOtherPoints_areTheirOwnRows() {
    Axis axis = Axis.linear("v", 0, 3);
    String html =
        new Chart("t", "d", axis, axis)
            .add(Curve.line("a", new double[] {1}, new double[] {2}))
            .add(Curve.line("b", new double[] {3}, new double[] {1}))
            .html("f");
    assertThat(html).contains("<th scope=\"row\">a</th><td>1</td><td>2</td>");
    assertThat(html).contains("<th scope=\"row\">b</th><td>3</td><td>1</td>");
  }
}
