package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --class-weight} of {@code train} and {@code verify}, and who tells of it. */
class ClassWeightOptionTest extends CommandLineTestBase {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** One row in eight is of the second label. */
  private String skewed(String zero, String one) {
    Random random = new Random(11);
    List<String> lines = new ArrayList<>(List.of("label,a,b"));
    for (int i = 0; i < 400; i++) {
      boolean positive = i % 8 == 0;
      double a = random.nextGaussian() + (positive ? 1.0 : 0.0);
      lines.add((positive ? one : zero) + "," + a + "," + random.nextGaussian());
    }
    return write("data.csv", lines.toArray(new String[0]));
  }

  private LogisticRegressionModel learner() {
    for (org.apache.spark.ml.Transformer stage : PipelineModel.load(model()).stages()) {
      if (stage instanceof LogisticRegressionModel found) {
        return found;
      }
    }
    throw new AssertionError("a pipeline without its learner");
  }

  private JsonNode metrics() throws IOException {
    return MAPPER.readTree(Path.of(path("metrics.json")).toFile());
  }

  @Test
  void balanced_isToldEverywhere_andVerifiedByTheCardOrTheOption() throws IOException {
    String data = skewed("no", "yes");
    String report = path("report.html");
    String out =
        succeeds(
            train(
                data,
                "--task",
                "logistic",
                "--class-weight",
                "balanced",
                "--metrics",
                path("metrics.json"),
                "--report",
                report,
                "--card",
                "--tol",
                "1e-8"));

    assertThat(out).contains("weights    no 0.5714, yes 4\n");
    assertThat(out).contains("predicts   yes above a probability of 0.125\n");
    assertThat(metrics().path("classWeights").path("yes").asDouble()).isEqualTo(4.0);
    assertThat(metrics().path("classWeights").path("no").asDouble())
        .isEqualTo(400.0 / 700.0, within(1e-15));
    assertThat(metrics().path("threshold").asDouble()).isEqualTo(0.125, within(1e-12));
    assertThat(metrics().path("options").path("classWeight").asText()).isEqualTo("balanced");
    assertThat(learner().getThreshold()).isEqualTo(0.125, within(1e-12));
    assertThat(Files.readString(Path.of(report))).contains("Weight of yes", "0.5714");
    assertThat(Files.readString(Path.of(model(), ModelCard.PAGE)))
        .contains("class weights", "no 0.57143, yes 4", "yes above a probability of 0.125");
    assertThat(succeeds("info", model()))
        .contains("weights    no 0.57143, yes 4", "predicts   yes above a probability of 0.125");

    assertThat(succeeds("verify", "--model", model(), "--data", data))
        .contains("By its card the model was trained with class weights: balanced.", "within");
    Files.delete(Path.of(model(), ModelCard.JSON));
    assertThat(fails(1, "verify", "--model", model(), "--data", data)).contains("not within");
    assertThat(verified(data, "balanced")).contains("within", "proven");
  }

  private String verified(String data, String weights, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("verify", "--model", model(), "--data", data, "--class-weight", weights));
    args.addAll(List.of(more));
    return succeeds(args.toArray(new String[0]));
  }

  /** Labels are named as they are written, in any order; a number in any of its forms. */
  @Test
  void named_labels_areThoseOfTheUser() throws IOException {
    String data = skewed("-1", "1");
    succeeds(
        train(
            data,
            "--task",
            "logistic",
            "--tol",
            "1e-8",
            "--class-weight",
            "1.0:9,-1:1",
            "--metrics",
            path("metrics.json")));

    assertThat(metrics().path("classWeights").path("1").asDouble()).isEqualTo(9.0);
    assertThat(metrics().path("classWeights").path("-1").asDouble()).isEqualTo(1.0);
    assertThat(metrics().path("options").path("classWeight").asText()).isEqualTo("0:1.0,1:9.0");
    assertThat(learner().getThreshold()).isEqualTo(0.1);
    assertThat(verified(data, "1:9")).contains("within");
    double calibrated = learner().intercept();

    succeeds(
        train(
            data,
            "--task",
            "logistic",
            "--tol",
            "1e-8",
            "--class-weight",
            "1:9",
            "--no-calibration",
            "--overwrite"));

    assertThat(learner().intercept()).isEqualTo(calibrated + Math.log(9.0), within(1e-9));
    assertThat(learner().getThreshold()).isEqualTo(0.5);
    assertThat(verified(data, "1:9", "--no-calibration")).contains("within");
  }

  @Test
  void svm_weightsAreVerified_andNothingIsCalibrated() {
    String data = skewed("0", "1");
    String out =
        succeeds(train(data, "--task", "svm", "--reg-param", "0.01", "--class-weight", "1:5"));

    assertThat(out).contains("weights    0 1, 1 5\n").doesNotContain("predicts");
    assertThat(verified(data, "1:5", "--tol", "1e-4")).contains("within");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--class-weight even | --class-weight must be balanced, or weights by label such as"
            + " yes:10,no:1, but was even.",
        "--class-weight yes:-1 | --class-weight must be positive and finite for each label, but was"
            + " -1.0 for yes.",
        "--class-weight yes:0 | but was 0.0 for yes.",
        "--class-weight yes:NaN | but was NaN for yes.",
        "--class-weight yes:1,yes:2 | --class-weight names yes twice.",
        "--no-calibration | --no-calibration does nothing without --class-weight.",
      })
  void train_badValue_isRefusedBeforeReading(String options, String sentence) {
    List<String> args = new ArrayList<>(List.of("--task", "logistic"));
    args.addAll(List.of(options.split(" ", -1)));
    assertThat(fails(2, train("nowhere.csv", args.toArray(new String[0])))).contains(sentence);
  }

  @Test
  void train_taskOrLabelThatDoesNotFit_isRefused() {
    assertThat(fails(2, train("nowhere.csv", "--task", "linear", "--class-weight", "balanced")))
        .contains("--class-weight does not apply to this --task");
    String data = skewed("no", "yes");
    assertThat(fails(2, train(data, "--task", "logistic", "--class-weight", "maybe:2")))
        .isEqualTo("--class-weight names maybe, but the labels are no, yes.");
  }
}
