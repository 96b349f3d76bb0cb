package ravine.landscape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import ravine.page.Page;

class RavinePictureTest {

  @Test
  void svg_isWellFormedAndSaysWhatItShows() throws Exception {
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(RavinePicture.svg())));

    assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(4);
    assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
        .contains("SGD: 99 steps to within 1 %, 59 of 60 steps turn back", "NAG: ");
  }

  /** The README shows this picture: {@code quickstart} writes it anew. */
  @Test
  void svg_isThePictureOfTheReadme() throws IOException {
    assertThat(Files.readString(Path.of("docs/img/ravine.svg"))).isEqualTo(RavinePicture.svg());
  }

  @Test
  void levelSet_hasItsGapInEveryCorner() {
    TwoFeatureLoss loss = TwoFeatureLoss.irises();
    Matcher corner =
        Pattern.compile("[ML](-?[0-9.]+),(-?[0-9.]+)").matcher(LevelSets.path(loss, 4));
    int corners = 0;
    while (corner.find()) {
      double x = Double.parseDouble(corner.group(1)) / View.SCALE + View.LEFT;
      double y = View.TOP - Double.parseDouble(corner.group(2)) / View.SCALE;
      // Of pixels there is a tenth.
      assertThat(loss.gap(new double[] {x, y})).isCloseTo(1.0, within(0.01));
      corners++;
    }
    assertThat(corners).isEqualTo(120);
  }

  @Test
  void section_hasEveryMethodAndNeedsNothingElse() {
    String html = page();

    for (Method method : Method.values()) {
      assertThat(html).contains("data-rule=\"" + method.key() + "\"", method.formula());
    }
    assertThat(html)
        .contains("<script", "type=\"range\"", "EMA, 5 rows a step", "99 steps to within 1 %")
        .doesNotContain("http:", "https:", "NaN");
  }

  private static String page() {
    Page page = new Page("A page");
    page.figures(List.of(RavineSection.figure()));
    RavineSection.addTo(page);
    return page.html();
  }
}
