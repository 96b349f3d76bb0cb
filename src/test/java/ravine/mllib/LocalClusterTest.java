package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
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
        assertThat(output).contains(serializer + " " + line);
      }
      assertThat(output).contains(serializer + " million true");
    }
    assertThat(output).doesNotContain("large task").doesNotContain("very large size");
  }
}
