package ravine.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.evaluation.BinaryScores;
import ravine.evaluation.ClassTable;
import ravine.evaluation.Residuals;
import ravine.page.Bars;
import ravine.page.Grid;
import ravine.page.Numbers;
import ravine.page.Page;

/** The page of a {@link TrainingReport}: what to believe first, then why. */
final class ReportPage {
  /** As many bars as one takes in at a glance. */
  private static final int MOST_BARS = 20;

  /** A longer table is in the metrics file. */
  private static final int MOST_EFFECTS = 200;

  /** Of more classes, a row of coefficients is too wide to read. */
  private static final int MOST_OUTPUTS = 12;

  String subtitle = "";
  final Map<String, String> facts = new LinkedHashMap<>();
  final Map<String, Double> stages = new LinkedHashMap<>();
  final Map<String, List<List<String>>> details = new LinkedHashMap<>();
  List<Effect> effects = List.of();
  List<String> outputs = List.of();
  String predictionsOn = "the rows";
  double[] costs = {};
  @Nullable BinaryScores scores;
  @Nullable ClassTable classes;
  @Nullable Residuals residuals;

  String html(
      String title,
      List<Series> trainings,
      Reference reference,
      List<String> notes,
      List<String> heading,
      List<List<String>> rows) {
    Page page = new Page(title).subtitle(subtitle);
    TrainingResult only = trainings.size() == 1 ? trainings.get(0).result() : null;
    if (only != null) {
      verdict(page, only);
    } else if (!facts.isEmpty()) {
      page.facts(facts);
    }
    training(page, trainings, reference, only);
    notes.forEach(page::paragraph);
    if (!heading.isEmpty()) {
      Grid table = new Grid("The trainings", heading);
      rows.forEach(table::row);
      page.table(table);
    }
    predictions(page);
    coefficients(page);
    if (!details.isEmpty()) {
      page.section("What it was made of");
    }
    details.forEach(
        (caption, lines) -> {
          Grid table = new Grid(caption, List.of("name", "value")).ofTexts();
          lines.forEach(table::row);
          page.folded(caption, table);
        });
    return page.html();
  }

  private void verdict(Page page, TrainingResult result) {
    Page.Tone tone =
        switch (result.stopReason()) {
          case CONVERGED, EARLY_STOPPED -> Page.Tone.GOOD;
          case MAX_ITER, MAX_SECONDS, DIVERGED, FAILED -> Page.Tone.WARN;
          default -> Page.Tone.PLAIN;
        };
    page.verdict(
        tone,
        headline(result.stopReason()),
        result.advice().contains("above the optimum")
            ? List.of(sentence(result.advice()))
            : List.of(sentence(result.worth()), sentence(result.advice())));
    Map<String, String> all = new LinkedHashMap<>();
    all.put("Objective", Numbers.of(result.objective(), 7));
    all.put(
        result.gapIsProven() ? "Gap, at most" : "Gap, estimated",
        Numbers.of(result.gapBound() / Math.abs(result.objective()), 2));
    all.putAll(facts);
    if (!result.passes().isEmpty()) {
      all.put(
          "Passes, steps",
          Numbers.count(result.passes().get(result.passes().size() - 1).pass())
              + ", "
              + Numbers.count(result.passes().get(result.passes().size() - 1).step()));
    }
    all.put("Training", Numbers.seconds(result.seconds().train()));
    page.facts(all);
  }

  /** What the reason is called in a few words. */
  private static String headline(StopReason reason) {
    return switch (reason) {
      case CONVERGED -> "Converged";
      case MAX_ITER -> "Not finished: all passes or steps are used up";
      case MAX_SECONDS -> "Not finished: the time is used up";
      case STALLED -> "At the end of what steps can gain";
      case EARLY_STOPPED -> "Stopped where validation was best";
      case DIVERGED -> "Diverged";
      case FAILED -> "Ended before its time";
      default -> {
        String name = reason.name().replace('_', ' ');
        yield name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
      }
    };
  }

  private static String sentence(String clause) {
    String text = clause.isEmpty() ? clause : clause.substring(0, 1).toUpperCase(Locale.ROOT);
    text += clause.isEmpty() ? "" : clause.substring(1);
    return text.isEmpty() || text.endsWith(".") ? text : text + ".";
  }

