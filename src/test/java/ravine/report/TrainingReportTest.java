package ravine.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import ravine.engine.PassRecord;

class TrainingReportTest {

  private static List<PassRecord> passes(double rate) {
    List<PassRecord> passes = new ArrayList<>();
    for (int pass = 0; pass <= 10; pass++) {
      double objective = 0.3 + Math.exp(-rate * pass);
      passes.add(new PassRecord(pass, 10L * pass, objective, Double.NaN, 0.1, 1, 1, 0.5 * pass));
    }
    return passes;
  }

  private static TrainingReport report() {
    return new TrainingReport("a < b & c")
        .add("sgd", passes(0.1))
        .add("adam(\"x\")", passes(1))
        .table(List.of("optimizer", "passes"), List.of(List.of("sgd", "10")));
  }

  @Test
  void png_isAPictureAndTheSameEachTime() throws IOException {
    byte[] png = report().png();

    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(image.getWidth()).isEqualTo(1200);
    assertThat(report().png()).isEqualTo(png);
  }

  @Test
  void png_nothingFinite_isStillAPicture() {
    PassRecord bad = new PassRecord(0, 0, Double.NaN, Double.NaN, 0, 0, 0, 0);

    assertThat(new TrainingReport("empty").png()).isNotEmpty();
    assertThat(new TrainingReport("bad").add("sgd", List.of(bad)).png()).isNotEmpty();
    assertThat(new TrainingReport("same").add("a", passes(1)).add("a", passes(1)).png())
        .isNotEmpty();
    assertThat(new TrainingReport("exact").optimum(9).add("a", passes(1)).png()).isNotEmpty();
  }

  @Test
  void html_isSelfContainedAndEscaped() {
    assertThat(report().html())
        .contains("a &lt; b &amp; c", "data:image/png;base64,", "<td>sgd</td>")
        .doesNotContain("http", "src=\"report");
  }

  /** File names, column names and specs are texts of others; a page must show them as texts. */
  @Test
  void html_hostileNames_areTextOnly() {
    String name = "<script>alert('1')</script>\"><img src=x onerror=alert(2)> größe ../ \u202E";
    String page =
        new TrainingReport(name)
            .add(name, passes(1))
            .note(name)
            .table(List.of(name), List.of(List.of(name)))
            .html();
    assertThat(page).doesNotContain("<script", "<img src", "alert('1')").contains("größe ../");
    assertThat(
            page.split("&lt;script&gt;alert\\(&#39;1&#39;\\)&lt;/script&gt;&quot;&gt;&lt;img", -1))
        .as("title, heading, note, head and cell")
        .hasSize(6);
    String lines = new TrainingReport("").add("\"},{\u0007\n\\", passes(1)).jsonLines();
    assertThat(lines.lines()).hasSize(11);
    assertThat(lines).startsWith("{\"series\":\"\\\"},{\\u0007\\u000a\\\\\",\"pass\":0");
  }

  @Test
  void jsonLines_oneObjectAPass() {
    List<String> lines = report().jsonLines().lines().toList();

    assertThat(lines).hasSize(22);
    assertThat(lines.get(0))
        .startsWith("{\"series\":\"sgd\",\"pass\":0,\"step\":0,\"objective\":1.3,")
        .contains("\"validationLoss\":null")
        .contains(",\"gapBound\":null,\"gapIsProven\":false,\"validationMetric\":null,")
        .endsWith(",\"driverSeconds\":0.0,\"bytes\":0}");
    assertThat(lines.get(11)).startsWith("{\"series\":\"adam(\\\"x\\\")\"");
  }

  @Test
  void jsonLines_boundThatIsKnown_isTold() {
    PassRecord known = new PassRecord(1, 1, 0.5, Double.NaN, 1, 1, 1, 1, 0.25, true);

    assertThat(new TrainingReport("known").add("a", List.of(known)).jsonLines())
        .contains("\"gapBound\":0.25,\"gapIsProven\":true");
  }

  @Test
  void html_note_standsBelowThePicture() {
    String page = report().note("sgd < adam: known").html();

    assertThat(page.indexOf("<p>sgd &lt; adam: known</p>")).isGreaterThan(page.indexOf("<img"));
  }

  @Test
  void bytes_ofEachForm_isItsContent() {
    TrainingReport report = report();

    assertThat(report.bytes(ReportFormat.PNG)).isEqualTo(report.png());
    assertThat(report.bytes(ReportFormat.HTML)).asString(UTF_8).isEqualTo(report.html());
    assertThat(report.bytes(ReportFormat.JSONL)).asString(UTF_8).isEqualTo(report.jsonLines());
  }
}
