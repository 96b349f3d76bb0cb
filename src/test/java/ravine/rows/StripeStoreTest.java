package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;

class StripeStoreTest extends SparkTestBase {
  private static final int ROWS = 3000;
  private static final int FEATURES = 600;

  private PackedRows packed(StorageLevel level) {
    JavaRDD<Example> rows =
        jsc()
            .parallelize(IntStream.range(0, ROWS).boxed().toList(), 2)
            .map(i -> Example.of(i, Vectors.dense(ones())));
    return PackedRows.pack(
        rows, ExampleReader::new, Packing.of(FEATURES, 1L, Storage.DOUBLE).storedAt(level));
  }

  /** Dense: rows of zeros would be packed as sparse ones. */
  private static double[] ones() {
    double[] ones = new double[FEATURES];
    Arrays.fill(ones, 1.0);
    return ones;
  }

  /** The labels of all rows, partition by partition, as tasks read them. */
  private static List<Double> labels(PackedRows data) {
    return data.packed()
        .mapPartitions(
            partitions -> {
              List<Double> labels = new ArrayList<>();
              for (Block block : partitions.next().open().training) {
                for (int i = 0; i < block.rows; i++) {
                  labels.add(block.label(i));
                }
              }
              return labels.iterator();
            })
        .collect();
  }

  /** How many pieces of the data are in storage, and of what tells of them. */
  private static int stored(int blocks, int index) {
    scala.collection.Iterator<?> entries =
        org.apache.spark.SparkEnv.get().blockManager().blockInfoManager().entries();
    int count = 0;
    while (entries.hasNext()) {
      Object id = ((scala.Tuple2<?, ?>) entries.next())._1();
      if (id instanceof RDDBlockId block && (block.rddId() == blocks || block.rddId() == index)) {
        count++;
      }
    }
    return count;
  }

  @ParameterizedTest
  @ValueSource(strings = {"MEMORY_AND_DISK", "DISK_ONLY"})
  void pack_anyLevel_givesEveryRowToTasks(String level) {
    try (PackedRows data = packed(Packing.level(level, StorageLevel.NONE()))) {
      List<Double> labels = labels(data);
      assertThat(labels).hasSize(ROWS).doesNotHaveDuplicates();
      assertThat(labels(data)).isEqualTo(labels);
      // Two partitions of 7.2 MB, and what tells of them.
      assertThat(stored(data.blocks().id(), data.packed().id())).isEqualTo(2 * 2 + 2);
    }
  }

  /** As after an executor was lost whose index alone somebody else still has. */
  @Test
  void read_stripesAreGone_saysSoAndTheyAreMadeAgain() {
    try (PackedRows data = packed(StorageLevel.DISK_ONLY())) {
      List<Double> labels = labels(data);
      sc().env().blockManager().removeRdd(data.blocks().id());
      assertThatThrownBy(() -> labels(data))
          .hasMessageContaining("are gone from Spark's storage; the next attempt makes them again");
      List<Double> again = List.of();
      for (int attempt = 0; again.isEmpty() && attempt < 10; attempt++) {
        try {
          again = labels(data);
        } catch (Exception goneInTheOtherPartitionToo) {
          assertThat(goneInTheOtherPartitionToo).hasMessageContaining("are gone from");
        }
      }
      assertThat(again).isEqualTo(labels);
    }
  }

  @Test
  void close_always_leavesNothingInStorage() {
    for (StorageLevel level : List.of(StorageLevel.DISK_ONLY(), StorageLevel.MEMORY_AND_DISK())) {
      PackedRows data = packed(level);
      int blocks = data.blocks().id();
      int index = data.packed().id();
      assertThat(stored(blocks, index)).isEqualTo(6);
      data.close();
      // Spark releases them behind the caller's back.
      long start = System.nanoTime();
      while (stored(blocks, index) > 0 && System.nanoTime() - start < 30e9) {
        Thread.onSpinWait();
      }
      assertThat(stored(blocks, index)).isZero();
    }
  }

  @Test
  void level_ofText_usesTheDiskAndIsTheInputsIfAuto() {
    StorageLevel none = StorageLevel.NONE();
    assertThat(Packing.level("auto", none)).isEqualTo(StorageLevel.MEMORY_AND_DISK());
    assertThat(Packing.level("auto", StorageLevel.MEMORY_ONLY_SER_2()))
        .isEqualTo(StorageLevel.MEMORY_AND_DISK_2());
    assertThat(Packing.level("auto", StorageLevel.DISK_ONLY_3()))
        .isEqualTo(StorageLevel.DISK_ONLY_3());
    assertThat(Packing.level(" disk_only_2 ", none)).isEqualTo(StorageLevel.DISK_ONLY_2());
    assertThatThrownBy(() -> Packing.level("OFF_HEAP", none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "storageLevel must be auto, MEMORY_AND_DISK, MEMORY_AND_DISK_2, DISK_ONLY, DISK_ONLY_2"
                + " or DISK_ONLY_3, but was OFF_HEAP");
  }
}
