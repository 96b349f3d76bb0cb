package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows that are held out, what they are asked, and what is written of it. */
class ValidationOptionsTest extends CommandLineTestBase {
  /** A column d that marks every third row. */
  private static String[] marked(String yes, String no) {
    String[] lines = classes(300, "0", "1");
    for (int i = 0; i < lines.length; i++) {
      lines[i] += "," + (i == 0 ? "held" : i % 3 == 0 ? yes : no);
    }
    return lines;
  }

  @Test
  void train_validationCol_isHeldOutAndNoFeature() throws IOException {
    String history = path("out/history.csv");
    String out =
        succeeds(
            train(
                write("data.csv", marked("true", "false")),
                "--task",
                "logistic",
                "--validation-col",
                "held",
                "--validation-metric",
                "areaUnderROC",
                "--optimizer",
                "momentum",
                "--step-size",
                "0.1",
                "--history",
                history));

    assertThat(out).contains("300 rows, 2 features").contains("history    " + history);
    List<String> lines = Files.readAllLines(Path.of(history));
    List<String> names = List.of(lines.get(0).split(","));
    for (String line : lines.subList(1, lines.size())) {
      if (line.startsWith("pass,")) {
        String area = line.split(",", -1)[names.indexOf("validationMetric")];
        assertThat(Double.parseDouble(area)).isBetween(0.5, 1.0);
      }
    }
    assertThat(lines).anyMatch(line -> line.startsWith("step,"));
  }

  @Test
  void train_historyAsJson_isOneObjectALine() throws IOException {
    String history = path("out/history.jsonl");
    succeeds(
        train(
            write("data.csv", marked("1", "0")),
            "--task",
            "logistic",
            "--validation-col",
            "held",
            "--optimizer",
            "adam",
            "--max-steps",
            "7",
            "--history",
            history));

    List<String> lines = Files.readAllLines(Path.of(history));
    int steps = 0;
    for (String line : lines) {
      JsonNode json = new ObjectMapper().readTree(line);
      steps += json.get("record").asText().equals("step") ? 1 : 0;
      assertThat(json.size()).isEqualTo(19);
    }
    assertThat(steps).isEqualTo(7);
  }

  @Test
  void train_validationColOfNoUse_isRefused() {
    String data = write("data.csv", marked("yes", "no"));
    assertThat(fails(2, train(data, "--task", "logistic", "--validation-col", "held")))
        .contains("Column held of --validation-col is of type string; it must hold true and false");
    String none = write("none.csv", marked("0", "0"));
    assertThat(fails(2, train(none, "--task", "logistic", "--validation-col", "held")))
        .contains("Column held of --validation-col marks none of the 300 rows; it must mark some.");
    assertThat(
            fails(2, train(none, "--task", "logistic", "--validation-col", "a", "--features", "a")))
        .contains("Column a of --validation-col cannot be label, weight or feature, too.");
  }

  @Test
  void train_optionsThatContradict_areRefusedBeforeReading() {
    assertThat(
            fails(
                2,
                train(
                    "nowhere.csv",
                    "--task",
                    "svm",
                    "--validation-col",
                    "a",
                    "--validation-fraction",
                    "0.1")))
        .contains("--validation-fraction and --validation-col both say which rows to hold out");
    assertThat(fails(2, train("nowhere.csv", "--task", "svm", "--validation-metric", "rmse")))
        .contains("--validation-metric does nothing without validation rows");
    assertThat(
            fails(
                2,
                train(
                    "nowhere.csv",
                    "--task",
                    "svm",
                    "--validation-fraction",
                    "0.1",
                    "--validation-metric",
                    "auc")))
        .contains("validationMetric must be loss, logLoss, areaUnderROC, areaUnderPR, rmse");
    assertThat(fails(2, train("nowhere.csv", "--task", "svm", "--max-seconds", "-1")))
        .contains("--max-seconds");
    assertThat(fails(2, train("nowhere.csv", "--task", "svm", "--history", "a.txt")))
        .contains("A history must end in .csv or .jsonl, but was a.txt.");
  }
}
