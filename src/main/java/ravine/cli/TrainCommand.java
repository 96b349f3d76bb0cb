package ravine.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ravine.engine.TrainingResult;
import ravine.input.ColumnOptions;
import ravine.input.SourceOptions;
import ravine.page.Numbers;
import ravine.report.HistoryTable;
import ravine.report.ReportFormat;
import ravine.terminal.Console;
import ravine.terminal.Failure;
import ravine.terminal.Outputs;
import ravine.terminal.RavineCommand;
import ravine.terminal.SparkRun;

/** {@code train}: data in, model, metrics and report out. */
@Command(
    name = "train",
    sortOptions = false,
    description = "Trains a linear model and saves it as Spark's own.")
final class TrainCommand extends RavineCommand {
  @Mixin SourceOptions source = new SourceOptions();
  @Mixin ColumnOptions columns = new ColumnOptions();

  @Option(
      names = "--optimizer",
      paramLabel = "SPEC",
      description =
          "Update rule: adam(beta2=0.99), momentum(0.9), nesterov(momentum=0.8), … or lbfgs (default: the"
              + " estimator's, nesterov with accelerated momentum).")
  @Nullable String optimizer;

  @Mixin LearningOptions learning = new LearningOptions();
  @Mixin CheckpointOptions checkpoints = new CheckpointOptions();

  @Mixin ModelOptions results = new ModelOptions();

  @Option(
      names = "--card",
      description =
          "Save a model card with the model: card.json and card.html in its directory say what it"
              + " was made of and what came of it.")
  boolean card;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Report: .html (one page: verdict, curves, predictions, coefficients), .png (curves) or"
              + " .jsonl (history).")
  @Nullable String report;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description =
          "Every pass and step that was kept, with rates, norms, angles, seconds and bytes: .csv or"
              + " .jsonl.")
  @Nullable String history;

  @Option(
      names = "--cost",
      paramLabel = "FN:FP",
      description =
          "What a missed positive and a false alarm cost, as 10:1, for the threshold in the report.")
  @Nullable String cost;

  @Override
  protected void run() throws IOException {
    long start = System.nanoTime();
    ConfiguredEstimator estimator =
        ConfiguredEstimator.of(columns.task, learning, optimizer).keeping(checkpoints);
    if (report != null) {
      ReportFormat.of(report);
    }
    if (card && results.directory == null) {
      throw Failure.usage("--card is saved with the model; add --model DIR.");
    }
    if (history != null) {
      HistoryTable.requireKnown(history);
    }
    double[] costs = ReportBuilder.costs(cost, columns.task);
    try (SparkRun spark = SparkRun.start("train", common.debug)) {
      Outputs outputs = new Outputs(spark.session());
      results.claim(outputs, console());
      outputs.requireFile("--report", report);
      outputs.requireFile("--history", history);
      Training training =
          new Training(spark.session(), source, columns, learning, common, console());
      Training.Outcome outcome = training.train(estimator);
      double seconds = (System.nanoTime() - start) / 1e9;
      print(training, outcome);
      Map<String, Double> trained = training.trainMetrics(outcome.model());
      console().line("train", Metrics.text(trained));
      MetricsFile file =
          new MetricsFile(columns.task)
              .training(training, outcome, seconds)
              .metrics("train", trained);
      ReportBuilder page =
          new ReportBuilder(columns.task, String.valueOf(source.data), training, outcome)
              .costs(costs);
      String shownName = "the training rows";
      Dataset<Row> shown = training.trainedRows();
      ModelOptions.Tested tested = results.test(training, outcome, file, console());
      if (tested == null) {
        page.metrics("train", trained);
      } else {
        page.metrics("test", tested.metrics());
        shownName = "the test rows";
        shown = tested.data().rows();
      }
      save(training, outcome, outputs, file);
      if (report != null) {
        outputs.file(report, page.bytes(ReportFormat.of(report), shownName, shown));
        console().line("report", report);
      }
    }
  }

  private void print(Training training, Training.Outcome outcome) {
    TrainingResult result = outcome.result();
    Console console = console();
    console.line("data", "%,d rows, %,d features", training.count(), outcome.model().features());
    console.line("optimizer", "%s, schedule %s", result.rule(), result.schedule());
    if (!outcome.classWeights().isEmpty()) {
      List<String> weights = new ArrayList<>();
      outcome
          .classWeights()
          .forEach((label, weight) -> weights.add(label + " " + Numbers.of(weight, 4)));
      console.line("weights", "%s", String.join(", ", weights));
    }
    if (!outcome.model().decision().isEmpty()) {
      console.line("predicts", "%s", outcome.model().decision());
    }
    console.line("way", "%s, because %s", result.way(), result.why());
    console.line(
        "training",
        "%d passes, %d steps, objective %.9g, %.2f s (load %.2f, pack %.2f)",
        MetricsFile.passes(result),
        MetricsFile.steps(result),
        result.objective(),
        result.seconds().train(),
        training.loadSeconds(),
        result.seconds().pack());
    console.line("bound", "%s", result.worth());
    console.line("stopped", "%s: %s", result.stopReason(), result.advice());
  }

  private void save(Training training, Training.Outcome outcome, Outputs outputs, MetricsFile file)
      throws IOException {
    ModelCard made =
        card ? ModelCard.of(String.valueOf(source.data), training, outcome, file) : null;
    results.saveModel(
        training,
        outcome,
        outputs,
        console(),
        path -> {
          if (made != null) {
            made.save(outputs, path);
          }
        });
    if (made != null) {
      String place = String.valueOf(results.directory);
      console().line("card", "%s/%s and %s", place, ModelCard.JSON, ModelCard.PAGE);
    }
    results.saveMetrics(file, outputs, console());
    if (history != null) {
      outputs.file(history, new HistoryTable(outcome.result()).bytes(history));
      console().line("history", history);
    }
  }
}
