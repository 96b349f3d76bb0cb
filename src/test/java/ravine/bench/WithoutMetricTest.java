package ravine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.terminal.Console;

class WithoutMetricTest extends SparkTestBase {

  /** Why people come: at the rate of plain descent momentum needs at most half of its passes. */
  @Test
  void measure_rotated_momentumAndNesterovNeedAtMostHalfOfThePasses() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    Session run = new Session(spark(), new Console(out, out, false), "auto", 1, 1, true, 1.0);
    GeneratedRows rotated = new GeneratedRows(GeneratedRows.Shape.ROTATED, 2_000, 20);
    Dataset<Row> frame = rotated.frame(spark(), 1).cache();
    double strength = 1e-3;
    MiniBatchLogisticRegression exact = new MiniBatchLogisticRegression();
    exact.setRegParam(strength).setTol(1e-10);
    double optimum = exact.fit(frame).summary().objectiveHistory()[0];
    for (double objective : exact.fit(frame).summary().objectiveHistory()) {
      optimum = Math.min(optimum, objective);
    }
    WithoutMetric table = new WithoutMetric(run, 4_096);
    ArrayNode json = new ObjectMapper().createArrayNode();

    table.measure("rotated", frame, rotated.rows(), strength, optimum, json);
    table.print();
    frame.unpersist();

    Map<String, Integer> passes = new HashMap<>();
    for (JsonNode node : json) {
      JsonNode gap = node.get("gaps").get(0);
      assertThat(gap.get("reached").asBoolean()).as(node.toString()).isTrue();
      passes.put(node.get("candidate").asText(), gap.get("passes").asInt());
    }
    for (String batches : new String[] {", full, no metric", ", mini, no metric"}) {
      int plain = passes.getOrDefault("sgd" + batches, 0);
      assertThat(plain).isGreaterThan(4);
      assertThat(2 * passes.getOrDefault("momentum" + batches, plain)).isLessThanOrEqualTo(plain);
      assertThat(2 * passes.getOrDefault("nesterov" + batches, plain)).isLessThanOrEqualTo(plain);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("rotated", "nesterov");
  }
}
