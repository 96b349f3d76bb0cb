package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.LocalCluster;
import ravine.SparkTestBase;
import ravine.ml.FitBitsMain.MiniBatchFit;

/**
 * With {@code deterministic=strict} the same rows give the same bits at every step, in whatever
 * partitions and order they come, by whatever engine, on however many cores and executors; every
 * way of training is among the fits, and portions as of a stream are. This JVM has the vector
 * kernels where the machine has them.
 */
class StrictBitsTest extends SparkTestBase {
  private static List<String> expected = List.of();

  @ParameterizedTest
  @CsvSource({"1, false", "2, true", "16, false"})
  void fits_otherPartitionsOrderAndEngine_sameBits(int partitions, boolean swaps) {
    assertThat(StrictBitsMain.lines(spark(), partitions, swaps)).isEqualTo(expected());
  }

  @ParameterizedTest
  @CsvSource({"local[1], scalar", "'local-cluster[3,1,1024]', fastest"})
  void fits_otherClusterAndKernels_sameBits(String master, String kernel) {
    String output =
        LocalCluster.run(
            StrictBitsMain.class, Map.of("spark.master", master, "ravine.kernel", kernel), "7");
    assertThat(output.lines().filter(line -> line.startsWith("strict bits of ")))
        .containsExactlyElementsOf(expected());
  }

  /** Or the tests above would show nothing. */
  @Test
  void fit_notStrict_otherBitsInAnotherOrder() {
    MiniBatchFit fit = FitBitsMain.FITS.get(0);
    assertThat(StrictBitsMain.hash(spark(), fit, fit.create(), 1))
        .isNotEqualTo(StrictBitsMain.hash(spark(), fit, fit.create(), 2));
  }

  private List<String> expected() {
    if (expected.isEmpty()) {
      expected = StrictBitsMain.lines(spark(), 3, false);
    }
    return expected;
  }
}
