package ravine.cli;

import java.io.IOException;
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
import ravine.report.ReportFormat;
import ravine.report.TrainingReport;
import ravine.terminal.Failure;
import ravine.terminal.Outputs;
import ravine.terminal.RavineCommand;
import ravine.terminal.SparkRun;
import ravine.terminal.Table;

/** {@code compare}: several optimizers on the same data, one table and one picture. */
@Command(
    name = "compare",
    sortOptions = false,
    description = "Trains several optimizers on the same data: one table, one picture.")
final class CompareCommand extends RavineCommand {
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
      description = "Learning curves: .png, .html (picture and table) or .jsonl (history).")
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
      TrainingReport page = new TrainingReport("Ravine: " + columns.task + " on " + source.data);
      String metric =
          (test == null ? "train " : "test ")
              + (columns.task.classifies() ? Metrics.ACCURACY : Metrics.RMSE);
      Table table =
          new Table("optimizer", "passes", "steps", "objective", "bound", "seconds", metric);
      List<String> failures = new ArrayList<>();
      for (Map.Entry<String, ConfiguredEstimator> entry : estimators.entrySet()) {
        try {
          Training.Outcome outcome = training.train(entry.getValue());
          page.add(outcome.legend(), outcome.result().passes())
              .note(outcome.legend() + ": " + outcome.result().worth() + ".");
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
      if (report != null) {
        page.table(table.heading(), table.rows());
        outputs.file(report, page.bytes(ReportFormat.of(report)));
        console().line("report", report);
      }
      if (failures.size() == estimators.size()) {
        throw Failure.training(failures.get(0));
      }
    }
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
