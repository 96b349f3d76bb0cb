package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;

/** Sums of products against decimal arithmetic that rounds nothing. */
class CoMomentsTest extends SparkTestBase {
  private static final int FEATURES = 36;

  /** How rows come. */
  private enum Form {
    DENSE,
    SPARSE,
    MIXED
  }

  /**
   * A far-off column, a constant, a rare, an empty one, and plain ones that depend on another; the
   * rest are 0 where rows are sparse, else random.
   */
  private static List<Example> rows(int count, Form form, long seed) {
    Random random = new Random(seed);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[FEATURES];
      x[0] = form == Form.SPARSE ? random.nextGaussian() : 1e6 + 1e-2 * random.nextGaussian();
      x[1] = form == Form.SPARSE ? 0.0 : 0.1;
      x[2] = random.nextInt(20) == 0 ? 3.0 : 0.0;
      x[4] = random.nextInt(3) == 0 ? random.nextGaussian() : 0.0;
      x[5] = form == Form.SPARSE ? 0.0 : x[4] + 1e-3 * random.nextGaussian();
      for (int j = 6; j < FEATURES && form != Form.SPARSE; j++) {
        x[j] = random.nextDouble();
      }
      double label = 1e3 + x[4] - x[2] + random.nextGaussian();
      Vector vector = new DenseVector(x);
      boolean dense = form == Form.DENSE || (form == Form.MIXED && i % 2 == 0);
      rows.add(new Example(label, 0.5 * (i % 4), dense ? vector : vector.toSparse(), false));
    }
    return rows;
  }

  private static CoMomentSums.@Nullable Report report(List<Example> rows) {
    Packing packing = Packing.of(-1, 1L, Storage.DOUBLE);
    return CoMomentSums.sum(rows.iterator(), new ExampleReader(), packing, 2);
  }

  private static CoMoments.@Nullable Found found(List<Example> rows, int... cuts) {
    List<CoMomentSums.Report> reports = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      reports.add(Objects.requireNonNull(report(rows.subList(from, cut))));
      from = cut;
    }
    reports.add(Objects.requireNonNull(report(rows.subList(from, rows.size()))));
    return CoMoments.fold(reports);
  }

  /** Before, partitions beyond the cores were joined, so that the bits told how many there were. */
  @ParameterizedTest
  @ValueSource(ints = {-1, FEATURES})
  void find_anyNumberOfTasks_givesTheSameBits(int features) {
    JavaRDD<Example> rows = jsc().parallelize(rows(200, Form.DENSE, 5), 7);
    Packing packing = Packing.of(features, 1L, Storage.DOUBLE);
    double[] one = products(CoMoments.find(rows, ExampleReader::new, packing, 1));
    for (int tasks : new int[] {2, 3, 7}) {
      assertThat(products(CoMoments.find(rows, ExampleReader::new, packing, tasks)))
          .containsExactly(one);
    }
    assertThat(products(CoMoments.find(rows, ExampleReader::new, packing))).containsExactly(one);
    JavaRDD<Example> joined = jsc().parallelize(rows(200, Form.DENSE, 5), 2);
    assertThat(products(CoMoments.find(joined, ExampleReader::new, packing))).isNotEqualTo(one);
  }

  /** Of 257 partitions and 180 features each, all sums are more than the driver should collect. */
  @Test
  void find_moreSumsThanTheDriverShouldCollect_areThoseOfTheTasks() {
    int features = 180;
    List<Example> rows = new ArrayList<>();
    Random random = new Random(9);
    for (int i = 0; i < 514; i++) {
      double[] x = random.doubles(features).toArray();
      rows.add(Example.of(x[0] + random.nextDouble(), new DenseVector(x)));
    }
    Packing packing = Packing.of(features, 1L, Storage.DOUBLE);
    assertThat(CoMomentSums.suits(features, 257)).isFalse();
    CoMoments.Found found =
        CoMoments.find(jsc().parallelize(rows, 257), ExampleReader::new, packing, 2);
    assertThat(found).isNotNull();
    assertThat(found.stats().rows()).isEqualTo(514);
  }

  private static double[] products(CoMoments.@Nullable Found found) {
    assertThat(found).isNotNull();
    double[] products = new double[(FEATURES + 1) * (FEATURES + 1)];
    for (int i = 0; i <= FEATURES; i++) {
      for (int j = 0; j <= FEATURES; j++) {
        products[i * (FEATURES + 1) + j] = found.coMoments().product(i, j);
      }
    }
    return products;
  }

  private static double value(Example row, int j) {
    return j == FEATURES ? row.label : row.features.apply(j);
  }

  private static double exactProduct(List<Example> rows, int i, int j) {
    BigDecimal weight = BigDecimal.ZERO;
    BigDecimal a = BigDecimal.ZERO;
    BigDecimal b = BigDecimal.ZERO;
    BigDecimal both = BigDecimal.ZERO;
    for (Example row : rows) {
      BigDecimal w = new BigDecimal(row.weight);
      BigDecimal x = new BigDecimal(value(row, i));
      BigDecimal y = new BigDecimal(value(row, j));
      weight = weight.add(w);
      a = a.add(w.multiply(x));
      b = b.add(w.multiply(y));
      both = both.add(w.multiply(x).multiply(y));
    }
    return weight
        .multiply(both)
        .subtract(a.multiply(b))
        .divide(weight, java.math.MathContext.DECIMAL128)
        .doubleValue();
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void fold_weightedRowsInParts_isExactToTheBoundItTells(Form form) {
    List<Example> rows = rows(700, form, 5);
    CoMoments.Found found = Objects.requireNonNull(found(rows, 100, 100, 103, 500));
    CoMoments moments = found.coMoments();
    assertThat(moments.rounding()).isLessThan(1e-8);
    for (int i = 0; i <= FEATURES; i += i < 7 ? 1 : 10) {
      for (int j = 0; j <= i; j += j < 7 ? 1 : 10) {
        double size = Math.sqrt(exactProduct(rows, i, i) * exactProduct(rows, j, j));
        assertThat(moments.product(i, j))
            .as("product of %d and %d", i, j)
            .isCloseTo(exactProduct(rows, i, j), within(moments.rounding() * size));
        assertThat(moments.product(j, i)).isEqualTo(moments.product(i, j));
      }
    }
    assertThat(moments.weight()).isEqualTo(rows.stream().mapToDouble(row -> row.weight).sum());
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void fold_weightedRows_givesTheStatisticsOfPackedOnes(Form form) {
    List<Example> rows = rows(700, form, 6);
    ColumnStats stats = Objects.requireNonNull(found(rows, 300)).stats();
    PackedPartition packed = Examples.pack(0, rows.iterator(), FEATURES, 1L, Storage.DOUBLE);
    ColumnStats expected = ReportFold.stats(List.of(PackReport.takeFor(packed)), FEATURES);
    assertThat(stats.rows()).isEqualTo(expected.rows());
    for (int j = 0; j < FEATURES; j++) {
      double mean = expected.means()[j];
      double deviation = expected.deviations()[j];
      assertThat(stats.means()[j]).isCloseTo(mean, within(1e-14 * Math.abs(mean) + 1e-13));
      assertThat(stats.deviations()[j]).isCloseTo(deviation, within(1e-10 * deviation));
    }
    assertThat(stats.label().mean()).isCloseTo(expected.label().mean(), within(1e-11));
    assertThat(stats.label().deviation()).isCloseTo(expected.label().deviation(), within(1e-11));
    assertThat(stats.label().min()).isEqualTo(expected.label().min());
    assertThat(stats.label().max()).isEqualTo(expected.label().max());
  }

  @Test
  void fold_sameRowsAgain_givesTheSameBits() {
    List<Example> rows = rows(500, Form.MIXED, 7);
    CoMoments first = Objects.requireNonNull(found(rows, 200)).coMoments();
    CoMoments again = Objects.requireNonNull(found(rows, 200)).coMoments();
    for (int i = 0; i <= FEATURES; i++) {
      assertThat(again.product(i, 0)).isEqualTo(first.product(i, 0));
    }
  }

  /** What packing has a sentence for is left to packing. */
  @Test
  void sum_rowThatPackingRefuses_givesNone() {
    List<Example> rows = rows(5, Form.DENSE, 8);
    Vector vector = rows.get(0).features;
    for (Example wrong :
        List.of(
            Example.of(Double.NaN, vector),
            new Example(0.0, -1.0, vector, false),
            new Example(0.0, 1.0, vector, true),
            Example.of(0.0, new DenseVector(new double[] {1.0})))) {
      List<Example> with = new ArrayList<>(rows);
      with.add(wrong);
      assertThat(report(with)).isNull();
    }
    assertThat(report(rows)).isNotNull();
    assertThat(report(List.of())).isSameAs(CoMomentSums.Report.EMPTY);
  }

  @Test
  void fold_digitsLostOrNoLabelToExplain_givesNone() {
    List<Example> outlier = new ArrayList<>(rows(500, Form.DENSE, 9));
    double[] far = outlier.get(1).features.toArray().clone();
    far[4] = 1e9;
    List<Example> first = new ArrayList<>(outlier);
    first.add(0, new Example(0.0, 1e-12, new DenseVector(far), false)); // 1/32 of 1e9 is the shift
    assertThat(found(outlier)).isNotNull();
    assertThat(found(first)).isNull();
    List<Example> constant =
        outlier.stream().map(row -> new Example(3.0, 1.0, row.features, false)).toList();
    assertThat(found(constant)).isNull();
    assertThat(found(List.of())).isNull();
  }

  @Test
  void suits_manyFeaturesOrPartitions_isFalse() {
    assertThat(CoMomentSums.suits(256, 100)).isTrue();
    assertThat(CoMomentSums.suits(257, 1)).isFalse();
    assertThat(CoMomentSums.suits(0, 1)).isFalse();
    assertThat(CoMomentSums.suits(256, 200)).isFalse();
    assertThat(CoMomentSums.suits(20, 10_000)).isTrue();
  }
}
