package ravine.cli;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import ravine.terminal.Console;
import ravine.terminal.Outputs;

/** What becomes of a trained model: it is tested, saved, and told of in JSON. */
final class ModelOptions {
  @Option(
      names = "--test",
      paramLabel = "PATH",
      description =
          "Test data, read as --data is read; the metrics of the model there are printed too.")
  @Nullable String test;

  @Option(names = "--model", paramLabel = "DIR", description = "Where to save the model.")
  @Nullable String directory;

  @Option(names = "--overwrite", description = "Replace the model that is there.")
  boolean overwrite;

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description = "Write what happened as one JSON object.")
  @Nullable String metrics;

  /** Makes what is written to the model's directory, given the way there. */
  @FunctionalInterface
  interface Saving {
    void save(String path) throws IOException;
  }

  /**
   * What the test rows say.
   *
   * @param data the rows, as the model takes them
   */
  record Tested(Scoring data, Map<String, Double> metrics) {}

  /** Tries every output place before anything is trained. */
  void claim(Outputs outputs, Console console) throws IOException {
    if (directory == null) {
      console.note("There is no --model DIR, so the model is gone when this command ends.");
    } else {
      outputs.requireFree("--model", directory, overwrite);
      outputs.requireWritable("--model", directory);
    }
    outputs.requireFile("--metrics", metrics);
  }

  /** Scores, prints and notes down; null where there are no test rows. */
  @Nullable Tested test(
      Training training, Training.Outcome outcome, MetricsFile file, Console console) {
    if (test == null) {
      return null;
    }
    Scoring data = training.testData(test, outcome.model());
    data.notes().forEach(console::note);
    Map<String, Double> tested =
        Metrics.of(outcome.model(), outcome.model().score(data.rows(), true), data.count());
    console.line("test", Metrics.text(tested));
    file.metrics("test", tested);
    return new Tested(data, tested);
  }

  /**
   * Saves the model, where a place for it is named.
   *
   * @param beside makes what else is to stand in the model's directory
   */
  void saveModel(
      Training training, Training.Outcome outcome, Outputs outputs, Console console, Saving beside)
      throws IOException {
    if (directory != null) {
      outputs.directory(
          directory,
          path -> {
            outcome.model().save(path, training.rows());
            beside.save(path);
          });
      console.line("model", "%s (%s.load reads it)", directory, outcome.model().loader());
    }
  }

  /** Writes the metrics, where a place for them is named. */
  void saveMetrics(MetricsFile file, Outputs outputs, Console console) throws IOException {
    if (metrics != null) {
      outputs.file(metrics, file.bytes());
      console.line("metrics", metrics);
    }
  }
}
