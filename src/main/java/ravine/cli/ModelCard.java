package ravine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.OneHotEncoderModel;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import ravine.page.Grid;
import ravine.page.Numbers;
import ravine.page.Page;
import ravine.terminal.Outputs;

/**
 * What a model was made of and what came of it, kept in two files of its directory, which Spark's
 * loaders do not look at: JSON for programs, a page for people.
 */
final class ModelCard {
  static final String JSON = "card.json";
  static final String PAGE = "card.html";

  /** Of more features or values, a card names the first. */
  private static final int MOST_NAMED = 50;

  private final ObjectNode content;

  private ModelCard(ObjectNode content) {
    this.content = content;
  }

  /**
   * Asks Spark for the fingerprint of the rows.
   *
   * @param data where they came from
   * @param file what is known of training, with its metrics
   */
  static ModelCard of(String data, Training training, Training.Outcome outcome, MetricsFile file) {
    ObjectNode known = file.content();
    ObjectNode card = known.objectNode();
    card.put("made", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    card.put("verdict", outcome.result().advice());
    card.put("certificate", outcome.result().worth());
    ObjectNode rows = card.putObject("data");
    rows.put("path", data);
    rows.put("rows", training.count());
    rows.put("fingerprint", DataFingerprint.of(training.rows()));
    ArrayNode columns = rows.putArray("columns");
    for (StructField field : training.rows().schema().fields()) {
      columns.add(field.name() + ": " + field.dataType().simpleString());
    }
    ArrayNode stages = card.putArray("preprocessing");
    for (Transformer stage : outcome.model().stages()) {
      if (stage != outcome.model().learner()) {
        stages.add(said(stage));
      }
    }
    card.put("loader", outcome.model().loader());
    card.setAll(known);
    return new ModelCard(card);
  }

  /** What the card of a saved model tells; nothing where it has none. */
  static Optional<JsonNode> read(SparkSession session, String directory) throws IOException {
    Path file = new Path(directory, JSON);
    FileSystem files = file.getFileSystem(session.sparkContext().hadoopConfiguration());
    if (!files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream stream = files.open(file)) {
      return Optional.of(new ObjectMapper().readTree(stream));
    }
  }

  /** Whether a card is of a model's very coefficients. */
  static boolean isOf(JsonNode card, SavedModel model) {
    return card.path("coefficientsSha256").asText().equals(model.sha256());
  }

  /** A stage in a line. */
  static String said(Transformer stage) {
    if (stage instanceof StringIndexerModel indexer) {
      List<String> columns = new ArrayList<>();
      String[] inputs =
          indexer.isSet(indexer.inputCols())
              ? indexer.getInputCols()
              : new String[] {indexer.getInputCol()};
      for (int i = 0; i < inputs.length; i++) {
        columns.add(inputs[i] + " (" + some(indexer.labelsArray()[i]) + ")");
      }
      return "number the values of " + String.join(", ", columns);
    } else if (stage instanceof OneHotEncoderModel encoder) {
      return "one feature a value of " + some(encoder.getInputCols());
    } else if (stage instanceof VectorAssembler assembler) {
      return "one vector of " + some(assembler.getInputCols());
    } else if (stage instanceof IndexToString restorer) {
      return "say classes as " + some(restorer.getLabels());
    } else if (stage instanceof SQLTransformer sql) {
      return sql.getStatement();
    }
    return stage.getClass().getSimpleName();
  }

  private static String some(String[] names) {
    String all =
        String.join(", ", Arrays.asList(names).subList(0, Math.min(MOST_NAMED, names.length)));
    return names.length > MOST_NAMED ? all + ", … (" + names.length + ")" : all;
  }

  /** Writes both files into a directory. */
  void save(Outputs outputs, String directory) throws IOException {
    outputs.file(directory + "/" + JSON, MetricsFile.bytes(content));
    outputs.file(directory + "/" + PAGE, html().getBytes(StandardCharsets.UTF_8));
  }

  private String html() {
    JsonNode data = content.path("data");
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Rows", Numbers.count(data.path("rows").asLong()));
    facts.put("Features", Numbers.count(content.path("features").asLong()));
    facts.put("Objective", number(content.path("objective")));
    facts.put(
        content.path("gapIsProven").asBoolean() ? "Gap, at most" : "Gap, estimated",
        Numbers.of(
            content.path("gapBound").asDouble(Double.NaN)
                / Math.abs(content.path("objective").asDouble(Double.NaN)),
            2));
    for (String part : List.of("train", "test")) {
      content
          .path(part)
          .fields()
          .forEachRemaining(e -> facts.put(e.getKey() + ", " + part, number(e.getValue())));
    }
    String stop = content.path("stopReason").asText("Unknown");
    boolean good = stop.equals("CONVERGED") || stop.equals("EARLY_STOPPED");
    Page page =
        new Page(
                "Model card: "
                    + content.path("task").asText()
                    + " on "
                    + ReportBuilder.lastOf(data.path("path").asText()))
            .subtitle(
                String.format(
                    "%s · Ravine %s · Spark %s · Java %s",
                    content.path("made").asText(),
                    content.path("versions").path("ravine").asText(),
                    content.path("versions").path("spark").asText(),
                    content.path("versions").path("java").asText()))
            .verdict(
                good ? Page.Tone.GOOD : Page.Tone.WARN,
                stop.charAt(0) + stop.substring(1).replace('_', ' ').toLowerCase(Locale.ROOT),
                List.of(content.path("verdict").asText()))
            .facts(facts)
            .section("The model");
    Grid model = new Grid("The model", List.of("name", "value")).ofTexts();
    model.row("load it with", content.path("loader").asText() + ".load");
    model.row("SHA-256 of its coefficients", content.path("coefficientsSha256").asText());
    model.row("optimizer", content.path("optimizer").asText());
    model.row("way", content.path("way").asText() + ", because " + content.path("why").asText());
    model.row("intercepts", texts(content.path("intercepts")));
    if (content.has("classes")) {
      model.row("classes", texts(content.path("classes")));
    }
    page.table(model).section("Data and preprocessing");
    Grid rows = new Grid("Data", List.of("name", "value")).ofTexts();
    rows.row("fingerprint of the rows", data.path("fingerprint").asText());
    rows.row("columns", texts(data.path("columns")));
    int step = 0;
    for (JsonNode stage : content.path("preprocessing")) {
      step++;
      rows.row("step " + step, stage.asText());
    }
    if (content.has("featureNames")) {
      rows.row("features", texts(content.path("featureNames")));
    }
    Grid options = new Grid("Params", List.of("name", "value")).ofTexts();
    content
        .path("options")
        .fields()
        .forEachRemaining(e -> options.row(e.getKey(), text(e.getValue())));
    return page.table(rows).folded("Params", options).html();
  }

  private static String number(JsonNode value) {
    return Numbers.of(value.isNumber() ? value.asDouble() : Double.NaN, 5);
  }

  private static String text(JsonNode value) {
    return value.isArray() ? value.toString() : value.asText();
  }

  private static String texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return some(texts.toArray(new String[0]));
  }
}
