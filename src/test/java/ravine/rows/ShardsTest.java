package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;

class ShardsTest extends SparkTestBase {
  private static final int FEATURES = 12;

  /** Dense and sparse rows, every tenth of them several times. */
  private static List<Example> rows(int count) {
    Random random = new Random(5);
    List<Example> rows = new ArrayList<>();
    while (rows.size() < count) {
      Vector vector =
          rows.size() % 3 == 0
              ? Vectors.sparse(FEATURES, new int[] {1, 7}, new double[] {random.nextInt(9), -0.0})
              : Vectors.dense(random.doubles(FEATURES).toArray());
      Example row = new Example(random.nextInt(2), 1 + random.nextInt(3), vector, false);
      for (int copy = 0; copy < (rows.size() % 10 == 0 ? 4 : 1); copy++) {
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<Example> shuffled(List<Example> rows, long seed) {
    List<Example> other = new ArrayList<>(rows);
    Collections.shuffle(other, new Random(seed));
    return other;
  }

  private static List<String> texts(Iterator<byte[]> chunks) {
    Shards.Sorted sorted = new Shards.Sorted(chunks);
    RowChunk.Reader reader = new RowChunk.Reader();
    List<String> texts = new ArrayList<>();
    while (sorted.hasNext()) {
      reader.read(sorted.next());
      texts.add(reader.toString());
    }
    return texts;
  }

  private List<List<String>> dealt(List<Example> rows, int partitions, int shards) {
    return Shards.deal(jsc().parallelize(rows, partitions), ExampleReader::new, shards)
        .mapPartitions(chunks -> List.of(texts(chunks)).iterator())
        .collect();
  }

  @Test
  void deal_anyPartitionsAndOrder_givesTheSameRowsInTheSameOrder() {
    List<Example> rows = rows(3000);
    List<List<String>> shards = dealt(rows, 1, 5);
    assertThat(shards).hasSize(5);
    List<String> all = shards.stream().flatMap(List::stream).sorted().toList();
    assertThat(all).isEqualTo(rows.stream().map(ShardsTest::text).sorted().toList());
    for (int partitions : new int[] {2, 3, 7, 16}) {
      assertThat(dealt(shuffled(rows, partitions), partitions, 5)).isEqualTo(shards);
    }
  }

  private static String text(Example row) {
    ExampleReader reader = new ExampleReader();
    reader.read(row);
    return reader.toString();
  }

  /** So many rows that the upper halves of some hashes are equal. */
  @Test
  void sorted_rowsWhoseHashesHalfAgree_areInTheSameOrderHoweverTheyCome() {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 400_000; i++) {
      rows.add(Example.of(i, Vectors.dense(1.0)));
    }
    assertThat(dealt(rows, 2, 1)).isEqualTo(dealt(shuffled(rows, 3), 2, 1));
  }

  @Test
  void deal_differentRows_fillsShardsAlike() {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 32_000; i++) {
      rows.add(Example.of(i % 2, Vectors.dense(i, 1.0)));
    }
    for (List<String> shard : dealt(rows, 2, 32)) {
      assertThat(shard.size()).isBetween(840, 1160); // five deviations
    }
  }

  @Test
  void pack_anyPartitionsAndOrder_giveTheSameMoments() {
    List<Example> rows = rows(3000);
    List<double[]> means = new ArrayList<>();
    for (int partitions : new int[] {1, 3, 16}) {
      try (PackedRows packed = pack(shuffled(rows, partitions), partitions)) {
        assertThat(packed.partitions()).isEqualTo(4);
        assertThat(packed.determinism()).hasToString("strict(4)");
        means.add(packed.stats().means());
        means.add(packed.stats().deviations());
      }
    }
    assertThat(means.get(2)).containsExactly(means.get(0));
    assertThat(means.get(3)).containsExactly(means.get(1));
    assertThat(means.get(4)).containsExactly(means.get(0));
    assertThat(means.get(5)).containsExactly(means.get(1));
  }

  @Test
  void pack_badRow_isNamedByItsPlaceInTheSource() {
    List<Example> rows = rows(100);
    rows.set(28, Example.of(1.0, Vectors.dense(new double[FEATURES - 1])));
    assertThatThrownBy(() -> pack(rows, 1))
        .hasMessage("Bad row: 11 features (other rows have 12) in row 29 of partition 0.");
  }

  private PackedRows pack(List<Example> rows, int partitions) {
    return PackedRows.pack(
        jsc().parallelize(rows, partitions),
        ExampleReader::new,
        Packing.of(FEATURES, 1L, Storage.DOUBLE).with(new Determinism(4)));
  }

  @Test
  void of_texts_readsAndRefuses() {
    assertThat(Determinism.of("partitioning").isStrict()).isFalse();
    assertThat(Determinism.of("strict")).isEqualTo(new Determinism(32));
    assertThat(Determinism.of("strict( 7 )")).isEqualTo(new Determinism(7));
    assertThat(Determinism.of("strict(7)")).hasToString("strict(7)");
    for (String wrong : List.of("", "Strict", "strict()", "strict(-1)", "loose")) {
      assertThatThrownBy(() -> Determinism.of(wrong))
          .hasMessage(
              "deterministic must be partitioning, strict or strict(shards), but was '"
                  + wrong
                  + "'");
    }
    assertThatThrownBy(() -> Determinism.of("strict(4097)"))
        .hasMessage("deterministic=strict takes 1 to 4096 shards, but was strict(4097)");
  }
}
