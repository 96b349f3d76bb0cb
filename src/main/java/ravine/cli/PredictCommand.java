package ravine.cli;

import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ravine.input.DataLoader;
import ravine.input.FormatGuess;
import ravine.input.SourceOptions;
import ravine.terminal.Failure;
import ravine.terminal.Outputs;
import ravine.terminal.RavineCommand;
import ravine.terminal.SparkRun;

/** {@code predict}: data in, the same rows with predictions out. */
@Command(
    name = "predict",
    sortOptions = false,
    description = "Writes the rows with the predictions of a saved model beside them.")
final class PredictCommand extends RavineCommand {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Model that train wrote, or any of Spark's with one linear model in it.")
  String model = "";

  @Mixin SourceOptions source = new SourceOptions();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Directory to write, in part files as Spark writes them.")
  String output = "";

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      description =
          "csv, tsv, parquet, orc, json or another of Spark's (default: from the name of --output,"
              + " else parquet).")
  @Nullable String outputFormat;

  @Option(names = "--overwrite", description = "Replace the predictions that are there.")
  boolean overwrite;

  @Override
  protected void run() throws IOException {
    try (SparkRun spark = SparkRun.start("predict", common.debug)) {
      Outputs outputs = new Outputs(spark.session());
      outputs.requireFree("--output", output, overwrite);
      outputs.requireWritable("--output", output);
      SavedModel saved = SavedModel.load(spark.session(), model);
      DataLoader loader = new DataLoader(spark.session(), source, console()::note);
      Dataset<Row> rows = loader.load(saved.features());
      Scoring data = loader.reading(() -> Scoring.toPredict(rows, saved));
      data.notes().forEach(console()::note);
      String format =
          outputFormat == null ? FormatGuess.fromName(output).orElse("parquet") : outputFormat;
      boolean text = format.equals("csv") || format.equals("tsv");
      Dataset<Row> predicted = Predictions.of(data, saved, text);
      if (!predicted.columns()[rows.columns().length].equals(SavedModel.PREDICTION)) {
        console()
            .note(
                "the data has a column prediction; the model's is "
                    + predicted.columns()[rows.columns().length]);
      }
      try {
        outputs.directory(
            output,
            path ->
                predicted
                    .write()
                    .format(format.equals("tsv") ? "csv" : format)
                    .options(Predictions.writerOptions(format))
                    .save(path));
      } catch (Failure | IOException e) {
        throw e;
      } catch (Exception e) {
        throw DataLoader.unreadable("data to write it", format, e);
      }
      console().line("predicted", "%,d rows", data.count());
      console().line("output", "%s (%s)", output, format);
    }
  }
}
