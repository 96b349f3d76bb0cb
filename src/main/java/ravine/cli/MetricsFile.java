package ravine.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import ravine.engine.PassRecord;
import ravine.engine.TrainingResult;
import ravine.input.Task;

/** The JSON object of {@code --metrics}. Numbers that are not finite are null. */
final class MetricsFile {
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
    root.put("coefficientsSha256", outcome.model().sha256());
    return this;
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

  byte[] bytes() {
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
