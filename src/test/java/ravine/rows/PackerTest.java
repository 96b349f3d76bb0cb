package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

public class PackerTest {

  public static Vector dense(double... values) {
    return new DenseVector(values);
  }

  private static PackedPartition pack(List<Example> rows, int features, Storage storage) {
    return Examples.pack(0, rows.iterator(), features, 7L, storage);
  }

  /** Half the rows dense, half sparse, with weights; row i's label is i. */
  private static List<Example> mixedRows(int count, int features, double density) {
    Random random = new Random(5);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] values = new double[features];
      for (int j = 0; j < features; j++) {
        values[j] = random.nextDouble() < density ? random.nextInt(1, 100) : 0.0;
      }
      Vector vector = i % 2 == 0 ? dense(values) : dense(values).toSparse();
      rows.add(new Example(i, 1.0 + i % 3, vector, i % 10 == 9));
    }
    return rows;
  }

  /** Each row's label, weight and features read back through the margins of unit weights. */
  private static List<String> texts(BlockList blocks, int features) {
    List<String> texts = new ArrayList<>();
    double[] margins = new double[1];
    for (Block block : blocks) {
      for (int i = 0; i < block.rows; i++) {
        double[] row = new double[features];
        for (int j = 0; j < features; j++) {
          double[] unit = new double[features + 1];
          unit[j] = 1.0;
          block.margins(i, 1, unit, 1, margins);
          row[j] = margins[0];
        }
        texts.add(block.label(i) + " " + block.weight(i) + " " + Arrays.toString(row));
      }
    }
    return texts;
  }

  private static List<String> texts(List<Example> rows, boolean validation) {
    return rows.stream()
        .filter(row -> row.validation == validation)
        .map(row -> row.label + " " + row.weight + " " + Arrays.toString(row.features.toArray()))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Storage.class)
  void pack_mixedRows_keepsEveryRowOnce(Storage storage) {
    for (double density : new double[] {0.05, 0.4, 1.0}) {
      List<Example> rows = mixedRows(500, 12, density);
      PackedPartition packed = pack(rows, 12, storage);
      assertThat(texts(packed.training, 12))
          .containsExactlyInAnyOrderElementsOf(texts(rows, false));
      assertThat(texts(packed.validation, 12)).containsExactlyElementsOf(texts(rows, true));
      assertThat(packed.defect).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(Storage.class)
  void pack_moreThanAWindow_keepsEveryRowOnceInFullBlocks(Storage storage) {
    int features = 1000;
    double[] shared = new double[features];
    Arrays.fill(shared, 1.0);
    int count = Packer.WINDOW_BYTES / (storage.bytes * features) * 2 + 77;
    List<Example> rows =
        IntStream.range(0, count).mapToObj(i -> Example.of(i, dense(shared))).toList();
    PackedPartition packed = pack(rows, features, storage);
    double[] labels =
        StreamSupport.stream(packed.training.spliterator(), false)
            .flatMapToDouble(b -> IntStream.range(0, b.rows).mapToDouble(b::label))
            .toArray();
    assertThat(packed.rows).isEqualTo(count);
    assertThat(Arrays.stream(labels).sorted().toArray())
        .isEqualTo(IntStream.range(0, count).asDoubleStream().toArray());
    assertThat(packed.training.get(0).rows % packed.groupRows).isZero();
    for (int b = 0; b < packed.training.size() - 1; b++) {
      assertThat(packed.training.get(b).rows).isEqualTo(packed.training.get(0).rows);
      assertThat(packed.training.get(b).bytes()).isLessThan(Packer.BLOCK_BYTES + 64 * 1024L);
    }
  }

  @Test
  void pack_sameSeed_givesTheSameOrder() {
    List<Example> rows = mixedRows(500, 3, 1.0);
    List<String> first = texts(pack(rows, 3, Storage.DOUBLE).training, 3);
    assertThat(texts(pack(rows, 3, Storage.DOUBLE).training, 3)).isEqualTo(first);
    PackedPartition other = Examples.pack(0, rows.iterator(), 3, 8L, Storage.DOUBLE);
    assertThat(texts(other.training, 3)).isNotEqualTo(first);
  }

  /** Sorted by label, as tables often are: every tenth of a pass must still hold both labels. */
  @Test
  void pack_sortedInput_givesMixedBatches() {
    int count = 20_000;
    List<Example> rows =
        IntStream.range(0, count)
            .mapToObj(i -> Example.of(i < count / 2 ? 0.0 : 1.0, dense(i, 1.0)))
            .toList();
    PackedPartition packed = pack(rows, 2, Storage.DOUBLE);
    int[] order = packed.order(1L, 0L);

    for (int batch = 0; batch < 10; batch++) {
      double sum = 0.0;
      int seen = 0;
      for (int g = order.length * batch / 10; g < order.length * (batch + 1) / 10; g++) {
        Block block = packed.training.get(packed.blockIndex(order[g]));
        int from = packed.rowOf(order[g]);
        for (int i = from; i < Math.min(block.rows, from + packed.groupRows); i++) {
          sum += block.label(i);
          seen++;
        }
      }
      assertThat(sum / seen).isBetween(0.4, 0.6);
    }
  }

  @Test
  void pack_emptyPartition_hasNoBlock() {
    PackedPartition packed = pack(List.of(), 3, Storage.DOUBLE);
    assertThat(packed.training).isEmpty();
    assertThat(packed.validation).isEmpty();
    assertThat(packed.groups).isZero();
  }

  @Test
  void pack_oneRow_isOneGroup() {
    PackedPartition packed = pack(List.of(Example.of(1.0, dense(2.0))), 1, Storage.FLOAT);
    assertThat(packed.groups).isEqualTo(1);
    assertThat(texts(packed.training, 1)).containsExactly("1.0 1.0 [2.0]");
  }

  @Test
  void pack_allZeroRowsAndNoFeatures_areKept() {
    Vector zeros = new SparseVector(4, new int[0], new double[0]);
    List<Example> rows = List.of(Example.of(1.0, zeros), Example.of(2.0, zeros));
    assertThat(pack(rows, 4, Storage.DOUBLE).rows).isEqualTo(2);
    List<Example> bare = List.of(Example.of(1.0, dense()), Example.of(2.0, dense()));
    assertThat(pack(bare, 0, Storage.DOUBLE).rows).isEqualTo(2);
  }

  @Test
  void pack_rowsOfWeightZero_areLeftOut() {
    List<Example> rows =
        List.of(new Example(1.0, 0.0, dense(1.0), false), Example.of(2.0, dense(1.0)));
    assertThat(pack(rows, 1, Storage.DOUBLE).rows).isEqualTo(1);
  }

  @Test
  void pack_badRow_isNamed() {
    assertThat(defect(new Example(1.0, 1.0, dense(0.0, Double.NaN), false), Storage.DOUBLE))
        .isEqualTo("feature 1 is NaN in row 2 of partition 0");
    assertThat(defect(new Example(Double.NaN, 1.0, dense(0.0, 1.0), false), Storage.DOUBLE))
        .isEqualTo("the label is NaN or null in row 2 of partition 0");
    assertThat(defect(new Example(1.0, -1.0, dense(0.0, 1.0), false), Storage.DOUBLE))
        .isEqualTo("the weight is -1.0 (it must be finite and at least 0) in row 2 of partition 0");
    assertThat(defect(new Example(1.0, 1.0, dense(0.0), false), Storage.DOUBLE))
        .isEqualTo("1 features (other rows have 2) in row 2 of partition 0");
    Vector large = new SparseVector(2, new int[] {1}, new double[] {1e39});
    assertThat(defect(new Example(1.0, 1.0, large, false), Storage.DOUBLE)).isNull();
    assertThat(defect(new Example(1.0, 1.0, large, false), Storage.FLOAT))
        .isEqualTo("feature 1 is 1.0E39 (beyond what storage=float holds) in row 2 of partition 0");
  }

  /** The vector classes refuse these; a file written by hand does not. */
  @Test
  void pack_indicesOutOfOrder_areNamed() {
    assertThat(indexDefect(4, 1, 3)).isNull();
    assertThat(indexDefect(4, 3, 1)).isEqualTo("feature index 1 is out of order or beyond");
    assertThat(indexDefect(4, 1, 1)).isEqualTo("feature index 1 is out of order or beyond");
    assertThat(indexDefect(4, -1, 2)).isEqualTo("feature index -1 is out of order or beyond");
    assertThat(indexDefect(4, 1, 4)).isEqualTo("feature index 4 is out of order or beyond");
  }

  private static String indexDefect(int features, int... indices) {
    RowReader<int[]> reader =
        new RowReader<>() {
          private int[] taken = {};

          @Override
          protected void read(int[] row) {
            taken = row;
            label = 1.0;
            weight = 1.0;
            size = features;
            stored = row.length;
          }

          @Override
          protected void copyValues(double[] to, int at) {
            Arrays.fill(to, at, at + stored, 1.0);
          }

          @Override
          protected void copyIndices(int[] to, int at) {
            System.arraycopy(taken, 0, to, at, stored);
          }
        };
    String defect =
        Packer.pack(
                0, List.of(indices).iterator(), reader, Packing.of(features, 1L, Storage.DOUBLE), 1)
            .defect;
    return defect == null ? null : defect.substring(0, defect.indexOf(" the "));
  }

  /** What the report says must not depend on when it is made. */
  @Test
  void takeFor_fromACopyReadBackFromDisk_isTheSame() {
    PackedPartition packed = pack(mixedRows(500, 12, 0.1), 12, Storage.DOUBLE);
    PackReport made = PackReport.takeFor(packed);
    PackReport again = PackReport.takeFor(packed);
    assertThat(again).isNotSameAs(made);
    assertThat(again).usingRecursiveComparison().isEqualTo(made);
  }

  /** Twenty rows were 64 once, and 313 steps a pass for 1,000: all partitions cut at one place. */
  @Test
  void firstOf_smallBatches_areOfTheSizeAskedFor() {
    List<PackedPartition> two = partitions(2, 20_000, 20);
    assertThat(batchSizes(two, 1000)).allMatch(rows -> rows == 20).hasSize(1000);
    List<PackedPartition> sixteen = partitions(16, 600, 5);
    assertThat(batchSizes(sixteen, 120)).allMatch(rows -> rows >= 3 && rows <= 7);
    assertThat(batchSizes(partitions(16, 640, 1), 640)).allMatch(rows -> rows == 1);
    assertThat(batchSizes(partitions(3, 10_000, 128), 78)).allMatch(rows -> rows > 60);
  }

  /** Rows i, i + P, … of a table as the partitions that a shuffle by turns makes. */
  private static List<PackedPartition> partitions(int number, int rows, int batchRows) {
    Packing packing = Packing.of(1, 1L, Storage.DOUBLE).withBatchesOf(batchRows);
    return IntStream.range(0, number)
        .mapToObj(
            p ->
                Packer.pack(
                    p,
                    IntStream.range(0, rows)
                        .filter(i -> i % number == p)
                        .mapToObj(i -> Example.of(i, dense(i)))
                        .iterator(),
                    new ExampleReader(),
                    packing,
                    number))
        .toList();
  }

  /** Rows of each mini-batch of a pass, which must be every row once. */
  private static List<Integer> batchSizes(List<PackedPartition> partitions, int batches) {
    List<Integer> sizes = new ArrayList<>();
    List<Double> labels = new ArrayList<>();
    long rows = 0;
    for (int batch = 0; batch < batches; batch++) {
      int before = labels.size();
      for (PackedPartition packed : partitions) {
        int[] order = packed.order(1L, 2L);
        for (int g = packed.firstOf(batch, batches); g < packed.firstOf(batch + 1, batches); g++) {
          Block block = packed.training.get(packed.blockIndex(order[g]));
          int from = packed.rowOf(order[g]);
          for (int i = from; i < Math.min(block.rows, from + packed.groupRows); i++) {
            labels.add(block.label(i));
          }
        }
      }
      sizes.add(labels.size() - before);
    }
    for (PackedPartition packed : partitions) {
      rows += packed.rows;
    }
    assertThat(labels).doesNotHaveDuplicates().hasSize((int) rows);
    return sizes;
  }

  /** Wide dense rows: 32 of them were a block, however long. */
  @Test
  void pack_rowsLongerThanABlock_areBlocksOfFewRows() {
    int features = 500_000;
    double[] shared = new double[features];
    Arrays.fill(shared, 0.5);
    List<Example> rows =
        IntStream.range(0, 22).mapToObj(i -> Example.of(i, dense(shared))).toList();
    PackedPartition packed = pack(rows, features, Storage.DOUBLE);
    assertThat(packed.rows).isEqualTo(22);
    int seen = 0;
    for (Block block : packed.training) {
      assertThat(block.rows).isBetween(1, 5);
    }
    for (int group = 0; group < packed.groups; group++) {
      Block block = packed.training.get(packed.blockIndex(group));
      seen += Math.min(packed.groupRows, block.rows - packed.rowOf(group));
    }
    assertThat(seen).isEqualTo(22);
  }

  @Test
  void slice_ofAPass_isItsPartOfTheOrderAscending() {
    PackedPartition packed = pack(mixedRows(3000, 2, 1.0), 2, Storage.DOUBLE);
    for (int batches : new int[] {1, 7, packed.groups / 3, packed.groups}) {
      for (int batch = 0; batch < batches; batch++) {
        int from = packed.firstOf(batch, batches);
        int to = packed.firstOf(batch + 1, batches);
        int[] expected = Arrays.copyOfRange(packed.order(3, 1), from, to);
        Arrays.sort(expected);
        assertThat(packed.slice(3, 1, batch, batches)).isEqualTo(expected);
      }
    }
  }

  /** The window was cut at multiples of the first block's rows only: 48 MB in one block here. */
  @Test
  void pack_rowsThatGrow_areCutByBytes() {
    int features = 1_000_000;
    int[] few = {1, 2, 3, 4, 5};
    int[] many = IntStream.range(0, 20_000).toArray();
    double[] ones = new double[many.length];
    Arrays.fill(ones, 1.0);
    Vector small = new SparseVector(features, few, new double[] {1, 2, 3, 4, 5});
    Vector large = new SparseVector(features, many, ones);
    PackedPartition packed =
        pack(
            IntStream.range(0, 70_200)
                .mapToObj(i -> Example.of(i, i < 70_000 ? small : large))
                .toList(),
            features,
            Storage.DOUBLE);
    assertThat(packed.rows).isEqualTo(70_200);
    assertThat(packed.training)
        .allMatch(block -> block.plainBytes() < 40L * many.length * 12)
        .allMatch(block -> block.rows > 0);
    double[] labels =
        IntStream.range(0, packed.groups)
            .boxed()
            .flatMapToDouble(
                g -> {
                  Block block = packed.training.get(packed.blockIndex(g));
                  int from = packed.rowOf(g);
                  int to = Math.min(block.rows, from + packed.groupRows);
                  return IntStream.range(from, to).mapToDouble(block::label);
                })
            .sorted()
            .toArray();
    assertThat(labels).isEqualTo(IntStream.range(0, 70_200).asDoubleStream().toArray());
  }

  /** Its square, and with it the variance of the column, is infinite. */
  @Test
  void pack_valueThatStandsForMissing_isNamed() {
    assertThat(defect(new Example(1.0, 1.0, dense(-Double.MAX_VALUE, 0.0), false), Storage.DOUBLE))
        .isEqualTo(
            "feature 0 is -1.7976931348623157E308 (beyond ±1e150, whose variance overflows) in row"
                + " 2 of partition 0");
    assertThat(defect(new Example(1.0, 1.0, dense(1e149, 0.0), false), Storage.DOUBLE)).isNull();
  }

  @Test
  void tooWide_packing_countsTasksOfTheProcess() {
    assertThat(BlockMoments.tooWide(50_000_000, 1, 3L << 30))
        .startsWith("50000000 features take about 3.9g in a process while rows are packed");
    assertThat(BlockMoments.tooWide(20_000_000, 1, 3L << 30)).isNull();
    assertThat(BlockMoments.tooWide(20_000_000, 2, 3L << 30)).contains("of 2 tasks");
  }

  private static String defect(Example row, Storage storage) {
    return pack(List.of(Example.of(0.0, dense(1.0, 2.0)), row), 2, storage).defect;
  }
}
