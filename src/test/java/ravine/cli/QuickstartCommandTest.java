package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.junit.jupiter.api.Test;

class QuickstartCommandTest extends CommandLineTestBase {

  @Test
  void quickstart_small_printsTheTableAndSavesModelAndReport() {
    String[] command = {
      "quickstart", "--rows", "500", "--columns", "5", "--max-iter", "3", "--output", path("out")
    };

    String out = succeeds(command);

    assertThat(out).contains("MLlib SGD", "momentum", "nesterov", "adam", "gap", "test AUC");
    assertThat(LogisticRegressionModel.load(path("out/model")).numFeatures()).isEqualTo(5);
    assertThat(Path.of(path("out/report.html"))).isNotEmptyFile();
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
