package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class TrainCommandTest extends CommandLineTestBase {

  @Test
  void train_libsvmOfZeroAndOne_savesSparksBareModel() {
    String data = write("data.svm", libsvm(200, "0", "1"));

    String out = succeeds(train(data, "--task", "logistic", "--num-features", "5"));

    assertThat(out).contains("guessed", "200 rows, 5 features", "LogisticRegressionModel.load");
    assertThat(LogisticRegressionModel.load(model()).numFeatures()).isEqualTo(5);
  }

  @Test
  void train_labelsMinusAndPlusOne_areMappedAndRestored() {
    String data = write("data.svm", libsvm(200, "-1", "+1"));

    String out = succeeds(train(data, "--task", "logistic"));

    assertThat(out).contains("-1 -> 0, 1 -> 1");
    Dataset<Row> rows = spark().read().format("libsvm").load(data);
    Dataset<Row> predicted = PipelineModel.load(model()).transform(rows);
    long right = predicted.filter("label = cast(predictedLabel as double)").count();
    assertThat(right).isGreaterThan(150);
  }

  @Test
  void train_withoutPlaceForTheModel_saysThatItIsGone() {
    String data = write("data.csv", classes(100, "0", "1"));

    assertThat(succeeds("train", "--data", data, "--task", "logistic"))
        .contains("There is no --model DIR, so the model is gone when this command ends.");
    assertThat(succeeds(train(data, "--task", "logistic"))).doesNotContain("There is no --model");
  }

  @Test
  void train_passesUsedUp_saysWhatHelpsAndOnlyThat() {
    String data = write("data.csv", classes(100, "0", "1"));
    String one = "raise maxIter.";
    String other = "A stepSize of 0 chooses one that suits the rows.";

    assertThat(succeeds(train(data, "--task", "logistic", "--max-iter", "1", "--tol", "0")))
        .contains(one)
        .doesNotContain(other);
    assertThat(
            succeeds(
                train(
                    data,
                    "--task",
                    "logistic",
                    "--max-iter",
                    "1",
                    "--step-size",
                    "0.001",
                    "--overwrite")))
        .contains(one, other);
  }

  @Test
  void train_labelsOneAndTwo_areMapped() {
    String data = write("data.csv", classes(100, "1", "2"));

    assertThat(succeeds(train(data, "--task", "svm"))).contains("1 -> 0, 2 -> 1");
  }

  @Test
  void train_labelMap_decidesTheClasses() {
    String data = write("data.csv", classes(100, "no", "yes"));

    assertThat(succeeds(train(data, "--task", "logistic", "--label-map", "yes=0,no=1")))
        .contains("yes -> 0, no -> 1");
    assertThat(fails(2, train(data, "--task", "logistic", "--overwrite", "--label-map", "yes=0")))
        .contains("also holds no");
  }

  @Test
  void train_booleanLabel_isZeroAndOne() {
    spark()
        .range(100)
        .selectExpr("id % 3 = 0 label", "id % 3 + rand(1) a")
        .write()
        .parquet(path("data.parquet"));

    assertThat(succeeds(train(path("data.parquet"), "--task", "logistic")))
        .doesNotContain("labels ");
  }

  @Test
  void train_categorical_isOneHotEncoded() throws IOException {
    String data = write("data.csv", quantities(300));
    String metrics = path("out/metrics.json");

    String out =
        succeeds(
            train(
                data,
                "--task",
                "linear",
                "--label",
                "last",
                "--categorical",
                "c",
                "--max-iter",
                "100",
                "--metrics",
                metrics,
                "--test",
                data));

    JsonNode json = new ObjectMapper().readTree(Path.of(metrics).toFile());
    assertThat(json.get("features").asInt()).isEqualTo(5);
    assertThat(json.get("rows").asInt()).isEqualTo(300);
    assertThat(json.get("train").get("rmse").asDouble()).isBetween(0.05, 0.2);
    assertThat(json.get("test")).isEqualTo(json.get("train"));
    assertThat(json.get("coefficientsSha256").asText()).matches("[0-9a-f]{64}");
    assertThat(json.get("featureNames").toString())
        .contains("\"a\"", "\"c_onehot_blue\"")
        .doesNotContain("feature 0");
    assertThat(json.get("featureNames")).hasSize(5);
    assertThat(json.get("coefficients")).hasSize(1);
    assertThat(json.get("coefficients").get(0)).hasSize(5);
    assertThat(json.get("intercepts")).hasSize(1);
    assertThat(json.get("options").get("maxIter").asInt()).isEqualTo(100);
    assertThat(json.get("options").get("optimizer").asText()).startsWith("nesterov");
    assertThat(json.get("versions").get("spark").asText()).isEqualTo(spark().version());
    assertThat(json.get("objectiveHistory").size()).isEqualTo(json.get("passes").asInt() + 1);
    assertThat(out).containsPattern("bound +objective (at most|about) .* above the optimum");
    assertThat(json.get("gapIsProven").isBoolean()).isTrue();
    assertThat(json.get("gapBound").asDouble())
        .isBetween(0.0, 1e-6 * json.get("objective").asDouble());
    assertThat(json.get("gapBoundHistory")).hasSameSizeAs(json.get("objectiveHistory"));
    assertThat(json.get("gapIsProvenHistory")).hasSameSizeAs(json.get("objectiveHistory"));
    for (String field :
        List.of("task", "optimizer", "steps", "seconds", "objective", "stopReason")) {
      assertThat(json.has(field)).as(field).isTrue();
    }
  }

  @Test
  void train_sameSeed_givesTheSameHash() throws IOException {
    String data = write("data.csv", classes(200, "0", "1"));
    String[] hashes = new String[2];
    for (int i = 0; i < 2; i++) {
      String metrics = path("metrics" + i + ".json");
      succeeds(train(data, "--task", "logistic", "--overwrite", "--metrics", metrics));
      hashes[i] =
          new ObjectMapper().readTree(Path.of(metrics).toFile()).get("coefficientsSha256").asText();
    }

    assertThat(hashes[0]).isEqualTo(hashes[1]);
  }

  @Test
  void train_whitespaceWithTabsAndBlanks_isGuessedAndRead() {
    String[] lines =
        Stream.of(classes(100, "0", "1"))
            .skip(1)
            .map(line -> " " + line.replaceFirst(",", "\t ").replace(",", "  "))
            .toArray(String[]::new);

    String out =
        succeeds(train(write("data.txt", lines), "--task", "logistic", "--label", "first"));

    assertThat(out).contains("as whitespace", "100 rows, 2 features");
  }

  @Test
  void train_semicolonWithoutHeader_isReadByOption() {
    String[] lines =
        Stream.of(classes(100, "0", "1"))
            .skip(1)
            .map(line -> line.replace(",", ";"))
            .toArray(String[]::new);

    String out =
        succeeds(
            train(
                write("data.csv", lines),
                "--task",
                "logistic",
                "--option",
                "sep=;",
                "--label",
                "_c0"));

    assertThat(out).contains("no header", "2 features");
  }

  @Test
  void train_jsonOrcAndParquet_areRead() {
    Dataset<Row> rows =
        spark().range(200).selectExpr("cast(id % 2 as int) label", "id % 2 + 2 * rand(3) a");
    rows.write().json(path("data.json"));
    rows.write().orc(path("data.orc"));
    rows.write().parquet(path("data"));

    succeeds(train(path("data.json"), "--task", "logistic"));
    succeeds(train(path("data.orc"), "--task", "svm", "--overwrite"));
    succeeds(train(path("data"), "--task", "svm", "--format", "parquet", "--overwrite"));
  }

  @Test
  void train_severalClasses_predictsThem() {
    spark()
        .range(300)
        .selectExpr("id % 3 + 1 label", "id % 3 + 0.1 * rand(1) a", "(id % 3) * (id % 3) b")
        .write()
        .parquet(path("data.parquet"));

    String out = succeeds(train(path("data.parquet"), "--task", "logistic", "--max-iter", "100"));

    assertThat(out).contains("1 -> 0, 2 -> 1, 3 -> 2", "accuracy").doesNotContain("areaUnderROC");
  }

  @Test
  void train_validationFraction_holdsRowsOut() {
    String data = write("data.csv", classes(400, "0", "1"));

    succeeds(train(data, "--task", "logistic", "--validation-fraction", "0.25"));
  }

  @Test
  void train_localStepsWithSvrg_comesToTheOptimumOfTheDefault() throws IOException {
    String data = write("data.svm", libsvm(400, "0", "1"));
    double[] objectives = new double[2];
    List<List<String>> ways =
        List.of(
            List.of("--optimizer", "nesterov", "--local-steps", "8", "--noise-reduction", "svrg"),
            List.of());
    for (int i = 0; i < 2; i++) {
      String metrics = path("metrics" + i + ".json");
      List<String> more =
          new ArrayList<>(List.of("--task", "logistic", "--overwrite", "--reg-param", "0.01"));
      more.addAll(List.of("--metrics", metrics));
      more.addAll(ways.get(i));
      succeeds(train(data, more.toArray(new String[0])));
      objectives[i] =
          new ObjectMapper().readTree(Path.of(metrics).toFile()).get("objective").asDouble();
    }

    assertThat(objectives[0]).isCloseTo(objectives[1], withinPercentage(0.01));
  }

  @Test
  void train_report_isWritten() throws IOException {
    String data = write("data.csv", classes(100, "0", "1"));
    String report = path("curve.html");

    succeeds(train(data, "--task", "logistic", "--report", report));

    assertThat(Files.readString(Path.of(report))).contains("<svg", "Objective by pass");
  }

  @Test
  void compare_twoOptimizers_printsOneTable() throws IOException {
    String data = write("data.csv", classes(200, "0", "1"));
    String report = path("curve.jsonl");

    String out =
        succeeds(
            "compare",
            "--data",
            data,
            "--task",
            "logistic",
            "--optimizer",
            "sgd",
            "--optimizer",
            "nesterov(0.8)",
            "--max-iter",
            "5",
            "--report",
            report);

    assertThat(out).contains("sgd", "nesterov(0.8)", "bound", "train accuracy");
    assertThat(out).contains("Seconds are of one run each", "the first run also warms the JVM up");
    assertThat(Files.readString(Path.of(report)))
        .contains("\"series\":\"sgd, newton\"", "\"series\":\"nesterov(0.8), newton\"");
  }

  @Test
  void compare_htmlReport_saysWhichToTake() throws IOException {
    String data = write("data.csv", classes(200, "0", "1"));
    String report = path("compared.html");

    String out =
        succeeds(
            "compare",
            "--data",
            data,
            "--task",
            "logistic",
            "--optimizer",
            "momentum",
            "--optimizer",
            "adam",
            "--max-iter",
            "4",
            "--report",
            report);

    assertThat(out).contains("passes (seconds) to a gap of", "1e-1", "1e-6", "take       Take ");
    assertThat(Files.readString(Path.of(report)))
        .contains(
            "<h1>Optimizers compared: logistic on", "200 rows", "Take ", "Gap by seconds</fig");
  }

  @Test
  void help_ofEveryCommand_isPrinted() {
    for (String command : List.of("train", "evaluate", "predict", "compare", "quickstart")) {
      assertThat(succeeds(command, "--help")).contains("Usage: ravine " + command);
    }
    assertThat(succeeds("--help")).contains("train", "predict");
  }
}
