package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import ravine.LocalCluster;

/**
 * The bits of ten fits, of every rule family, engine and storage: code may move and be renamed, but
 * what it computes changes only on purpose. Whoever changes the mathematics on purpose replaces the
 * hash and says so in the commit.
 *
 * <p>On plain Java kernels, because the sums of the vector kernels depend on the width of the
 * processor's vectors, and in a JVM of its own, because kernels are chosen once.
 */
class FitBitsTest {
  @Test
  void fits_sameRowsSeedAndPartitions_giveTheBitsTheyAlwaysGave() {
    String output =
        LocalCluster.run(
            FitBitsMain.class, Map.of("spark.master", "local[2]", "ravine.kernel", "scalar"));
    assertThat(output.lines().filter(line -> line.startsWith("bits of ")))
        .containsExactly(
            "bits of default logistic: 6b71bb81f76bae3d0c0efa85 in 2",
            "bits of default softmax: 1048af713dcf7d9c120bc325 in 0",
            "bits of momentum, elastic net, float: a3420df71b5f67175df8c678 in 0",
            "bits of default svc, jobs: 15790a665251467e1cd5f6ed in 0",
            "bits of default huber: 5902ef62822eef59cac2bfbf in 0",
            "bits of adam, resident, float: 279e6b2a5c678d7c70c7b189 in 1600",
            "bits of look-ahead nag, jobs: 42a0f710ea1fe7ef50ac7268 in 18",
            "bits of local steps, svrg: 3b73911b2612d65d17679563 in 40",
            "bits of exact sparse steps: 1a7af3207ead741557e4ed66 in 150",
            "bits of wide default: 74772696fb61aa591c953e9e in 20");
  }
}
