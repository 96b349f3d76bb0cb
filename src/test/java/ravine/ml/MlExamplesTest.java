package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;

/** The examples of the DataFrame API run and print what they promise. */
class MlExamplesTest extends SparkTestBase {
  @ParameterizedTest
  @CsvSource({
    "Example01LogisticRegression, adam     AUC 0.9",
    "Example02PipelineAndCrossValidator, "
        + "last stage: org.apache.spark.ml.classification.LogisticRegressionModel",
    "Example03LinearRegressionHuber, huber        a 3.0",
    "Example04EarlyStoppingAndListener, EARLY_STOPPED",
    "Example05CompareOptimizers, adam ",
    "Example06WideSparsePasses, nesterov(accelerated)"
  })
  void example_runs(String name, String expected) throws Exception {
    // Examples stand in the default package, which no named package can import from.
    Method run =
        Class.forName(name).getDeclaredMethod("run", SparkSession.class, PrintStream.class);
    run.setAccessible(true);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    run.invoke(null, spark(), new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String output = bytes.toString(StandardCharsets.UTF_8);
    assertThat(output).contains(expected).doesNotContain("NaN");
  }
}
