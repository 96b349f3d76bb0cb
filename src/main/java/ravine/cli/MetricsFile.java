package ravine.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import ravine.engine.PassRecord;
import ravine.engine.TrainingResult;
import ravine.input.Task;
import ravine.ml.FeatureNames;

/** The JSON object of {@code --metrics}. Numbers that are not finite are null. */
final class MetricsFile {
  /** More coefficients make a file that nobody reads; they are in the model. */
  private static final int MOST_NAMED = 10_000;

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ObjectNode root = MAPPER.createObjectNode();

  MetricsFile(Task task) {
    root.put("task", task.toString());
  }

  /** What training was and what came of it. */
  MetricsFile training(Training training, Training.Outcome outcome, double totalSeconds) {
    TrainingResult result = outcome.result();
    root.put("optimizer", result.rule());
    root.put("way", result.way());
    root.put("why", result.why());
    root.put("schedule", result.schedule());
    root.put("engine", result.engine());
    root.put("seed", result.seed());
    root.put("rows", training.count());
    root.put("features", outcome.model().features());
    root.put("passes", passes(result));
    root.put("steps", steps(result));
    ObjectNode seconds = root.putObject("seconds");
    put(seconds, "load", training.loadSeconds());
    put(seconds, "pack", result.seconds().pack());
    put(seconds, "open", result.seconds().open());
    put(seconds, "train", result.seconds().train());
    put(seconds, "total", totalSeconds);
    put(root, "objective", result.objective());
    put(root, "gapBound", result.gapBound());
    root.put("gapIsProven", result.gapIsProven());
    ArrayNode history = root.putArray("objectiveHistory");
    ArrayNode bounds = root.putArray("gapBoundHistory");
    ArrayNode proven = root.putArray("gapIsProvenHistory");
    for (PassRecord pass : result.everyPass()) {
      add(history, pass.objective());
      add(bounds, pass.gapBound());
      proven.add(pass.gapIsProven());
    }
    root.put("stopReason", result.stopReason().name());
    model(outcome.model(), training.rows());
    ObjectNode options = root.putObject("options");
    outcome.options().forEach((name, value) -> option(options, name, value));
    ObjectNode versions = root.putObject("versions");
    versions.put("ravine", version());
    versions.put("spark", training.rows().sparkSession().version());
    versions.put("java", System.getProperty("java.version"));
    return this;
  }

  /** Names and numbers of the model; of very many features only how many there are. */
  private void model(SavedModel model, Dataset<Row> rows) {
    root.put("coefficientsSha256", model.sha256());
    if (model.task().classifies()) {
      ArrayNode classes = root.putArray("classes");
      Arrays.stream(model.labelNames().orElseGet(model::labelValues)).forEach(classes::add);
    }
    ArrayNode intercepts = root.putArray("intercepts");
    Arrays.stream(model.intercepts()).forEach(value -> add(intercepts, value));
    if (model.features() > MOST_NAMED) {
      return;
    }
    FeatureNames names = FeatureNames.of(model.featured(rows), model.featuresColumn());
    ArrayNode features = root.putArray("featureNames");
    IntStream.range(0, model.features()).forEach(j -> features.add(names.of(j)));
    ArrayNode coefficients = root.putArray("coefficients");
    for (double[] output : model.coefficients()) {
      ArrayNode row = coefficients.addArray();
      Arrays.stream(output).forEach(value -> add(row, value));
    }
  }

  private static void option(ObjectNode options, String name, Object value) {
    if (value instanceof Boolean flag) {
      options.put(name, flag);
    } else if (value instanceof Integer || value instanceof Long) {
      options.put(name, ((Number) value).longValue());
    } else if (value instanceof Number number) {
      put(options, name, number.doubleValue());
    } else if (value instanceof Matrix matrix) {
      ArrayNode rows = options.putArray(name);
      for (int i = 0; i < matrix.numRows(); i++) {
        ArrayNode row = rows.addArray();
        for (int j = 0; j < matrix.numCols(); j++) {
          add(row, matrix.apply(i, j));
        }
      }
    } else if (value instanceof Vector vector) {
      ArrayNode numbers = options.putArray(name);
      Arrays.stream(vector.toArray()).forEach(number -> add(numbers, number));
    } else {
      options.put(name, String.valueOf(value));
    }
  }

  /** Of the jar; classes outside of one have none. */
  static String version() {
    String version = MetricsFile.class.getPackage().getImplementationVersion();
    return version == null ? "unpacked" : version;
  }

  MetricsFile put(String name, long value) {
    root.put(name, value);
    return this;
  }

  /** An object of metrics: train or test. */
  MetricsFile metrics(String name, Map<String, Double> metrics) {
    ObjectNode node = root.putObject(name);
    metrics.forEach((metric, value) -> put(node, metric, value));
    return this;
  }

  /** All of it, as it is until now. */
  ObjectNode content() {
    return root.deepCopy();
  }

  byte[] bytes() {
    return bytes(root);
  }

  static byte[] bytes(ObjectNode root) {
    try {
      return (MAPPER.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of numbers and texts is always written", e);
    }
  }

  /** Passes made. */
  static int passes(TrainingResult result) {
    return result.passes().isEmpty() ? 0 : result.passes().get(result.passes().size() - 1).pass();
  }

  /** Steps made. */
  static long steps(TrainingResult result) {
    return result.passes().isEmpty() ? 0 : result.passes().get(result.passes().size() - 1).step();
  }

  private static void add(ArrayNode array, double value) {
    if (Double.isFinite(value)) {
      array.add(value);
    } else {
      array.addNull();
    }
  }

  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}
