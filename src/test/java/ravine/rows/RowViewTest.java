package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;

/** What models see of rows: labels and folds that stand beside the label, whichever way it came. */
class RowViewTest extends SparkTestBase {
  private static final int ROWS = 500;
  private static final int FOLDS = 5;
  private static final int FOLD = 1;

  private static final Packing TWO =
      Packing.of(1, 3L, Storage.DOUBLE)
          .with(List.of(new Packing.Beside("other", 0), new Packing.Beside("fold", FOLDS)));

  /** Of row x: label, the other label, the fold. */
  private static double[] of(double x) {
    return new double[] {x % 4, 0.25 * x - 7.0, x % FOLDS};
  }

  /** The row's only feature says which one it is. */
  private static final class Reader extends RowReader<Example> {
    private final ExampleReader plain = new ExampleReader();

    @Override
    protected void read(Example row) {
      plain.read(row);
      label = plain.label;
      weight = plain.weight;
      validation = plain.validation;
      size = plain.size;
      dense = plain.dense;
      stored = plain.stored;
      double x = row.features.apply(0);
      beside = x < 0 ? new double[] {0.0, x} : new double[] {of(x)[1], of(x)[2]};
      beside[0] = row.label == 9.0 ? Double.NaN : beside[0];
    }

    @Override
    protected void copyValues(double[] to, int at) {
      plain.copyValues(to, at);
    }

    @Override
    protected void copyIndices(int[] to, int at) {
      plain.copyIndices(to, at);
    }
  }

  private static List<Example> rows() {
    List<Example> rows = new ArrayList<>();
    for (int x = 0; x < ROWS; x++) {
      rows.add(new Example(of(x)[0], 1.0 + x % 2, Vectors.dense(x), x % 10 == 9));
    }
    return rows;
  }

  private PackedRows pack(List<Example> rows, int partitions, Packing packing) {
    return PackedRows.pack(jsc().parallelize(rows, partitions), Reader::new, packing);
  }

  /** Feature, label and weight of each row as a view reads it. */
  private static List<double[]> read(PackedRows data, RowView view, boolean validates) {
    return data.packed().map(part -> of(part.open(), view, validates)).collect().stream()
        .flatMap(List::stream)
        .toList();
  }

  private static List<double[]> of(PackedPartition partition, RowView view, boolean validates) {
    List<double[]> rows = new ArrayList<>();
    byte[][] folds = view.foldsOf(partition);
    int b = 0;
    for (Block block : partition.training) {
      double[] labels = new double[block.rows];
      double[] weights = new double[block.rows];
      byte[] fold = folds == null ? null : folds[b];
      double sum = view.read(fold, block, 0, block.rows, validates, labels, weights);
      assertThat(Arrays.stream(weights).sum()).isEqualTo(sum);
      double[] x = new double[1];
      for (int i = 0; i < block.rows; i++) {
        block.copyRow(i, 0, x);
        rows.add(new double[] {x[0], labels[i], weights[i]});
      }
      b++;
    }
    return rows;
  }

  private static List<PackedRows> everyWay(RowViewTest test) {
    return List.of(
        test.pack(rows(), 1, TWO), // dealt out
        test.pack(rows(), 7, TWO),
        test.pack(rows(), 3, TWO.with(new Determinism(4))), // dealt by content
        test.pack(rows(), 3, TWO.storedAt(StorageLevel.DISK_ONLY())));
  }

  @Test
  void read_labelsAndFoldsBeside_areThoseOfTheRow() {
    for (PackedRows data : everyWay(this)) {
      try (data) {
        RowView other = RowView.ALL.with(RowView.Labels.ofColumn(0));
        RowView against =
            RowView.without(2, FOLDS, 0L)
                .statedBy(FOLD)
                .with(RowView.Labels.against(3).weighing(new double[] {1.0, 10.0}));
        assertThat(read(data, other, false))
            .hasSize(ROWS - ROWS / 10)
            .allSatisfy(
                row -> assertThat(row).containsExactly(row[0], of(row[0])[1], 1.0 + row[0] % 2));
        for (boolean held : new boolean[] {true, false}) {
          assertThat(read(data, against, held))
              .hasSize(ROWS - ROWS / 10)
              .allSatisfy(
                  row -> {
                    double label = row[0] % 4 == 3 ? 1.0 : 0.0;
                    boolean counts = (of(row[0])[2] == 2) == held;
                    double weight = (1.0 + row[0] % 2) * (label == 1.0 ? 10.0 : 1.0);
                    assertThat(row).containsExactly(row[0], label, counts ? weight : 0.0);
                  });
        }
      }
    }
  }

