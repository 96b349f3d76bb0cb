package ravine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.ml.Transformer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import ravine.page.Numbers;
import ravine.terminal.Console;
import ravine.terminal.RavineCommand;
import ravine.terminal.SparkRun;

/** {@code info}: what a saved model is. */
@Command(
    name = "info",
    sortOptions = false,
    description = {
      "Prints what a saved model is: its kind, features, classes, coefficients and hash, what is"
          + " done before it, and its card if it was trained with --card."
    })
final class InfoCommand extends RavineCommand {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "Directory that train wrote, or any of Spark's with one linear model in it.")
  String model = "";

  @Override
  protected void run() throws IOException {
    try (SparkRun spark = SparkRun.start("info", common.debug)) {
      SavedModel saved = SavedModel.load(spark.session(), model);
      Console console = console();
      console.line(
          "model", "%s (%s.load reads it)", saved.learner().getClass().getName(), saved.loader());
      if (saved.task().classifies()) {
        String[] classes = saved.labelNames().orElseGet(saved::labelValues);
        console.line("classes", "%d: %s", saved.classes(), String.join(", ", classes));
      }
      long without = IntStream.range(0, saved.features()).filter(saved::isWithoutWeight).count();
      console.line(
          "features",
          "%,d in column %s, %,d of them without weight",
          saved.features(),
          saved.featuresColumn(),
          without);
      List<String> intercepts = new ArrayList<>();
      Arrays.stream(saved.intercepts()).forEach(value -> intercepts.add(Numbers.of(value, 6)));
      console.line("intercept", "%s", String.join(", ", intercepts));
      console.line("sha-256", "%s", saved.sha256());
      for (Transformer stage : saved.stages()) {
        if (stage != saved.learner()) {
          console.line("stage", "%s", ModelCard.said(stage));
        }
      }
      Optional<JsonNode> card = ModelCard.read(spark.session(), model);
      if (card.isPresent()) {
        print(card.get(), saved);
      } else {
        console.note("There is no " + ModelCard.JSON + " in it; train --card saves one.");
      }
    }
  }

  private void print(JsonNode card, SavedModel saved) {
    Console console = console();
    JsonNode data = card.path("data");
    console.line(
        "trained",
        "%s by Ravine %s on Spark %s",
        card.path("made").asText(),
        card.path("versions").path("ravine").asText(),
        card.path("versions").path("spark").asText());
    console.line(
        "data",
        "%,d rows of %s, fingerprint %s",
        data.path("rows").asLong(),
        data.path("path").asText(),
        data.path("fingerprint").asText());
    console.line(
        "stopped", "%s: %s", card.path("stopReason").asText(), card.path("verdict").asText());
    for (String part : List.of("train", "test")) {
      List<String> metrics = new ArrayList<>();
      card.path(part)
          .fields()
          .forEachRemaining(
              e ->
                  metrics.add(e.getKey() + " " + Numbers.of(e.getValue().asDouble(Double.NaN), 5)));
      if (!metrics.isEmpty()) {
        console.line(part, "%s", String.join(", ", metrics));
      }
    }
    if (!ModelCard.isOf(card, saved)) {
      console.note("The card is of other coefficients than the model has.");
    }
  }
}
