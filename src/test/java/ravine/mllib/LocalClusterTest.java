package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import ravine.LocalCluster;
import ravine.SparkTestBase;

/** Stock {@code GradientDescent} with executors in other processes, Kryo off and on. */
class LocalClusterTest extends SparkTestBase {
  @Test
  void fits_equalThoseInOneJvm_withoutTaskSizeWarning() {
    String output = LocalCluster.run(LocalClusterMain.class, Map.of());
    for (String serializer : new String[] {"JavaSerializer", "KryoSerializer"}) {
      for (String line : LocalClusterMain.fits(jsc())) {
        String name = line.substring(0, line.indexOf(' '));
        String there =
            output
                .lines()
                .filter(printed -> printed.startsWith(serializer + " " + name))
                .findFirst()
                .orElseThrow();
        // Not to the bit: the executors' JVMs lack the vector module, so BLAS rounds otherwise.
        assertThat(numbers(there)).as(there).containsExactly(numbers(line), within(1e-12));
      }
      assertThat(output).contains(serializer + " million true");
    }
    assertThat(output).doesNotContain("large task").doesNotContain("very large size");
  }

  private static double[] numbers(String line) {
    return Pattern.compile("-?\\d+\\.\\d+(E-?\\d+)?")
        .matcher(line)
        .results()
        .mapToDouble(result -> Double.parseDouble(result.group()))
        .toArray();
  }
}
