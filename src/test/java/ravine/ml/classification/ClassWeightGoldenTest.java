package ravine.ml.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.SparkTestBase;
import ravine.ml.MlRows;

/** The class weights, coefficients and intercepts of scikit-learn: {@code class_weights.py}. */
class ClassWeightGoldenTest extends SparkTestBase {

  private static List<String> lines(String name) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    ClassWeightGoldenTest.class.getResourceAsStream(
                        "/ravine/classweights/" + name)),
                StandardCharsets.UTF_8))) {
      return lines.lines().skip(1).toList();
    }
  }

  static List<String> cases() throws IOException {
    return lines("expected.csv");
  }

  private Dataset<Row> rows(int classes) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : lines("rows.csv")) {
      double[] cells = numbers(line, ",");
      rows.add(
          MlRows.row(
              Math.min(cells[0], classes - 1.0),
              cells[1],
              false,
              Arrays.copyOfRange(cells, 2, cells.length)));
    }
    return MlRows.frame(spark(), rows, 2);
  }

  private static double[] numbers(String text, String separator) {
    return Arrays.stream(text.split(separator, -1)).mapToDouble(Double::parseDouble).toArray();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void fit_weightsAndCoefficients_areScikitLearns(String line) throws IOException {
    String[] fields = line.split(";", -1);
    int classes = Integer.parseInt(fields[0]);
    double[] weights = numbers(fields[4], " ");
    double[] coefficients = numbers(fields[5], " ");
    double[] intercepts = numbers(fields[6], " ");
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression()
            .setClassWeight(fields[1])
            .setCalibrateIntercept(false)
            .setRegParam(Double.parseDouble(fields[3]))
            .setStandardization(false)
            .setTol(1e-14);
    if (Boolean.parseBoolean(fields[2])) {
      estimator.setWeightCol("weight");
    }

    LogisticRegressionModel model = estimator.fit(rows(classes));

    for (int k = 0; k < weights.length; k++) {
      double own = k < estimator.lastClassWeights().length ? estimator.lastClassWeights()[k] : 1.0;
      assertThat(own).isEqualTo(weights[k], within(1e-15 * weights[k]));
    }
    int features = model.numFeatures();
    for (int k = 0; k < intercepts.length; k++) {
      for (int j = 0; j < features; j++) {
        assertThat(model.coefficientMatrix().apply(k, j))
            .isEqualTo(coefficients[k * features + j], within(1e-6));
      }
      assertThat(model.interceptVector().apply(k)).isEqualTo(intercepts[k], within(1e-6));
    }

    LogisticRegressionModel calibrated = estimator.setCalibrateIntercept(true).fit(rows(classes));

    assertThat(calibrated.coefficientMatrix()).isEqualTo(model.coefficientMatrix());
    if (intercepts.length == 1) {
      assertThat(calibrated.intercept())
          .isEqualTo(intercepts[0] - Math.log(weights[1] / weights[0]), within(1e-6));
    } else {
      double mean = Arrays.stream(weights).map(Math::log).average().orElseThrow();
      for (int k = 0; k < intercepts.length; k++) {
        assertThat(calibrated.interceptVector().apply(k))
            .isEqualTo(intercepts[k] - Math.log(weights[k]) + mean, within(1e-6));
      }
    }
  }
}
