package ravine.cli;

import java.io.IOException;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ravine.input.DataLoader;
import ravine.input.SourceOptions;
import ravine.terminal.Outputs;
import ravine.terminal.RavineCommand;
import ravine.terminal.SparkRun;

/** {@code evaluate}: the metrics of a saved model on labelled data. */
@Command(
    name = "evaluate",
    sortOptions = false,
    description = "Scores a saved model on labelled data.")
final class EvaluateCommand extends RavineCommand {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Model that train wrote, or any of Spark's with one linear model in it.")
  String model = "";

  @Mixin SourceOptions source = new SourceOptions();

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "Label column, when it is not named as in training.")
  @Nullable String label;

  @Option(names = "--metrics", paramLabel = "FILE", description = "Write the metrics as JSON.")
  @Nullable String metrics;

  @Override
  protected void run() throws IOException {
    try (SparkRun spark = SparkRun.start("evaluate", common.debug)) {
      Outputs outputs = new Outputs(spark.session());
      outputs.requireFile("--metrics", metrics);
      SavedModel saved = SavedModel.load(spark.session(), model);
      DataLoader loader = new DataLoader(spark.session(), source, console()::note);
      Dataset<Row> rows = loader.load(saved.features());
      Scoring data = loader.reading(() -> Scoring.toEvaluate(rows, saved, label, null));
      data.notes().forEach(console()::note);
      Map<String, Double> tested = Metrics.of(saved, saved.score(data.rows(), true), data.count());
      console().line("data", "%,d rows, %,d features", data.count(), saved.features());
      console().line("test", Metrics.text(tested));
      if (metrics != null) {
        MetricsFile file =
            new MetricsFile(saved.task())
                .put("rows", data.count())
                .put("features", saved.features())
                .metrics("test", tested);
        outputs.file(metrics, file.bytes());
        console().line("metrics", metrics);
      }
    }
  }
}
