package ravine.report;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import ravine.engine.PassRecord;
import ravine.engine.TrainingResult;
import ravine.evaluation.BinaryScores;
import ravine.evaluation.ClassTable;
import ravine.evaluation.Residuals;

/**
 * What came of one or several trainings, in any {@link ReportFormat}: curves, and on the page of a
 * single one also its verdict, its data and params, the coefficients that matter and what its
 * predictions are worth, as far as they are told. The same content gives the same bytes.
 *
 * <pre>{@code
 * String page = new TrainingReport("Churn").add("default", estimator.lastTrainingResult()).html();
 * }</pre>
 */
public final class TrainingReport {
  private final String title;
  private final List<Series> series = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private double optimum = Double.NaN;
  private List<String> heading = List.of();
  private List<List<String>> rows = List.of();
  private final ReportPage page = new ReportPage();

  /** A report without trainings. */
  public TrainingReport(String title) {
    this.title = title;
  }

  /**
   * Adds a training.
   *
   * @param name stands in the legend
   * @param passes its history
   */
  public TrainingReport add(String name, List<PassRecord> passes) {
    series.add(new Series(name, passes, null));
    return this;
  }

  /**
   * Adds a training with all that is known of it.
   *
   * @param name stands in the legend
   * @param result what it gave
   */
  public TrainingReport add(String name, TrainingResult result) {
    series.add(new Series(name, result.passes(), result));
    return this;
  }

  /** A line below the title of the page: when, where, by which versions. */
  public TrainingReport about(String text) {
    page.subtitle = text;
    return this;
  }

  /** A number to be seen at once on the page, such as a metric of the test rows. */
  public TrainingReport fact(String name, String value) {
    page.facts.put(name, value);
    return this;
  }

  /** Seconds that a stage outside of the training took. */
  public TrainingReport stage(String name, double seconds) {
    page.stages.put(name, seconds);
    return this;
  }

  /** A table of names and texts, such as params; it stands at the end of the page. */
  public TrainingReport details(String caption, List<List<String>> namesAndTexts) {
    page.details.put(caption, List.copyOf(namesAndTexts));
    return this;
  }

  /**
   * What the features have to say.
   *
   * @param effects one a feature, in any order
   * @param outputs names of their coefficients; empty for a single one
   */
  public TrainingReport effects(List<Effect> effects, List<String> outputs) {
    page.effects = List.copyOf(effects);
    page.outputs = List.copyOf(outputs);
    return this;
  }

  /** Which rows the predictions are of, as "the test rows". */
  public TrainingReport predictionsOn(String rows) {
    page.predictionsOn = rows;
    return this;
  }

  /** How two classes are told apart. */
  public TrainingReport scores(BinaryScores scores) {
    page.scores = scores;
    return this;
  }

  /**
   * What mistakes cost, for the threshold that suits.
   *
   * @param missed of a row of class 1 that is said to be of class 0
   * @param falseAlarm of a row of class 0 that is said to be of class 1
   */
  public TrainingReport costs(double missed, double falseAlarm) {
    page.costs = new double[] {missed, falseAlarm};
    return this;
  }

  /** Which class was said of which. */
  public TrainingReport classes(ClassTable table) {
    page.classes = table;
    return this;
  }

  /** How far quantities are from their predictions. */
  public TrainingReport residuals(Residuals residuals) {
    page.residuals = residuals;
    return this;
  }

  /** Adds a line of text, for the page: it stands below the picture. */
  public TrainingReport note(String text) {
    notes.add(text);
    return this;
  }

  /** The objective that gaps are measured from; without it, the best one reached. */
  public TrainingReport optimum(double objective) {
    this.optimum = objective;
    return this;
  }

  /** A table of the same trainings, for the page. */
  public TrainingReport table(List<String> heading, List<List<String>> rows) {
    this.heading = List.copyOf(heading);
    this.rows = List.copyOf(rows);
    return this;
  }

  /** The content of a file of this form. */
  public byte[] bytes(ReportFormat format) {
    return switch (format) {
      case PNG -> png();
      case HTML -> html().getBytes(StandardCharsets.UTF_8);
      case JSONL -> jsonLines().getBytes(StandardCharsets.UTF_8);
    };
  }

  /**
   * The picture. It is drawn in memory; where {@code DISPLAY} names a screen that is not there,
   * start the JVM with {@code -Djava.awt.headless=true}, as our command line does for itself.
   */
  public byte[] png() {
    return Picture.png(title, series, reference());
  }

  /** One page that needs no other file and asks nobody for anything. */
  public String html() {
    return page.html(title, series, reference(), notes, heading, rows);
  }

  /** One object a pass: {@code series, pass, step, objective, …}; what is not finite is null. */
  public String jsonLines() {
    StringBuilder lines = new StringBuilder();
    for (Series training : series) {
      for (PassRecord pass : training.passes()) {
        lines
            .append("{\"series\":")
            .append(quote(training.name()))
            .append(",\"pass\":")
            .append(pass.pass())
            .append(",\"step\":")
            .append(pass.step())
            .append(field("objective", pass.objective()))
            .append(field("validationLoss", pass.validationLoss()))
            .append(field("learningRate", pass.learningRate()))
            .append(field("gradientNorm", pass.gradientNorm()))
            .append(field("velocityNorm", pass.velocityNorm()))
            .append(field("seconds", pass.seconds()))
            .append(field("gapBound", pass.gapBound()))
            .append(",\"gapIsProven\":")
            .append(pass.gapIsProven())
            .append(field("validationMetric", pass.validationMetric()))
            .append(field("momentum", pass.motion().momentum()))
            .append(field("cosine", pass.motion().cosine()))
            .append(field("updateRatio", pass.motion().updateRatio()))
            .append(field("computeSeconds", pass.cost().computeSeconds()))
            .append(field("exchangeSeconds", pass.cost().exchangeSeconds()))
            .append(field("driverSeconds", pass.cost().driverSeconds()))
            .append(",\"bytes\":")
            .append(pass.cost().bytes())
            .append("}\n");
      }
    }
    return lines.toString();
  }

  private Reference reference() {
    return Reference.of(series, optimum);
  }

  private static String field(String name, double value) {
    return ",\"" + name + "\":" + (Double.isFinite(value) ? Double.toString(value) : "null");
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
