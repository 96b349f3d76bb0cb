package ravine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;

class SlotsTest extends SparkTestBase {
  @Test
  void now_localTwo_isTwo() {
    assertThat(Slots.now(sc())).isEqualTo(2);
  }

  @Test
  void partitions_moreInTheSource_areAsManyAsSlots() {
    assertThat(Slots.partitions(sc(), 1000)).isEqualTo(2);
  }

  /** A multiple of the cores, as is often advised, would take every partition its slot. */
  @Test
  void partitions_defaultParallelism_doesNotCount() {
    SparkConf conf = new SparkConf(false).set("spark.default.parallelism", "24");
    assertThat(Slots.partitions(conf, 8, 1000)).isEqualTo(8);
  }

  /**
   * With no executor up yet all rows would go to the two tasks of the least default parallelism.
   */
  @Test
  void partitions_dynamicAllocationWithoutExecutors_areThoseOfTheSource() {
    assertThat(Slots.partitions(dynamic(), 1, 1000)).isEqualTo(1000);
  }

  @Test
  void partitions_dynamicAllocation_areAtMostWhatItMayGrowTo() {
    SparkConf conf =
        dynamic()
            .set("spark.dynamicAllocation.maxExecutors", "10")
            .set("spark.executor.cores", "4")
            .set("spark.task.cpus", "2");
    assertThat(Slots.partitions(conf, 1, 1000)).isEqualTo(20);
    assertThat(Slots.partitions(conf, 4, 3)).as("the slots there are").isEqualTo(4);
  }

  /** Executors that register a moment later would find nothing to do for the whole training. */
  @Test
  void partitions_executorsOnTheirWay_count() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.executor.instances", "5")
            .set("spark.executor.cores", "4")
            .set("spark.task.cpus", "2");
    assertThat(Slots.partitions(conf, 2, 1000)).isEqualTo(10);
  }

  /** A fit that began as an executor died had fewer partitions, and so other bits. */
  @Test
  void mostSince_oneLostAMomentAgo_counts() {
    Slots.Executor stays = new Slots.Executor(4, 0, Long.MAX_VALUE);
    Slots.Executor lost = new Slots.Executor(2, 0, 900);
    assertThat(Slots.mostSince(List.of(stays, lost), 800)).isEqualTo(6);
    assertThat(Slots.mostSince(List.of(stays, lost), 901)).as("long ago").isEqualTo(4);
    assertThat(Slots.mostSince(List.of(), 0)).isZero();
  }

  @Test
  void mostSince_oneLostAndReplaced_countsOnce() {
    Slots.Executor stays = new Slots.Executor(2, 0, Long.MAX_VALUE);
    Slots.Executor lost = new Slots.Executor(2, 0, 900);
    Slots.Executor successor = new Slots.Executor(2, 950, Long.MAX_VALUE);
    assertThat(Slots.mostSince(List.of(stays, lost, successor), 0)).isEqualTo(4);
  }

  private static SparkConf dynamic() {
    return new SparkConf(false).set("spark.dynamicAllocation.enabled", "true");
  }
}
