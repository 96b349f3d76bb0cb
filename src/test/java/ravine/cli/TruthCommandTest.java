package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import ravine.ml.TruthProblems;

/** Files on which the command line once gave a model far from the optimum: the right one now. */
class TruthCommandTest extends CommandLineTestBase {

  private JsonNode metrics(String... command) throws IOException {
    List<String> args = new ArrayList<>(List.of(command));
    String metrics = path("metrics.json");
    args.addAll(List.of("--model", model(), "--metrics", metrics));
    succeeds(args.toArray(new String[0]));
    return new ObjectMapper().readTree(Path.of(metrics).toFile());
  }

  private Dataset<Row> assembled(String data, String... features) {
    return new VectorAssembler()
        .setInputCols(features)
        .setOutputCol("features")
        .transform(spark().read().option("header", true).option("inferSchema", true).csv(data))
        .cache();
  }

  /** Two columns that differ by 1e-4 under L1: once CONVERGED at five times the optimum. */
  @Test
  void train_nearlyEqualColumnsUnderL1_isTheOptimum() throws IOException {
    Random random = new Random(1);
    List<String> lines = new ArrayList<>(List.of("a,b,c,y"));
    double[][] features = new double[2_000][];
    double[] labels = new double[2_000];
    for (int i = 0; i < labels.length; i++) {
      double a = random.nextGaussian();
      double b = a + 1e-4 * random.nextGaussian();
      double c = random.nextGaussian();
      features[i] = new double[] {a, b, c};
      labels[i] = -25.0 * a + 27.0 * b - 0.5 * c + 0.1 * random.nextGaussian();
      lines.add(a + "," + b + "," + c + "," + labels[i]);
    }
    String data = write("collinear.csv", lines.toArray(new String[0]));

    JsonNode json =
        metrics(
            "train",
            "--data",
            data,
            "--task",
            "linear",
            "--label",
            "y",
            "--reg-param",
            "1e-3",
            "--elastic-net",
            "1");

    double optimum = TruthProblems.leastOfLinear(features, labels, 1e-3, 1.0);
    assertThat(json.get("stopReason").asText()).isEqualTo("CONVERGED");
    // The slow solver's is the objective of some weights; on such columns it may be the higher one.
    assertThat(json.get("objective").asDouble())
        .isBetween(optimum * (1.0 - 1e-3), optimum * (1.0 + 1e-5));
  }

  /** Two positives in 20,000 rows: coefficients once stayed near 0. */
  @Test
  void train_twoPositivesInTwentyThousandRows_isTheOptimum() throws IOException {
    Random random = new Random(2);
    List<String> lines = new ArrayList<>(List.of("label,a,b,c"));
    for (int i = 0; i < 20_000; i++) {
      boolean positive = i == 5_000 || i == 12_345;
      double shift = positive ? 1.0 : 0.0;
      lines.add(
          (positive ? 1 : 0)
              + ","
              + (1.5 * shift + random.nextGaussian())
              + ","
              + random.nextGaussian()
              + ","
              + (random.nextDouble() + 0.3 * shift));
    }
    String data = write("rare.csv", lines.toArray(new String[0]));

    JsonNode json = metrics("train", "--data", data, "--task", "logistic", "--reg-param", "1e-6");

    double[] stock =
        new LogisticRegression()
            .setRegParam(1e-6)
            .setTol(1e-15)
            .setMaxIter(1_000)
            .fit(assembled(data, "a", "b", "c"))
            .summary()
            .objectiveHistory();
    double optimum = stock[stock.length - 1];
    assertThat(json.get("objective").asDouble()).isCloseTo(optimum, within(1e-5 * optimum));
  }

  /** Seconds since 1970 hold seven digits as floats: a log loss of 0.579 for 0.530, once. */
  @Test
  void train_epochSecondsAsFloats_areRefusedByName() {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>(List.of("label,t"));
    for (int i = 0; i < 400; i++) {
      int second = random.nextInt(100);
      lines.add(
          (second + 20.0 * random.nextGaussian() > 50.0 ? 1 : 0) + "," + (1_700_000_000 + second));
    }
    String data = write("epoch.csv", lines.toArray(new String[0]));

    assertThat(fails(2, train(data, "--task", "logistic", "--storage", "float")))
        .contains("storage=float", "double");
    assertThat(succeeds(train(data, "--task", "logistic"))).contains("400 rows");
  }
}
