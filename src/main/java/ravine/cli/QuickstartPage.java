package ravine.cli;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingResult;
import ravine.landscape.RavineSection;
import ravine.page.Grid;
import ravine.page.Numbers;
import ravine.page.Page;
import ravine.terminal.Table;

/** The page of the quickstart: what momentum did, in a sentence, in curves and in the ravine. */
final class QuickstartPage {
  static final String STOCK = "MLlib's SGD";
  static final String SGD = "SGD";
  static final String MOMENTUM = "momentum";
  static final String DEFAULT = "the default";

  private static final double NEAR = 1e-2;

  private final String data;
  private final int maxPasses;
  private final Comparison comparison;
  private final Grid grids = new Grid("The rates that were tried", List.of("optimizer", "rates"));
  private @Nullable TrainingResult ofDefault;

  /**
   * A page.
   *
   * @param data a phrase: what was trained on
   * @param maxPasses that each optimizer has
   */
  QuickstartPage(String data, int maxPasses, Comparison comparison) {
    this.data = data;
    this.maxPasses = maxPasses;
    this.comparison = comparison;
  }

  /** The rates that an optimizer had the best of. */
  void grid(String optimizer, String rates) {
    grids.row(optimizer, rates);
  }

  /** What the default did. */
  void ways(TrainingResult result) {
    ofDefault = result;
  }

  /** The answer. */
  String headline() {
    double ratio = comparison.gapAtBest(SGD) / comparison.gapAtBest(MOMENTUM);
    return ratio >= 1.5
        ? String.format(
            Locale.ROOT,
            "After %s momentum is %s times nearer to the optimum than SGD.",
            passes(maxPasses),
            ratio >= 1e6 ? "over a million" : Numbers.of(ratio, ratio < 10 ? 1 : 2))
        : String.format(
            Locale.ROOT,
            "After %s momentum is no nearer to the optimum than SGD: give them more.",
            passes(maxPasses));
  }

  /** What the answer rests on, and what else was seen. */
  List<String> sentences() {
    return List.of(
        "Both read the same rows in the same mini-batches of 10 %, in the same order, each at the"
            + " best constant rate for it of a grid. Only the rule and its rate differ.",
        String.format(
            Locale.ROOT,
            "To come within 1 %% of the least objective SGD takes %s, momentum %s, NAG %s, Adam %s;"
                + " MLlib's own SGD, at its best step size, %s; Ravine's default, untuned, %s.",
            to(SGD),
            to(MOMENTUM),
            to("NAG"),
            to("Adam"),
            to(STOCK),
            to(DEFAULT)));
  }

  private String to(String name) {
    int passes = comparison.passesTo(name, NEAR);
    return passes < 0 ? "more than " + maxPasses + " passes" : passes(passes);
  }

  private static String passes(int passes) {
    return passes + (passes == 1 ? " pass" : " passes");
  }

  /** The page. */
  String html(String spark, Table table) {
    Page page =
        new Page("What momentum does")
            .subtitle(
                String.format(
                    Locale.ROOT,
                    "%s · logistic regression on %s · Spark %s, Java %s, %s",
                    LocalDate.now(ZoneId.systemDefault()),
                    data,
                    spark,
                    System.getProperty("java.version"),
                    cores()))
            .verdict(Page.Tone.GOOD, headline(), sentences())
            .section("How near to the optimum, and why")
            .figures(
                List.of(comparison.byPasses(), RavineSection.figure(), comparison.bySeconds()));
    Grid results = new Grid("What each optimizer came to", table.heading());
    table.rows().forEach(results::row);
    page.table(results)
        .paragraph(
            "Gap is relative to the least objective, which L-BFGS found to 1e-12. Seconds are those"
                + " of the steps of the run that is shown; reading and packing the rows is not in"
                + " them, nor the other rates of the grid.")
        .table(comparison.table())
        .folded("The rates that were tried", grids.ofTexts());
    TrainingResult result = ofDefault;
    if (result != null) {
      page.paragraph(
          "The default takes its steps in a metric of the curvature and needs no rate ("
              + result.way()
              + "): what momentum does on a plain gradient, it has no need of there. Momentum is for"
              + " mini-batches, and for the rules and rates of a paper.");
    }
    RavineSection.addTo(page);
    return page.html();
  }

  private static String cores() {
    int cores = Runtime.getRuntime().availableProcessors();
    return cores + (cores == 1 ? " core" : " cores");
  }
}
