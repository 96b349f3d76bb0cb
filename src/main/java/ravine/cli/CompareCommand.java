package ravine.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ravine.engine.TrainingResult;
import ravine.input.ColumnOptions;
import ravine.input.SourceOptions;
import ravine.page.Grid;
import ravine.page.Page;
import ravine.report.ReportFormat;
import ravine.report.TrainingReport;
import ravine.terminal.Failure;
import ravine.terminal.Outputs;
import ravine.terminal.RavineCommand;
import ravine.terminal.SparkRun;
import ravine.terminal.Table;

/** {@code compare}: several optimizers on the same data, and which of them to take. */
@Command(
    name = "compare",
    sortOptions = false,
    description =
        "Trains several optimizers on the same data: what each came to, passes and seconds to each"
            + " gap, and which to take.")
final class CompareCommand extends RavineCommand {
  private static final String SECONDS =
      "Seconds are of one run each, from its first step on, without reading and packing the rows;"
          + " the first run also warms the JVM up, and would take less in another place.";

  @Mixin SourceOptions source = new SourceOptions();
  @Mixin ColumnOptions columns = new ColumnOptions();

  @Option(
      names = "--optimizer",
      required = true,
      split = ";",
      paramLabel = "SPEC",
      description = "Update rule or lbfgs, repeatable (in a properties file: separated by ';').")
  List<String> optimizers = new ArrayList<>();

  @Mixin LearningOptions learning = new LearningOptions();

  @Option(names = "--test", paramLabel = "PATH", description = "Test data, read as --data.")
  @Nullable String test;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Learning curves: .html (a page), .png (a picture) or .jsonl (history).")
  @Nullable String report;

  @Override
  protected void run() throws IOException {
    Map<String, ConfiguredEstimator> estimators = new LinkedHashMap<>();
    for (String optimizer : optimizers) {
      estimators.put(
          optimizer.strip(), ConfiguredEstimator.of(columns.task, learning, optimizer.strip()));
    }
    if (report != null) {
      ReportFormat.of(report);
    }
    try (SparkRun spark = SparkRun.start("compare", common.debug)) {
      Outputs outputs = new Outputs(spark.session());
      outputs.requireFile("--report", report);
      Training training =
          new Training(spark.session(), source, columns, learning, common, console());
      String what = columns.task + " on " + source.data;
      TrainingReport curves = new TrainingReport("Ravine: " + what);
      Comparison comparison = new Comparison();
      List<String> notes = new ArrayList<>();
      String metric =
          (test == null ? "train " : "test ")
              + (columns.task.classifies() ? Metrics.ACCURACY : Metrics.RMSE);
      Table table =
          new Table("optimizer", "passes", "steps", "objective", "bound", "seconds", metric);
      List<String> failures = new ArrayList<>();
      for (Map.Entry<String, ConfiguredEstimator> entry : estimators.entrySet()) {
        try {
          Training.Outcome outcome = training.train(entry.getValue());
          curves.add(outcome.legend(), outcome.result().passes());
          comparison.add(entry.getKey(), outcome.result());
          notes.add(outcome.legend() + ": " + outcome.result().worth() + ".");
          table.row(row(training, entry.getKey(), outcome));
        } catch (Failure e) {
          if (e.exitStatus() != Failure.TRAINING) {
            throw e;
          }
          // One that diverges is a result of a comparison; the others are still worth seeing.
          failures.add(e.sentence());
          table.row(List.of(entry.getKey(), "-", "-", "diverged", "-", "-", "-"));
        }
      }
      table.print(console().out());
      if (!comparison.isEmpty()) {
        tell(comparison);
      }
      if (report != null) {
        ReportFormat format = ReportFormat.of(report);
        byte[] bytes =
            format == ReportFormat.HTML
                ? page(what, training.count(), table, comparison, notes, failures)
                : curves.bytes(format);
        outputs.file(report, bytes);
        console().line("report", report);
      }
      if (failures.size() == estimators.size()) {
        throw Failure.training(failures.get(0));
      }
    }
  }

  private void tell(Comparison comparison) {
    Table arrivals = new Table(Comparison.heading().toArray(new String[0]));
    comparison.arrivals().forEach(arrivals::row);
    console().out().println();
    arrivals.print(console().out());
    console().out().println();
    console().line("take", "%s", comparison.advice());
    console().note(comparison.measuredFrom());
    if (optimizers.size() > 1) {
      console().note(SECONDS);
    }
  }

  private byte[] page(
      String what,
      long rows,
      Table table,
      Comparison comparison,
      List<String> notes,
      List<String> failures) {
    Page page =
        new Page("Optimizers compared: " + what)
            .subtitle(
                String.format(
                    Locale.ROOT,
                    "%s · %,d rows · %d optimizers",
                    LocalDate.now(ZoneId.systemDefault()),
                    rows,
                    optimizers.size()));
    if (!comparison.isEmpty()) {
      page.verdict(
              Page.Tone.PLAIN, comparison.advice(), List.of(comparison.measuredFrom(), SECONDS))
          .section("How near to the least objective")
          .figures(List.of(comparison.byPasses(), comparison.bySeconds()))
          .table(comparison.table());
    }
    Grid results = new Grid("What each optimizer came to", table.heading());
    table.rows().forEach(results::row);
    page.section("Where they ended").table(results);
    notes.forEach(page::paragraph);
    failures.forEach(page::paragraph);
    return page.html().getBytes(StandardCharsets.UTF_8);
  }

  /** How far the objective can be above the optimum, in its units; with a ~ if estimated. */
  private static String bound(TrainingResult result) {
    return Double.isNaN(result.gapBound())
        ? "-"
        : String.format(Locale.ROOT, "%s%.1e", result.gapIsProven() ? "" : "~", result.gapBound());
  }

  private List<String> row(Training training, String name, Training.Outcome outcome) {
    TrainingResult result = outcome.result();
    SavedModel model = outcome.model();
    Map<String, Double> scores;
    if (test == null) {
      scores = training.trainMetrics(model);
    } else {
      Scoring data = training.testData(test, model);
      scores = Metrics.of(model, model.score(data.rows(), true), data.count());
    }
    double score =
        scores.getOrDefault(
            columns.task.classifies() ? Metrics.ACCURACY : Metrics.RMSE, Double.NaN);
    return List.of(
        name,
        Integer.toString(MetricsFile.passes(result)),
        Long.toString(MetricsFile.steps(result)),
        String.format(Locale.ROOT, "%.8g", result.objective()),
        bound(result),
        String.format(Locale.ROOT, "%.2f", result.seconds().train()),
        String.format(Locale.ROOT, "%.5g", score));
  }
}