  /** Features weigh what they do without it, so that a model's coordinates have the same bits. */
  @Test
  void stats_otherLabels_areOfTheseAndOfTheSameFeatures() {
    try (PackedRows data = pack(rows(), 2, TWO)) {
      RowView other = RowView.ALL.with(RowView.Labels.ofColumn(0));
      RowView weighing =
          RowView.ALL.with(RowView.Labels.against(0).weighing(new double[] {1.0, 2.0}));
      List<ColumnStats> stats = data.stats(List.of(other, weighing));
      ColumnStats.LabelStats own = data.stats().label();
      ColumnStats first = stats.get(0);
      assertThat(first.means()).isEqualTo(data.stats().means());
      assertThat(first.deviations()).isEqualTo(data.stats().deviations());
      assertThat(first.validationRows()).isEqualTo(ROWS / 10);
      assertThat(first.label().classes()).isZero();
      assertThat(first.label().min()).isEqualTo(-7.0);
      assertThat(first.label().max()).isEqualTo(of(498)[1]);
      ColumnStats second = stats.get(1);
      assertThat(second.validationRows()).isEqualTo(ROWS / 10);
      assertThat(second.label().classWeights())
          .containsExactly(
              own.classWeights()[1] + own.classWeights()[2] + own.classWeights()[3],
              2.0 * own.classWeights()[0]);
      assertThat(second.weightSum()).isEqualTo(Arrays.stream(second.label().classWeights()).sum());
      assertThat(second.means()).isNotEqualTo(data.stats().means());
    }
  }

  @Test
  void pack_numberBesideThatIsNone_isRefusedWithItsPlace() {
    List<Example> noLabel = rows();
    noLabel.set(7, new Example(9.0, 1.0, Vectors.dense(7.0), false));
    assertThatThrownBy(() -> pack(noLabel, 2, TWO))
        .hasMessage("Bad row: the label in column other is NaN or null in row 8 of partition 0.");
    List<Example> noFold = rows();
    noFold.set(7, new Example(1.0, 1.0, Vectors.dense(-2.0), false));
    assertThatThrownBy(() -> pack(noFold, 1, TWO))
        .hasMessage(
            "Bad row: Fold number must be in range [0, 5), but got -2 in row 8 of partition 0.");
  }

  @Test
  void stats_foldThatNoRowIsIn_isRefusedInSparksWords() {
    List<Example> rows = rows().stream().filter(row -> row.features.apply(0) % FOLDS != 4).toList();
    try (PackedRows data = pack(rows, 2, TWO)) {
      assertThatThrownBy(() -> data.stats(List.of(RowView.without(4, FOLDS, 0L).statedBy(FOLD))))
          .hasMessage("The validation data at fold 4 is empty.");
    }
  }

  /** The sample that a model begins on has its labels, and none of the rows held out. */
  @Test
  void sample_ofAView_hasItsLabelsAndRows() {
    for (boolean drawn : new boolean[] {true, false}) {
      try (PackedRows data = pack(rows(), 2, TWO.withSample(drawn))) {
        RowView view =
            RowView.without(2, FOLDS, 0L).statedBy(FOLD).with(RowView.Labels.ofColumn(0));
        PackedPartition sample =
            new Sampler(data, view, new double[] {0.0}, new double[] {1.0}).draw(ROWS, 1L);
        List<double[]> rows = of(sample, RowView.ALL, false);
        assertThat(rows)
            .hasSize(350)
            .allSatisfy(
                row -> {
                  assertThat(row[1]).isEqualTo(of(row[0])[1]);
                  assertThat(of(row[0])[2]).isNotEqualTo(2.0);
                });
      }
    }
  }
}