  private void training(
      Page page, List<Series> trainings, Reference reference, @Nullable TrainingResult only) {
    Curves curves = new Curves(trainings, reference);
    page.section("Training");
    if (only != null) {
      page.paragraph(
          String.format(
              "%s, schedule %s; made by %s, because %s.",
              only.rule(), only.schedule(), only.way(), only.why()));
    }
    List<ravine.page.Figure> figures = new ArrayList<>();
    if (curves.hasPoints()) {
      figures.addAll(curves.all());
    } else if (only != null) {
      page.paragraph(
          "There is one record of the objective only, so there is no curve: "
              + Numbers.of(only.objective(), 9)
              + ".");
    }
    if (only != null) {
      Bars bars = new Bars("Where the time went", "Seconds by stage.", "time");
      stages.forEach((name, seconds) -> Curves.stage(bars, name, seconds));
      figures.add(Curves.time(bars, only));
    }
    page.figures(figures);
  }

  private void predictions(Page page) {
    BinaryScores ranked = scores;
    ClassTable table = classes;
    Residuals left = residuals;
    if (ranked == null && table == null && left == null) {
      return;
    }
    page.section("Predictions on " + predictionsOn);
    if (ranked != null && ranked.hasBothClasses()) {
      page.figures(Predictions.curves(ranked)).table(Predictions.suitable(ranked, costs));
    } else if (ranked != null) {
      page.paragraph("All these rows are of one class, so there is no curve.");
    }
    if (table != null) {
      Predictions.classes(page, table);
    }
    if (left != null) {
      page.figures(List.of(Predictions.residuals(left), Predictions.residualShares(left)));
    }
  }

  private void coefficients(Page page) {
    List<Effect> sorted =
        effects.stream()
            .filter(effect -> effect.size() != 0)
            .sorted(Comparator.comparingDouble(effect -> -Math.abs(effect.size())))
            .toList();
    if (effects.isEmpty()) {
      return;
    }
    page.section("Coefficients that matter");
    page.paragraph(
        "A bar is the coefficient times the deviation of its feature: what the "
            + (scores == null && classes == null ? "prediction" : "margin")
            + " gains when the feature grows by its deviation"
            + (outputs.isEmpty() ? "." : ", as the root of the mean square over the classes."));
    if (sorted.isEmpty()) {
      page.paragraph("All coefficients are 0.");
      return;
    }
    Bars bars =
        new Bars(
            sorted.size() <= MOST_BARS
                ? "By their effect"
                : "The " + MOST_BARS + " largest of " + Numbers.count(sorted.size()),
            "Effects of the features, the largest first.",
            "effect");
    sorted.stream()
        .limit(MOST_BARS)
        .forEach(e -> bars.add(e.feature(), e.size(), Numbers.of(e.size(), 3)));
    page.figures(List.of(bars));
    page.folded(
        effects.size() - sorted.size() > 0
            ? "Coefficients ("
                + Numbers.count(effects.size() - sorted.size())
                + " of "
                + Numbers.count(effects.size())
                + " are 0)"
            : "Coefficients",
        table(sorted));
  }

  private Grid table(List<Effect> sorted) {
    boolean each = !outputs.isEmpty() && outputs.size() <= MOST_OUTPUTS;
    List<String> heading = new ArrayList<>(List.of("feature"));
    if (outputs.isEmpty()) {
      heading.add("coefficient");
    } else if (each) {
      outputs.forEach(name -> heading.add("class " + name));
    }
    heading.addAll(List.of("deviation", "effect"));
    Grid table =
        new Grid(
            sorted.size() <= MOST_EFFECTS
                ? "Coefficients"
                : "The " + MOST_EFFECTS + " coefficients of the largest effects",
            heading);
    for (Effect effect : sorted.subList(0, Math.min(MOST_EFFECTS, sorted.size()))) {
      List<String> cells = new ArrayList<>(List.of(effect.feature()));
      if (outputs.isEmpty() || each) {
        effect.coefficients().forEach(value -> cells.add(Numbers.of(value, 5)));
      }
      cells.add(Numbers.of(effect.deviation()));
      cells.add(Numbers.of(effect.size()));
      table.row(cells);
    }
    return table;
  }
}
