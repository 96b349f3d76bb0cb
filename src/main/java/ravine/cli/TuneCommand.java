package ravine.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ravine.input.ColumnOptions;
import ravine.input.SourceOptions;
import ravine.ml.tuning.Halving;
import ravine.terminal.Failure;
import ravine.terminal.Outputs;
import ravine.terminal.RavineCommand;
import ravine.terminal.SparkRun;

/** {@code tune}: many models on one copy of the rows, of which the best is trained to its end. */
@Command(
    name = "tune",
    sortOptions = false,
    description =
        "Searches params by successive halving: many models train together on growing budgets of"
            + " passes, the worse ones are dropped, the best is saved.")
final class TuneCommand extends RavineCommand {
  private static final int MOST_MODELS = 128;

  @Mixin SourceOptions source = new SourceOptions();
  @Mixin ColumnOptions columns = new ColumnOptions();

  @Option(
      names = "--search",
      required = true,
      paramLabel = "SPACE",
      description =
          "Params and what they may be: \"optimizer=nesterov|adam(beta2=0.99); regParam=0|log(1e-6,1);"
              + " batchSize=64|256; elasticNetParam=uniform(0,1)\"; also int(a,b).")
  String search = "";

  @Option(
      names = "--models",
      paramLabel = "N",
      description =
          "Models to begin with, at most 128; all points of a space that has no more (default: 64).")
  int models = 64;

  @Option(
      names = "--eta",
      paramLabel = "η",
      description =
          "One of so many goes on at each rung, with so many times the passes (default: 3).")
  int eta = 3;

  @Option(
      names = "--optimizer",
      paramLabel = "SPEC",
      description =
          "Update rule of all models, where --search has none (default: the estimator's).")
  @Nullable String optimizer;

  @Mixin LearningOptions learning = new LearningOptions();
  @Mixin CheckpointOptions checkpoints = new CheckpointOptions();

  @Mixin ModelOptions results = new ModelOptions();

  @Option(
      names = "--trials",
      paramLabel = "FILE",
      description = "Write every model that was tried, with its history, as JSON, one a line.")
  @Nullable String trials;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "A page: the validation metric of every model by passes, and the table of all.")
  @Nullable String report;

  @Override
  protected void run() throws IOException {
    long start = System.nanoTime();
    check();
    Double seconds = learning.maxSeconds;
    learning.maxSeconds = null; // of the search, not of each model
    ConfiguredEstimator estimator =
        ConfiguredEstimator.of(columns.task, learning, optimizer).keeping(checkpoints);
    Search searched = new Search(estimator.halving(search, models, eta, learning.seedOrDefault()));
    if (seconds != null && seconds > 0.0) {
      searched.halving.maxSeconds(seconds);
    }
    try (SparkRun spark = SparkRun.start("tune", common.debug)) {
      Outputs outputs = new Outputs(spark.session());
      results.claim(outputs, console());
      outputs.requireFile("--trials", trials);
      outputs.requireFile("--report", report);
      Training training =
          new Training(spark.session(), source, columns, learning, common, console());
      Training.Outcome outcome = training.train(estimator, input -> searched.run(estimator, input));
      finish(outputs, training, outcome, searched, start);
    }
  }

  private void check() {
    Failure.require(
        models >= 1 && models <= MOST_MODELS, "--models", "in [1, " + MOST_MODELS + "]", models);
    Failure.require(eta >= 2, "--eta", "2 or more", eta);
    if (!learning.validates()) {
      throw Failure.usage(
          "tune judges models by validation rows; add --validation-fraction or --validation-col.");
    }
    if (report != null && !report.toLowerCase(Locale.ROOT).endsWith(".html")) {
      throw Failure.usage("--report of tune must end in .html, but was " + report + ".");
    }
    learning.check();
  }

  /** One search, and what it found. */
  private final class Search {
    private final Halving halving;
    private int rung;
    private Halving.@Nullable Found found;

    Search(Halving halving) {
      this.halving =
          halving.watcher(this::climbed).memory(text -> console().line("memory", "%s", text));
    }

    ConfiguredEstimator.Fit run(ConfiguredEstimator by, Dataset<Row> input) {
      Halving.Found made = halving.run(input);
      found = made;
      return by.of(made);
    }

    /** In a thread of one of the models, while the others wait. */
    private void climbed(int passes, int came, int left, double best) {
      rung++;
      console()
          .line(
              "rung " + rung,
              "after %d %s the best %d of %d models go on (best so far %.6g)",
              passes,
              passes == 1 ? "pass" : "passes",
              Math.min(left, came),
              came,
              best);
    }

    Halving.Found found() {
      Halving.Found made = found;
      if (made == null) {
        throw new IllegalStateException("nothing was searched yet");
      }
      return made;
    }
  }

  private void finish(
      Outputs outputs, Training training, Training.Outcome outcome, Search searched, long start)
      throws IOException {
    double seconds = (System.nanoTime() - start) / 1e9;
    Halving.Found found = searched.found();
    Trials tried = new Trials(found);
    console().out().println();
    tried.print(console());
    console().out().println();
    console().line("best", "%s", tried.best());
    console().line("bound", "%s", outcome.result().worth());
    console().line("stopped", "%s: %s", outcome.result().stopReason(), outcome.result().advice());
    Map<String, Double> trained = training.trainMetrics(outcome.model());
    console().line("train", Metrics.text(trained));
    MetricsFile file =
        new MetricsFile(columns.task)
            .training(training, outcome, seconds)
            .metrics("train", trained)
            .put("models", found.trials().size());
    results.test(training, outcome, file, console());
    results.saveModel(training, outcome, outputs, console(), path -> {});
    results.saveMetrics(file, outputs, console());
    if (trials != null) {
      outputs.file(trials, tried.json());
      console().line("trials", trials);
    }
    if (report != null) {
      outputs.file(
          report, tried.page(columns.task + " on " + source.data, search, training.count()));
      console().line("report", report);
    }
  }
}
