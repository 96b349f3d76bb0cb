package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class ModelCardTest extends CommandLineTestBase {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Path card() {
    return Path.of(model(), ModelCard.JSON);
  }

  @Test
  void card_pipeline_saysWhatItWasMadeOfAndSparkStillLoadsIt() throws IOException {
    String data = write("data.csv", quantities(300));
    String out =
        succeeds(train(data, "--task", "linear", "--label", "y", "--categorical", "c", "--card"));

    assertThat(out).contains("card.json and card.html");
    assertThat(PipelineModel.load(model()).stages()).hasSize(4);
    JsonNode card = MAPPER.readTree(card().toFile());
    assertThat(card.path("data").path("rows").asInt()).isEqualTo(300);
    assertThat(card.path("data").path("fingerprint").asText()).matches("[0-9a-f]{16}");
    assertThat(card.path("data").path("columns").toString()).contains("c: string", "y: double");
    assertThat(card.path("preprocessing").toString())
        .contains("number the values of c (blue, green, red)", "one vector of a, b, c_onehot");
    assertThat(card.path("featureNames")).hasSize(5);
    assertThat(card.path("stopReason").asText()).isEqualTo("CONVERGED");
    assertThat(card.path("train").path("r2").asDouble()).isGreaterThan(0.99);
    assertThat(card.path("versions").path("spark").asText()).isEqualTo(spark().version());
    String page = Files.readString(Path.of(model(), ModelCard.PAGE));
    assertThat(page).contains("Model card: linear on ", "c_onehot_blue", "maxIter");
    Path pages = Files.createDirectories(Path.of("target", "pages"));
    Files.writeString(pages.resolve("card.html"), page);
  }

  @Test
  void card_bareModel_isStillLoadedAndReplaced() throws IOException {
    String data = write("data.svm", libsvm(200, "0", "1"));
    succeeds(train(data, "--task", "logistic", "--card"));
    String first = MAPPER.readTree(card().toFile()).path("data").path("fingerprint").asText();

    assertThat(LogisticRegressionModel.load(model()).numFeatures()).isEqualTo(2);
    succeeds(train(data, "--task", "logistic", "--card", "--overwrite", "--max-iter", "3"));
    JsonNode second = MAPPER.readTree(card().toFile());
    assertThat(second.path("data").path("fingerprint").asText()).isEqualTo(first);
    succeeds(train(data, "--task", "logistic", "--overwrite"));
    assertThat(card()).doesNotExist();
  }

  @Test
  void card_withoutModel_isRefusedBeforeReading() {
    assertThat(fails(2, "train", "--data", "nowhere.csv", "--task", "linear", "--card"))
        .isEqualTo("--card is saved with the model; add --model DIR.");
  }

  @Test
  void fingerprint_sameRowsInAnotherOrder_isTheSame() {
    List<String> lines = Arrays.asList(classes(200, "0", "1"));
    Dataset<Row> rows =
        spark().read().option("header", true).csv(write("a.csv", lines.toArray(String[]::new)));
    Collections.reverse(lines.subList(1, lines.size()));
    Dataset<Row> reversed =
        spark().read().option("header", true).csv(write("b.csv", lines.toArray(String[]::new)));

    assertThat(DataFingerprint.of(reversed.repartition(5))).isEqualTo(DataFingerprint.of(rows));
    assertThat(DataFingerprint.of(rows.limit(199))).isNotEqualTo(DataFingerprint.of(rows));
    assertThat(DataFingerprint.of(rows.union(rows))).isNotEqualTo(DataFingerprint.of(rows));
    assertThat(DataFingerprint.of(rows.limit(0))).isEqualTo("0000000000000000");
  }

  @Test
  void info_withAndWithoutCard_saysWhatTheModelIs() throws IOException {
    String data = write("data.csv", classes(200, "no", "yes"));
    succeeds(train(data, "--task", "logistic", "--card"));

    String out = succeeds("info", model());
    assertThat(out)
        .contains("LogisticRegressionModel (PipelineModel.load reads it)", "2: no, yes")
        .contains("2 in column", "0 of them without weight", "200 rows of " + data, "CONVERGED")
        .contains(
            "areaUnderROC 0.", MAPPER.readTree(card().toFile()).path("coefficientsSha256").asText())
        .doesNotContain("other coefficients");

    ObjectNode other = (ObjectNode) MAPPER.readTree(card().toFile());
    Files.writeString(card(), other.put("coefficientsSha256", "x").toString());
    assertThat(succeeds("info", model())).contains("The card is of other coefficients");
    Files.delete(card());
    assertThat(succeeds("info", model())).contains("train --card saves one");
  }

  @Test
  void info_noModel_isOneSentence() {
    assertThat(fails(2, "info", path("none"))).startsWith("There is no model of Spark at ");
    assertThat(fails(2, "info")).contains("MODEL");
  }
}
