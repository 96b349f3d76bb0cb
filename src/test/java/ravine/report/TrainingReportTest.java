package ravine.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ravine.curvature.Certificate;
import ravine.engine.PassRecord;
import ravine.engine.StepRecord;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.evaluation.BinaryScores;
import ravine.evaluation.ClassTable;
import ravine.step.Motion;

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
        .contains("a &lt; b &amp; c", "<svg ", "<th scope=\"row\">sgd</th><td>10</td>")
        .doesNotContain("http:", "https:", "src=");
    assertThat(report().html()).isEqualTo(report().html());
  }

  @Test
  void html_severalTrainings_areSeenByPassAndByTimeFromTheBestOrTheOptimum() {
    assertThat(report().html())
        .contains("Gap to the best by pass", "Gap to the best by time", "adam(&quot;x&quot;)</li>");
    assertThat(report().optimum(0.3).html()).contains("Gap to the optimum by pass");
  }

  /** A gap to one's own end says nothing, and is 0 at the end. */
  @Test
  void html_singleTrainingOfUnknownOptimum_hasNoGap() {
    String page = new TrainingReport("one").add("adam", passes(1)).html();
    assertThat(page).contains("Objective by pass").doesNotContain("Gap to");
  }

  @Test
  void html_singleTrainingWithBound_isMeasuredFromWhatTheOptimumIsNotBelow() {
    String page = new TrainingReport("one").add("default", result(true)).html();
    assertThat(page)
        .contains("Gap to the optimum by pass, at most", "Gap, at most", "Converged")
        .contains("Where the time went", "nesterov", "because it is the default");
    // 0.3 + e^-10 at the end with a bound of 0.001: the optimum is not below what is left of it.
    double lower = 0.3 + Math.exp(-10) - 0.001;
    double first = (1.3 - lower) / (0.3 + Math.exp(-10));
    assertThat(page).contains("<td>" + ravine.page.Numbers.of(first, 6) + "</td>");
    assertThat(new TrainingReport("one").add("default", result(false)).html())
        .contains("Gap to the optimum by pass, estimated", "Gap, estimated");
  }

  @Test
  void html_oneRecord_saysThatThereIsNoCurve() {
    TrainingResult all = result(true);
    TrainingResult one = with(all, all.passes().subList(10, 11), 0);
    assertThat(new TrainingReport("one").add("default", one).html())
        .contains("so there is no curve")
        .doesNotContain("Objective by pass");
  }

  @Test
  void html_validation_marksThePassThatIsKept() {
    List<PassRecord> validated = new ArrayList<>();
    for (PassRecord pass : passes(1)) {
      validated.add(
          new PassRecord(
              pass.pass(), pass.step(), pass.objective(), 0.5 + 0.01 * pass.pass(), 0.1, 1, 1, 1));
    }
    assertThat(new TrainingReport("one").add("a", with(result(true), validated, 3)).html())
        .contains("pass 3 is kept", "mean loss, validation rows");
  }

  @Test
  void html_predictionsAndEffects_haveTheirNamesAndNumbers() {
    BinaryScores scores =
        new BinaryScores(
            new double[] {0.1, 0.6},
            new double[] {3, 1},
            new double[] {1, 3},
            new double[] {0.8, 2.8},
            true,
            0.2);
    String page =
        new TrainingReport("one")
            .add("default", result(true))
            .predictionsOn("the test rows")
            .scores(scores)
            .costs(10, 1)
            .classes(new ClassTable(List.of("no", "yes"), new double[][] {{3, 1}, {1, 3}}))
            .effects(
                List.of(
                    new Effect("small", List.of(1.0), 0.1),
                    new Effect("none", List.of(0.0), 3.0),
                    new Effect("cut = <b>", List.of(-2.0), 2.0)),
                List.of())
            .html();
    assertThat(page)
        .contains("Predictions on the test rows", "ROC, area 0.75", "Calibration")
        .contains("least cost (missed 10, false alarm 1)", "<td class=\"on\">3</td>")
        .contains("Coefficients (1 of 3 are 0)");
    assertThat(page.indexOf("cut = &lt;b&gt;")).isLessThan(page.indexOf(">small<"));
  }

  private static TrainingResult with(TrainingResult result, List<PassRecord> passes, int best) {
    return result(passes, best, result.certificate());
  }

  private static TrainingResult result(boolean proven) {
    List<PassRecord> passes = new ArrayList<>(passes(1));
    PassRecord last = passes.get(10);
    passes.set(
        10,
        new PassRecord(10, last.step(), last.objective(), Double.NaN, 0.1, 1, 1, 5, 0.001, proven));
    return result(
        passes, 10, new Certificate(0.001, proven, Certificate.Kind.DUALITY_GAP, -1, Double.NaN));
  }

  private static TrainingResult result(
      List<PassRecord> passes, int best, @Nullable Certificate certificate) {
    return result(passes, List.of(), best, certificate);
  }

  private static TrainingResult result(
      List<PassRecord> passes,
      List<StepRecord> steps,
      int best,
      @Nullable Certificate certificate) {
    return new TrainingResult(
        new double[2],
        passes,
        steps,
        StopReason.CONVERGED,
        StopReason.CONVERGED.advice(),
        best,
        "nesterov(accelerated)",
        "newton",
        "it is the default",
        "constant",
        "jobs",
        1,
        100,
        new TrainingResult.Seconds(1, 0.1, 5),
        certificate);
  }

  @Test
  void html_motionThatWasMeasured_isSeenAndSaid() {
    List<PassRecord> moved = new ArrayList<>();
    for (PassRecord pass : passes(1)) {
      double sign = pass.pass() % 2 == 0 ? -1 : 1;
      Motion motion =
          pass.pass() == 0
              ? Motion.UNKNOWN
              : new Motion(0.5 + 0.04 * pass.pass(), sign * 0.25, Math.pow(0.1, pass.pass()));
      moved.add(with(pass, motion));
    }
    String page = new TrainingReport("one").add("a", with(result(true), moved, 10)).html();

    assertThat(page)
        .contains("Momentum coefficient", "that a step keeps, from 0.54 to 0.9.")
        .contains(
            "Cosine of gradient and velocity", "from 0.25 to −0.25. It changes sides 9 times.")
        .contains("Length of the steps", "from 0.1 to 1e−10.")
        .as("the numbers behind")
        .contains("<td>−0.25</td>", "<td>1e−10</td>");
  }

  /** What the rule says already, and what lazy steps do not measure, is no picture. */
  @Test
  void html_constantMomentumAndNothingElse_hasNoPictureOfMotion() {
    List<PassRecord> moved = passes(1).stream().map(pass -> with(pass, Motion.of(0.9))).toList();
    String page = new TrainingReport("one").add("a", with(result(true), moved, 10)).html();

    assertThat(page)
        .contains("Objective by pass")
        .doesNotContain("Momentum coefficient", "Cosine of", "Length of the steps");
  }

  /** Of mini-batches in one or two passes there are steps to be seen. */
  @Test
  void html_fewPasses_showTheMotionOfSteps() {
    List<StepRecord> steps = new ArrayList<>();
    for (int step = 1; step <= 16; step++) {
      Motion motion = step % 4 == 0 ? new Motion(0.9, 0.5, 0.01 * step) : Motion.of(0.9);
      steps.add(new StepRecord(step, step / 8.0, 1, 0.1, 1, 1, 0, 0, 0, motion, 0));
    }
    String page =
        new TrainingReport("one").add("a", result(passes(1).subList(0, 3), steps, 2, null)).html();

    assertThat(page)
        .contains("Whether steps still go downhill: from 0.5 to 0.5. It stays on one side.")
        .contains("of the weights: from 0.04 to 0.16.");
  }

  private static PassRecord with(PassRecord pass, Motion motion) {
    return new PassRecord(
        pass.pass(),
        pass.step(),
        pass.objective(),
        pass.validationLoss(),
        pass.learningRate(),
        pass.gradientNorm(),
        pass.velocityNorm(),
        pass.seconds(),
        pass.gapBound(),
        pass.gapIsProven(),
        pass.validationMetric(),
        motion,
        pass.cost());
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
        .as("title, heading, description of a curve, note, head and cell")
        .hasSize(7);
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

    assertThat(page.indexOf(">sgd &lt; adam: known</p>")).isGreaterThan(page.indexOf("<svg"));
  }

  @Test
  void bytes_ofEachForm_isItsContent() {
    TrainingReport report = report();

    assertThat(report.bytes(ReportFormat.PNG)).isEqualTo(report.png());
    assertThat(report.bytes(ReportFormat.HTML)).asString(UTF_8).isEqualTo(report.html());
    assertThat(report.bytes(ReportFormat.JSONL)).asString(UTF_8).isEqualTo(report.jsonLines());
  }
}
