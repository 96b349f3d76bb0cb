package ravine.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Arrays;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class FitViewTest {
  private static FitRecord record() {
    FitStarted started = new FitStarted();
    started.id = "0001-000001";
    started.loss = "logistic";
    started.rule = "nesterov(accelerated)";
    started.way = "mini-batches";
    started.why = "batchSize is 32";
    started.engine = "resident";
    started.maxPasses = 100;
    started.tol = 1e-6;
    started.rows = 12_345;
    started.features = 20;
    FitProgressed more = new FitProgressed();
    for (int i = 0; i < 6; i++) {
      more.passes =
          more.passes.plus(
              Curve.point(
                  i, 40L * i, i, 0.7 / (1 + i), 0.8 / (1 + i), Math.pow(10, -i), 0.1 / (1 + i)),
              99);
      more.steps =
          more.steps.plus(Curve.point(i + 0.5, 40L * i, i, 0.7, Double.NaN, Double.NaN, 0.1), 99);
    }
    more.gap = 1e-5;
    return FitRecord.of(started).with(more);
  }

  private static Document parsed(String html) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html.replace(" open>", ">"))));
  }

  @Test
  void details_ofARunningFit_haveCurvesAndTheTimeLeft() throws Exception {
    String html = new FitView(record(), true).details(true);

    Document page = parsed(html);
    assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(4);
    assertThat(page.getElementsByTagName("polyline").getLength()).isEqualTo(5);
    assertThat(html)
        .contains("running", "About 1.93 s left", "at most 1 min 26 s")
        .contains("12,345 × 20", "8.6e-05 (estimate)", "because batchSize is 32");
  }

  @Test
  void details_ofAnEndedFit_sayWhyAndWhatToDo() {
    FitEnded end = new FitEnded();
    end.reason = "MAX_ITER";
    end.advice = "All passes are used up before tol was met; raise maxIter.";
    end.objective = 0.25;
    end.gap = 0.5e-3;
    end.gapIsProven = true;
    end.trainSeconds = 75.0;

    String html = new FitView(record().with(end), true).details(false);

    assertThat(html).contains(end.advice, "MAX_ITER", "0.2 % (proven)", "1 min 15 s", "0.25<");
    assertThat(html).doesNotContain("left");
  }

  @Test
  void details_ofAFitWhoseTimeIsOverBeforeItsPasses_sayThatTimeIsLeft() {
    FitRecord record = record();
    record.started.tol = 0.0;
    record.started.maxSeconds = 30.0;

    assertThat(new FitView(record, true).details(true))
        .contains("At most 25 s left, until maxSeconds are over.");
    record.started.maxSeconds = 300.0;
    assertThat(new FitView(record, true).details(true))
        .contains("At most 1 min 26 s left, until all passes are made.");
  }

  /** Its picture is a line across a scale that means nothing. */
  @Test
  void details_ofAConstantRate_tellItWithoutAPicture() throws Exception {
    FitRecord record = record();
    Arrays.fill(record.passes.rate, 0.1);

    String html = new FitView(record, true).details(true);

    assertThat(html).contains("<dt>learning rate</dt><dd>0.1</dd>");
    assertThat(parsed(html).getElementsByTagName("svg").getLength()).isEqualTo(3);
  }

  /** A mean over half a pass was drawn at its end, above the curve that it follows. */
  @Test
  void details_meansOverSteps_standInTheMiddleOfTheirSteps() {
    FitRecord record = FitRecord.of(record().started);
    FitProgressed more = new FitProgressed();
    more.steps = Curve.point(2.0, 80, 1.0, 0.7, Double.NaN, Double.NaN, 0.1);
    more.steps = more.steps.plus(Curve.point(4.0, 160, 2.0, 0.5, Double.NaN, Double.NaN, 0.1), 99);

    String html = new FitView(record.with(more), true).details(true);

    assertThat(html).contains("class=\"batches\" points=\"252.7,").contains(" 350.0,");
  }

  /** A fit of a second has hundreds of passes, and a dozen means over many of them. */
  @Test
  void details_meansOverManyPasses_areNotShown() {
    FitRecord record = FitRecord.of(record().started);
    FitProgressed more = new FitProgressed();
    for (int i = 0; i < 9; i++) {
      more.passes = more.passes.plus(Curve.point(i, 40L * i, i, 0.7, 0.8, 1.0, 0.1), 99);
    }
    more.steps = Curve.point(1.0, 40, 1.0, 0.7, Double.NaN, Double.NaN, 0.1);
    more.steps = more.steps.plus(Curve.point(8.0, 320, 8.0, 0.5, Double.NaN, Double.NaN, 0.1), 99);

    assertThat(new FitView(record.with(more), true).details(true))
        .contains("polyline class=\"objective\"")
        .doesNotContain("polyline class=\"batches\"");
  }

  /** Of an application that was killed. */
  @Test
  void details_withoutAnEndInTheHistoryServer_saySo() {
    FitView view = new FitView(record(), false);

    assertThat(view.isRunning()).isFalse();
    assertThat(view.details(false)).contains("not ended", "ended before the fit did");
  }

  @Test
  void details_ofAwkwardTexts_areOnlyText() throws Exception {
    FitRecord record = record();
    record.started.description = "<script>alert('1 & 2')</script>\"";
    record.started.params.put("<b>", "\"><i>");

    String html = new FitView(record, true).details(true) + new FitView(record, true).row(true);

    assertThat(html).doesNotContain("<script", "<b>", "<i>");
    parsed("<div>" + html + "</div>");
  }

  @Test
  void details_beforeTheFirstPass_areWhole() throws Exception {
    String html = new FitView(FitRecord.of(record().started), true).details(true);

    assertThat(html).contains("The first pass is being made.");
    assertThat(parsed(html).getElementsByTagName("svg").getLength()).isZero();
  }

  @Test
  void number_ofAnySize_isShort() {
    assertThat(Html.number(0.5)).isEqualTo("0.5");
    assertThat(Html.number(100.0)).isEqualTo("100");
    assertThat(Html.number(0.0)).isEqualTo("0");
    assertThat(Html.number(123456.7)).isEqualTo("123457");
    assertThat(Html.number(1.5e-9)).isEqualTo("1.500e-09");
    assertThat(Html.number(Double.NaN)).isEqualTo("–");
  }
}
