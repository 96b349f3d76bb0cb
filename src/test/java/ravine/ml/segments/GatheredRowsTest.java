package ravine.ml.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;
import org.junit.jupiter.api.Test;

class GatheredRowsTest {
  private static final int FIELDS = 3;

  @Test
  void inOrder_rowsInAnyOrder_comeInOne() {
    List<UnsafeRow> rows = rows(500, 40);
    GatheredRows gathered = new GatheredRows();
    List<List<Long>> first = read(gathered, rows);
    assertThat(first).hasSize(500).isNotEqualTo(read(rows));
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(rows, new Random(seed));
      assertThat(read(gathered, rows)).isEqualTo(first);
    }
  }

  /** Several pages, of which a row takes more than a whole one. */
  @Test
  void inOrder_moreThanAPage_comesWhole() {
    List<UnsafeRow> rows = rows(30_000, 30_000);
    rows.add(row((1 << 18) + 64, 7));
    GatheredRows gathered = new GatheredRows();
    List<List<Long>> first = read(gathered, rows);
    assertThat(first).containsExactlyInAnyOrderElementsOf(read(rows));
    assertThat(gathered.bytes())
        .isEqualTo(rows.stream().mapToLong(UnsafeRow::getSizeInBytes).sum());
    Collections.shuffle(rows, new Random(1));
    assertThat(read(gathered, rows)).isEqualTo(first);
    assertThat(read(gathered, rows.subList(0, 3))).hasSize(3);
  }

  @Test
  void inOrder_noRow_isEmpty() {
    Iterator<InternalRow> none = new GatheredRows().inOrder(FIELDS);
    assertThat(none.hasNext()).isFalse();
    assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
  }

  private static List<UnsafeRow> rows(int count, int distinct) {
    List<UnsafeRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(8 * (1 + FIELDS), i % distinct));
    }
    return rows;
  }

  private static UnsafeRow row(int bytes, long number) {
    UnsafeRow row = new UnsafeRow(FIELDS);
    byte[] own = new byte[bytes];
    row.pointTo(own, Platform.BYTE_ARRAY_OFFSET, bytes);
    row.setLong(0, number);
    row.setLong(1, 3L * number);
    return row;
  }

  private static List<List<Long>> read(GatheredRows gathered, List<UnsafeRow> rows) {
    gathered.clear();
    rows.forEach(gathered::add);
    List<List<Long>> found = new ArrayList<>();
    gathered.inOrder(FIELDS).forEachRemaining(row -> found.add(numbers(row)));
    return found;
  }

  private static List<List<Long>> read(List<UnsafeRow> rows) {
    return rows.stream().map(GatheredRowsTest::numbers).toList();
  }

  private static List<Long> numbers(InternalRow row) {
    return List.of(row.getLong(0), row.getLong(1), (long) ((UnsafeRow) row).getSizeInBytes());
  }
}
