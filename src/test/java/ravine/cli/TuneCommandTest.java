package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code tune}, from a CSV file to a model that predicts. */
class TuneCommandTest extends CommandLineTestBase {
  private String[] tune(String data, String... more) {
    List<String> args =
        new ArrayList<>(List.of("tune", "--data", data, "--task", "logistic", "--label", "label"));
    args.addAll(List.of(more));
    return args.toArray(new String[0]);
  }

  @Test
  void tune_csv_printsRungsAndTableAndWritesWhatIsAskedFor() throws IOException {
    String data = write("data.csv", classes(400, "no", "yes"));
    String out =
        succeeds(
            tune(
                data,
                "--search",
                "optimizer=adam|momentum; regParam=log(1e-5, 1); stepSize=log(1e-3, 0.1); batchSize=32",
                "--models",
                "9",
                "--max-iter",
                "9",
                "--max-seconds",
                "250",
                "--validation-fraction",
                "0.3",
                "--validation-metric",
                "areaUnderROC",
                "--model",
                model(),
                "--trials",
                path("trials.jsonl"),
                "--metrics",
                path("metrics.json"),
                "--report",
                path("not/there/report.html")));

    assertThat(out)
        .containsPattern(
            "memory     9 models, up to 9 at a time, take about \\d+m in this process, besides 1m of"
                + " packed rows\\R(.*\\R)*rung 1 ")
        .contains("rung 1     after 1 pass the best 3 of 9 models go on (best so far 0.")
        .contains("rung 2     after 3 passes the best 1 of 3 models go on")
        .contains("validation areaUnderROC")
        .contains("dropped at rung 1")
        .containsPattern("best {7}optimizer=\\w+, regParam=\\S+, stepSize=\\S+, batchSize=32,");
    List<String> lines = Files.readAllLines(Path.of(path("trials.jsonl")));
    assertThat(lines).hasSize(9);
    ObjectMapper mapper = new ObjectMapper();
    JsonNode best = mapper.readTree(lines.get(0));
    assertThat(best.get("rank").asInt()).isOne();
    assertThat(best.get("rungs").asInt()).isEqualTo(2);
    assertThat(best.get("verdict").asText()).startsWith("best, ");
    assertThat(best.get("history").size()).isGreaterThan(4);
    JsonNode metrics = mapper.readTree(Path.of(path("metrics.json")).toFile());
    assertThat(metrics.get("models").asInt()).isEqualTo(9);
    assertThat(metrics.get("options").get("regParam").asDouble())
        .isEqualTo(best.get("params").get("regParam").asDouble());
    assertThat(Files.readString(Path.of(path("not/there/report.html"))))
        .contains("Params searched", "the others", "class=\"reference\"", "Best: optimizer=");
    assertThat(succeeds("evaluate", "--model", model(), "--data", data)).contains("accuracy");
  }

  @Test
  void tune_choicesAlone_areTheGridAndRepeatable() {
    String data = write("data.csv", classes(200, "0", "1"));
    String[] args =
        tune(
            data,
            "--search",
            "regParam=0|0.1|1; elasticNetParam=0|0.5",
            "--validation-fraction",
            "0.3");
    List<String> first = table(succeeds(args));
    assertThat(first).hasSize(7);
    assertThat(table(succeeds(args))).isEqualTo(first);
  }

  /** A search that had ended ends the same again: what was dropped is dropped, no rung is lost. */
  @Test
  void tune_startedAgainWithItsCheckpoints_findsTheSame() {
    String data = write("data.csv", classes(200, "0", "1"));
    String[] args =
        tune(
            data,
            "--search",
            "optimizer=adam|momentum; stepSize=log(1e-3, 0.1); batchSize=32",
            "--models",
            "6",
            "--max-iter",
            "9",
            "--validation-fraction",
            "0.3",
            "--checkpoint",
            path("kept"),
            "--resume=auto");
    List<String> first = table(succeeds(args));
    assertThat(Path.of(path("kept"), "model-6")).isDirectory();
    assertThat(table(succeeds(args))).isEqualTo(first).hasSize(7);
  }

  private static List<String> table(String out) {
    return out.lines().filter(line -> line.matches("(rank|\\d+) .*")).toList();
  }

  @Test
  void tune_mistakes_areSaidInASentenceBeforeDataIsRead() {
    assertThat(fails(2, tune("none.csv", "--search", "regParam=0|1")))
        .isEqualTo(
            "tune judges models by validation rows; add --validation-fraction or --validation-col.");
    assertThat(refused("regPram=0|1")).contains("did you mean regParam?");
    assertThat(refused("optimizer=adam|adm"))
        .contains("With {optimizer=adm}: ", "did you mean adam?");
    assertThat(refused("regParam=log(0, 1)")).contains("log takes numbers above 0.");
    assertThat(refused("regParam=0|1", "--models", "129"))
        .isEqualTo("--models must be in [1, 128], but was 129.");
    assertThat(refused("regParam=0|1", "--eta", "1"))
        .isEqualTo("--eta must be 2 or more, but was 1.");
    assertThat(refused("regParam=0|1", "--report", "r.png"))
        .isEqualTo("--report of tune must end in .html, but was r.png.");
  }

  private String refused(String search, String... more) {
    List<String> args =
        new ArrayList<>(List.of("--search", search, "--validation-fraction", "0.2"));
    args.addAll(List.of(more));
    return fails(2, tune("none.csv", args.toArray(new String[0])));
  }
}
