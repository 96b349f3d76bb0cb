package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.LocalCluster;

/** A task that fails after it has packed changes nothing of what is known of the rows. */
class RetriedPackingTest {

  @ParameterizedTest
  @ValueSource(strings = {"local[2,4]", "local-cluster[2,1,1024]"})
  void pack_taskFailsWhenItsPartitionIsCached_sameSampleAndSums(String master) {
    String output =
        LocalCluster.run(
            RetriedPackingMain.class,
            Map.of("spark.master", master, "spark.scheduler.minRegisteredResourcesRatio", "1.0"));

    assertThat(output).contains("This task was made to fail.");
    for (String what : List.of("sample ", "sums ")) {
      List<String> told = output.lines().filter(line -> line.startsWith(what)).toList();
      assertThat(told).hasSize(2);
      assertThat(told.get(1)).isEqualTo(told.get(0));
    }
  }
}
