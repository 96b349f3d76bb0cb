package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;

/** The examples of this package run and print what they promise. */
class RddExamplesTest extends SparkTestBase {
  @ParameterizedTest
  @CsvSource({
    "Example07AdamInGradientDescent, 'Adam '",
    "Example08LookAhead, rewritten form",
    "Example09Streaming, weights of the data",
    "Example10Perceptron, '[0.0,1.0] -> 1'",
    "Example11ZigZag, 1/19",
    "Example12TenStepSizes, AdamUpdater"
  })
  void example_runs(String name, String expected) throws Exception {
    // Examples stand in the default package, which no named package can import from.
    Method run =
        Class.forName(name).getDeclaredMethod("run", JavaSparkContext.class, PrintStream.class);
    run.setAccessible(true);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    run.invoke(null, jsc(), new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String output = bytes.toString(StandardCharsets.UTF_8);
    assertThat(output).contains(expected).doesNotContain("NaN");
  }
}
