package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.junit.jupiter.api.Test;
import ravine.landscape.RavinePicture;

class QuickstartCommandTest extends CommandLineTestBase {

  @Test
  void quickstart_small_printsTheTableAndSavesModelAndReport() throws IOException {
    String[] command = {
      "quickstart", "--rows", "500", "--columns", "5", "--max-iter", "3", "--output", path("out")
    };

    String out = succeeds(command);

    assertThat(out)
        .contains("MLlib's SGD: the best of 10, 30, 100, 300, 1000, divided by √t")
        .containsPattern(
            "(?m)^SGD .*^momentum .*^NAG .*^Adam .*^the default ".replace(".*", "(?s:.*)"))
        .contains("gap", "test AUC", "To come within 1 %");
    assertThat(LogisticRegressionModel.load(path("out/model")).numFeatures()).isEqualTo(5);
    assertThat(Files.readString(Path.of(path("out/report.html"))))
        .contains("What momentum does", "500 rows", "The ravine", "data-rule=\"adam\"");
    assertThat(Files.readString(Path.of(path("out/ravine.svg")))).isEqualTo(RavinePicture.svg());
    // The second time replaces the first.
    succeeds(command);
  }

  @Test
  void generate_sameSeed_givesTheSameData() {
    QuickstartData first = QuickstartData.generate(50, 4, 3);
    QuickstartData second = QuickstartData.generate(50, 4, 3);

    double[] weights = {1, -2, 3, -4};
    assertThat(first.objective(weights)).isEqualTo(second.objective(weights));
    assertThat(first.areaUnderRoc(weights)).isBetween(0.0, 1.0);
    assertThat(first.objective(new double[4])).isCloseTo(Math.log(2), within(1e-12));
  }
}
