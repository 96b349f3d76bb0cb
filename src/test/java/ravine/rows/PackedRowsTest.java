package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;

class PackedRowsTest extends SparkTestBase {
  private static final Packing TWO = Packing.of(2, 1L, Storage.DOUBLE);

  private static List<Example> rows() {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(Example.of(i % 2, Vectors.dense(i, 1.0)));
    }
    return rows;
  }

  private PackedRows pack(List<Example> rows, Packing packing) {
    return PackedRows.pack(jsc().parallelize(rows, 1), ExampleReader::new, packing);
  }

  /** What a task throws is a checked exception on the driver, which a catch of others misses. */
  @Test
  void pack_taskThatThrows_leavesNothingCached() {
    int before = jsc().getPersistentRDDs().size();
    assertThatThrownBy(
            () ->
                PackedRows.pack(
                    jsc()
                        .parallelize(rows(), 2)
                        .map(
                            row -> {
                              throw new UnsupportedOperationException("no row " + row.label);
                            }),
                    ExampleReader::new,
                    TWO))
        .hasMessageContaining("no row");
    assertThat(jsc().getPersistentRDDs()).hasSize(before);
  }

  @Test
  void pack_interrupted_leavesNothingCachedAndTheInterrupt() {
    int before = jsc().getPersistentRDDs().size();
    PackedRows data = pack(rows(), TWO);
    Thread.currentThread().interrupt();
    data.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(jsc().getPersistentRDDs()).hasSize(before);
  }

  /** One partition is dealt out to the cores before it is packed; a row is named where it was. */
  @Test
  void pack_dealtRows_areNamedByTheirPlaceInTheSource() {
    List<Example> rows = rows();
    rows.set(28, Example.of(1.0, Vectors.dense(0.0, Double.NaN)));
    assertThatThrownBy(() -> pack(rows, TWO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Bad row: feature 1 is NaN in row 29 of partition 0.");
  }

  @Test
  void pack_declaredWidthThatRowsDoNotHave_saysWhoSaidIt() {
    Packing three = Packing.of(3, 1L, Storage.DOUBLE).declaredBy("the metadata of column x");
    assertThatThrownBy(() -> pack(rows(), three))
        .hasMessageContaining("2 features (the metadata of column x says 3) in row ");
  }
}
