package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;

/** Rows on their way from few partitions to more. */
class DealerTest extends SparkTestBase {

  /** Dense and sparse rows, with weights and validation rows; long enough for several chunks. */
  private static List<Example> rows(int count) {
    Random random = new Random(9);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] values = random.doubles(50).toArray();
      Vector vector =
          i % 3 == 0
              ? Vectors.sparse(50, new int[] {i % 7, 10 + i % 40}, new double[] {i, -0.5})
              : Vectors.dense(values);
      rows.add(new Example(i, i % 5 + 0.5, vector, i % 11 == 0));
    }
    return rows;
  }

  private static String text(Example row) {
    ExampleReader reader = new ExampleReader();
    reader.read(row);
    return reader.toString();
  }

  @Test
  void over_threeTargets_dealsRowsInTurnAndKeepsTheirOrder() {
    List<Example> rows = rows(4000);
    List<List<String>> parts =
        Dealer.deal(jsc().parallelize(rows, 1), ExampleReader::new, 3)
            .mapPartitions(
                chunks -> {
                  RowChunk.Walk walk = new RowChunk.Walk(chunks);
                  RowChunk.Reader reader = new RowChunk.Reader();
                  List<String> texts = new ArrayList<>();
                  while (walk.hasNext()) {
                    reader.read(walk.next());
                    texts.add(reader.toString());
                  }
                  return List.of(texts).iterator();
                })
            .collect();
    assertThat(parts).hasSize(3);
    for (int target = 0; target < 3; target++) {
      List<String> expected = new ArrayList<>();
      for (int i = target; i < rows.size(); i += 3) {
        expected.add(text(rows.get(i)));
      }
      assertThat(parts.get(target)).isEqualTo(expected);
    }
  }

  /** A task held 256 KB for every target. */
  @Test
  void chunkBytes_ofAnyNumberOfTargets_stayWithinTheTasksShare() {
    assertThat(Dealer.chunkBytes(2)).isEqualTo(RowChunk.BYTES);
    for (int targets : new int[] {2, 1000, 100_000}) {
      assertThat((long) targets * Dealer.chunkBytes(targets)).isLessThanOrEqualTo(32L << 20);
    }
  }

  @Test
  void over_manyTargets_dealsEveryRowOnce() {
    List<Example> rows = rows(4000);
    List<String> dealt =
        Dealer.deal(jsc().parallelize(rows, 2), ExampleReader::new, 300)
            .coalesce(2)
            .mapPartitions(
                chunks -> {
                  RowChunk.Walk walk = new RowChunk.Walk(chunks);
                  RowChunk.Reader reader = new RowChunk.Reader();
                  List<String> texts = new ArrayList<>();
                  while (walk.hasNext()) {
                    reader.read(walk.next());
                    texts.add(reader.toString());
                  }
                  return texts.iterator();
                })
            .collect();
    assertThat(dealt)
        .containsExactlyInAnyOrderElementsOf(rows.stream().map(DealerTest::text).toList());
  }

  @Test
  void over_emptyPartition_givesEmptyTargets() {
    assertThat(
            Dealer.deal(jsc().parallelize(List.<Example>of(), 1), ExampleReader::new, 2).collect())
        .isEmpty();
  }
}
