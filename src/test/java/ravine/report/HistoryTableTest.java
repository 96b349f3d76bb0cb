package ravine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import ravine.engine.PassRecord;
import ravine.engine.StepRecord;
import ravine.step.Motion;

class HistoryTableTest {
  private static HistoryTable table() {
    PassRecord start = new PassRecord(0, 0, 0.7, Double.NaN, 0.0, 0.0, 0.0, 0.0);
    PassRecord end =
        new PassRecord(
            1,
            2,
            0.5,
            0.6,
            0.1,
            1.0,
            2.0,
            0.25,
            0.125,
            true,
            0.75,
            new Motion(0.9, -0.5, 0.01),
            new PassRecord.Cost(0.1, 0.05, 0.1, 160L));
    StepRecord first = new StepRecord(1, 0.5, 0.65, 0.1, 1.5, 1.5, 0.01, 0.02, 0.03);
    StepRecord second =
        new StepRecord(
            2, 1.0, 0.55, 0.1, 1.0, 2.0, 0.01, 0.02, 0.03, new Motion(0.9, 0.25, 0.02), 80L);
    return new HistoryTable(List.of(start, end), List.of(first, second));
  }

  @Test
  void rows_stepsStandBeforeThePassTheyLeadTo() {
    assertThat(table().rows().stream().map(row -> row[0] + " " + row[2]))
        .containsExactly("pass 0", "step 1", "step 2", "pass 2");
  }

  @Test
  void csv_headingAndRows_unknownIsEmpty() {
    List<String> lines = table().csv().lines().toList();
    assertThat(lines.get(0))
        .isEqualTo(
            "record,pass,step,objective,validationLoss,validationMetric,gapBound,gapIsProven,"
                + "learningRate,momentum,gradientNorm,velocityNorm,cosine,updateRatio,seconds,"
                + "computeSeconds,exchangeSeconds,driverSeconds,bytes");
    assertThat(lines.get(2)).isEqualTo("step,0.5,1,0.65,,,,,0.1,,1.5,1.5,,,,0.01,0.02,0.03,0");
    assertThat(lines.get(4))
        .isEqualTo(
            "pass,1.0,2,0.5,0.6,0.75,0.125,true,0.1,0.9,1.0,2.0,-0.5,0.01,0.25,0.1,0.05,0.1,160");
    for (String line : lines) {
      assertThat(line.split(",", -1)).hasSize(HistoryTable.COLUMNS.size());
    }
  }

  @Test
  void jsonLines_oneObjectARecord_unknownIsNull() {
    List<String> lines = table().jsonLines().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0))
        .startsWith("{\"record\":\"pass\",\"pass\":0.0,\"step\":0,\"objective\":0.7,")
        .contains("\"validationLoss\":null", "\"cosine\":null");
    assertThat(lines.get(2)).contains("\"cosine\":0.25,\"updateRatio\":0.02").endsWith("80}");
  }

  @Test
  void bytes_anotherEnding_isRefused() {
    assertThat(new String(table().bytes("a.CSV"), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo(table().csv());
    assertThatThrownBy(() -> table().bytes("history.txt"))
        .hasMessage("A history must end in .csv or .jsonl, but was history.txt.");
  }
}
