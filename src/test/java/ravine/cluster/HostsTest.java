package ravine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;

class HostsTest extends SparkTestBase {

  private static int[] sizes(Hosts hosts, int partitions) {
    int[] sizes = new int[hosts.tasks()];
    for (int p = 0; p < partitions; p++) {
      sizes[hosts.of(p)]++;
    }
    return sizes;
  }

  @Test
  void of_fewSlots_tasksDifferByOnePartitionAtMost() {
    String[] nowhere = new String[32];
    Arrays.fill(nowhere, "");
    for (int slots : new int[] {1, 2, 3, 7, 31}) {
      Hosts hosts = Hosts.of(nowhere, slots, 1);
      assertThat(hosts.tasks()).isEqualTo(slots);
      assertThat(sizes(hosts, 32)).containsOnly(32 / slots, (31 + slots) / slots);
      assertThat(hosts.most()).isEqualTo((31 + slots) / slots);
    }
  }

  @Test
  void of_rowsCachedInTwoExecutors_keepsThoseOfOneTogether() {
    String[] cached = {"b", "a", "b", "a", "b", "a", "b", "a"};
    Hosts hosts = Hosts.of(cached, 2, 2);
    for (int p = 0; p < cached.length; p++) {
      assertThat(hosts.of(p)).isEqualTo(cached[p].equals("a") ? 0 : 1);
    }
  }

  @Test
  void group_fivePartitionsOnTwoTasks_hasEachOnce() {
    JavaRDD<Integer> rows = jsc().parallelize(List.of(0, 1, 2, 3, 4), 5);
    Hosts hosts = Hosts.of(rows, 2);
    List<List<Integer>> tasks = hosts.group(rows).glom().collect();
    assertThat(tasks).hasSize(2);
    List<Integer> all = new ArrayList<>();
    for (int task = 0; task < 2; task++) {
      for (int row : tasks.get(task)) {
        assertThat(hosts.of(row)).isEqualTo(task);
        all.add(row);
      }
    }
    assertThat(all).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }

  @Test
  void runs_sevenPartitionsOnThreeTasks_areNeighboursInTheirOrder() {
    JavaRDD<Integer> rows = jsc().parallelize(List.of(0, 1, 2, 3, 4, 5, 6), 7);
    assertThat(Hosts.runs(7, 3).group(rows).glom().collect())
        .containsExactly(List.of(0, 1), List.of(2, 3), List.of(4, 5, 6));
    assertThat(Hosts.runs(7, 7).group(rows)).isSameAs(rows);
  }

  /** Spark's own coalescer deals cached partitions out by where they are. */
  @Test
  void runs_cachedPartitions_areThoseOfPartitionsThatAreNot() {
    JavaRDD<Integer> rows = jsc().parallelize(List.of(0, 1, 2, 3, 4, 5, 6), 7).map(row -> row);
    List<List<Integer>> fresh = Hosts.runs(7, 2).group(rows).glom().collect();
    rows.cache().count();
    try {
      assertThat(Hosts.runs(7, 2).group(rows).glom().collect()).isEqualTo(fresh);
      assertThat(rows.coalesce(2).glom().collect()).isNotEqualTo(fresh);
    } finally {
      rows.unpersist();
    }
  }

  /** Both cached in the executor that was left; the other has come back with nothing. */
  @Test
  void group_allCachedInOneOfTwoExecutors_asksForEachSlotOnce() {
    JavaRDD<Integer> rows = jsc().parallelize(List.of(0, 1), 2);
    JavaRDD<Integer> grouped =
        Hosts.of(new String[] {"executor_a_1", "executor_a_1"}, 2, 2).group(rows);
    assertThat(grouped.glom().collect()).containsExactly(List.of(0), List.of(1));
    assertThat(preferred(grouped, 0)).isEqualTo("executor_a_1");
    assertThat(preferred(grouped, 1)).isEmpty();
  }

  private static String preferred(JavaRDD<?> rows, int partition) {
    return rows.rdd().preferredLocations(rows.rdd().partitions()[partition]).mkString();
  }

  @Test
  void group_slotsForAll_isThePartitionsThemselves() {
    JavaRDD<Integer> rows = jsc().parallelize(List.of(0, 1), 2);
    assertThat(Hosts.of(rows, 2).group(rows)).isSameAs(rows);
    assertThat(Hosts.ONE_EACH.of(7)).isEqualTo(7);
  }
}
