package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The page of {@code train --report}; src/test/browser looks at the pages that are left here. */
class TrainReportTest extends CommandLineTestBase {
  private static final Path PAGES = Path.of("target", "pages");

  /** Trains with a report, keeps the page for the browser, and returns it. */
  private String page(String name, String data, String... more) {
    String report = path(name + ".html");
    List<String> args = new ArrayList<>(List.of("--report", report));
    args.addAll(Arrays.asList(more));
    succeeds(train(data, args.toArray(new String[0])));
    try {
      Files.createDirectories(PAGES);
      String page = Files.readString(Path.of(report));
      Files.writeString(PAGES.resolve(name + ".html"), page);
      return page;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void report_twoClasses_showsTestRowsByFeatureNamesAndCosts() {
    String page =
        page(
            "classes",
            write("data.csv", classes(600, "no", "yes")),
            "--task",
            "logistic",
            "--test",
            write("test.csv", classes(200, "no", "yes")),
            "--cost",
            "10:1");

    assertThat(page)
        .contains("logistic on ", "Converged", "of itself above the optimum (proven)")
        .contains("accuracy, test", "Predictions on the test rows", "ROC, area 0.9")
        .contains("Precision and recall", "Calibration", "least cost (missed 10, false alarm 1)")
        .contains("said yes", "Coefficients that matter", ">a</text>", "SHA-256", "maxIter");
  }

  @Test
  void report_miniBatchesWithValidation_hasCurvesOfStepsAndThePassThatIsKept() {
    String page =
        page(
            "batches",
            write("data.csv", classes(2000, "0", "1")),
            "--task",
            "logistic",
            "--optimizer",
            "nesterov(0.9)",
            "--batch-size",
            "50",
            "--step-size",
            "0.3",
            "--schedule",
            "cosine(0.001, 800)",
            "--validation-fraction",
            "0.2",
            "--patience",
            "20");

    assertThat(page)
        .contains("Objective on the mini-batch of each step", "Learning rate", "velocity")
        .contains("mean loss, validation rows", " is kept", "Predictions on the training rows");
  }

  @Test
  void report_quantitiesWithCategories_showsResidualsAndNamesOfCategories() {
    String page =
        page(
            "quantities",
            write("data.csv", quantities(2000)),
            "--task",
            "linear",
            "--label",
            "y",
            "--categorical",
            "c");

    assertThat(page)
        .contains("Residuals by prediction", "Distribution of the residuals", "c = blue")
        .doesNotContain("ROC");
  }

  @Test
  void report_threeClasses_showsConfusionAndACoefficientAClass() {
    Random random = new Random(2);
    List<String> lines = new ArrayList<>(List.of("label,a,b"));
    for (int i = 0; i < 600; i++) {
      int kind = random.nextInt(3);
      lines.add(
          kind
              + ","
              + (kind + random.nextGaussian())
              + ","
              + (kind * kind + random.nextGaussian()));
    }
    String page =
        page("three", write("data.csv", lines.toArray(new String[0])), "--task", "logistic");

    assertThat(page).contains("said 2", "class 2", "root of the mean square").doesNotContain("ROC");
  }

  @Test
  void report_supportVectors_hasThresholdsOfMargins() {
    String page = page("svm", write("data.csv", classes(300, "0", "1")), "--task", "svm");

    assertThat(page).contains("threshold (margin)", "Spark&#39;s own, 0.0").doesNotContain("Brier");
  }

  @Test
  void cost_notTwoNumbers_isRefusedBeforeReading() {
    for (String cost : List.of("10", "a:b", "-1:2", "0:0", "1:2:3", "1:Infinity")) {
      assertThat(fails(2, train("nowhere.csv", "--task", "svm", "--cost", cost)))
          .startsWith("--cost must be two numbers that are not below 0")
          .endsWith("but was " + cost + ".");
    }
    assertThat(fails(2, train("nowhere.csv", "--task", "linear", "--cost", "1:1")))
        .isEqualTo("--cost is for classes, and --task linear predicts quantities.");
  }
}
