package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.ml.regression.MiniBatchLinearRegression;

/**
 * The linear least-squares sets of NIST's Statistical Reference Datasets (itl.nist.gov/div898/strd)
 * with their certified coefficients: as many digits are right as with stock Spark's {@code
 * solver=normal}, or more.
 */
class NistTest extends SparkTestBase {
  /** Doubles hold no more. */
  private static final double MOST_DIGITS = 15.0;

  /** Less than half a digit is a matter of rounding. */
  private static final double ROUNDING = 0.5;

  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType, false)
          .add("features", SQLDataTypes.VectorType(), false);

  @ParameterizedTest
  @CsvSource({
    "longley, 1",
    "filip, 10",
    "pontius, 2",
    "noint1, 1",
    "wampler1, 5",
    "wampler2, 5",
    "wampler3, 5",
    "wampler4, 5",
    "wampler5, 5"
  })
  void fit_certifiedSet_hasAsManyDigitsAsStocksNormalEquations(String name, int powers)
      throws IOException {
    boolean intercept = !name.equals("noint1");
    Dataset<Row> rows = rows(name, powers);
    double[] certified = certified(name);
    MiniBatchLinearRegression ours = new MiniBatchLinearRegression();
    ours.setFitIntercept(intercept);
    LinearRegression stock = new LinearRegression().setSolver("normal").setFitIntercept(intercept);

    double ourDigits = digits(ours.fit(rows), certified, intercept);
    double stockDigits = stockDigits(stock, rows, certified, intercept);

    assertThat(ourDigits)
        .as(
            "digits of %s, ended %s; stock has %.1f",
            name, Objects.requireNonNull(ours.lastTrainingResult()).stopReason(), stockDigits)
        .isGreaterThanOrEqualTo(stockDigits - ROUNDING);
  }

  /** Stock refuses matrices that are singular to its eyes: no digit. */
  private static double stockDigits(
      LinearRegression stock, Dataset<Row> rows, double[] certified, boolean intercept) {
    try {
      return digits(stock.fit(rows), certified, intercept);
    } catch (RuntimeException refused) {
      assertThat(refused).hasStackTraceContaining("SingularMatrixException");
      return 0.0;
    }
  }

  /** The least of −log10 of the relative errors. */
  private static double digits(LinearRegressionModel model, double[] certified, boolean intercept) {
    double[] found = new double[certified.length];
    found[0] = model.intercept();
    int from = intercept ? 1 : 0;
    System.arraycopy(model.coefficients().toArray(), 0, found, from, certified.length - from);
    double least = MOST_DIGITS;
    for (int j = 0; j < certified.length; j++) {
      double error = Math.abs(found[j] - certified[j]) / Math.abs(certified[j]);
      least = Math.min(least, -Math.log10(Math.max(error, 1e-16)));
    }
    return Math.max(0.0, least);
  }

  /** The only regressor's powers, where there are to be more than one. */
  private Dataset<Row> rows(String name, int powers) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : lines(name).stream().skip(1).toList()) {
      double[] numbers = Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray();
      double[] x = Arrays.copyOfRange(numbers, 1, numbers.length);
      if (powers > 1) {
        double base = x[0];
        x = new double[powers];
        double power = 1.0;
        for (int j = 0; j < powers; j++) {
          power *= base;
          x[j] = power;
        }
      }
      rows.add(RowFactory.create(numbers[0], Vectors.dense(x)));
    }
    return spark().createDataFrame(rows, SCHEMA).coalesce(2);
  }

  private static double[] certified(String name) throws IOException {
    for (String line : lines("certified")) {
      if (line.startsWith(name + ",")) {
        return Arrays.stream(line.split(",")).skip(1).mapToDouble(Double::parseDouble).toArray();
      }
    }
    throw new IllegalArgumentException("no certified figures of " + name);
  }

  private static List<String> lines(String name) throws IOException {
    try (InputStream in = NistTest.class.getResourceAsStream("/nist/" + name + ".csv")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }
}
