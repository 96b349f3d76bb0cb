package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Means and deviations of packed rows against two plain loops. */
class MomentsTest {
  private static final int FEATURES = 12;

  /** Columns: huge mean, constant, rare, zero, plain, and more zeros so that rows are sparse. */
  private static double[] row(Random random) {
    double[] values = new double[FEATURES];
    values[0] = 1e6 + 1e-2 * random.nextGaussian();
    values[1] = 0.1;
    values[2] = random.nextInt(50) == 0 ? 3.0 + random.nextGaussian() : 0.0;
    values[4] = random.nextGaussian();
    return values;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stats_weightedRowsInThreePartitions_equalTwoPasses(boolean sparse) {
    Random random = new Random(3);
    List<double[]> all = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    List<PackReport> reports = new ArrayList<>();
    for (int partition = 0; partition < 4; partition++) {
      List<Example> rows = new ArrayList<>();
      // The second is empty, the third has one row.
      int count = new int[] {3000, 0, 1, 1000}[partition];
      for (int i = 0; i < count; i++) {
        double[] values = row(random);
        for (int j = 5; j < FEATURES; j++) {
          values[j] = sparse ? 0.0 : random.nextDouble();
        }
        double weight = 0.5 + random.nextInt(4);
        all.add(values);
        weights.add(weight);
        Vector vector = new DenseVector(values);
        rows.add(new Example(values[4], weight, i % 2 == 0 ? vector : vector.toSparse(), false));
      }
      PackedPartition packed =
          Examples.pack(partition, rows.iterator(), FEATURES, 1L, Storage.DOUBLE);
      reports.add(PackReport.takeFor(packed));
    }
    ColumnStats stats = ReportFold.stats(reports, FEATURES);
    double total = 0.0;
    double squared = 0.0;
    for (double weight : weights) {
      total += weight;
      squared += weight * weight;
    }
    assertThat(stats.rows()).isEqualTo(4001);
    assertThat(stats.weightSum()).isEqualTo(total);
    for (int j = 0; j < FEATURES; j++) {
      double shift = all.get(0)[j];
      double mean = 0.0;
      for (int i = 0; i < all.size(); i++) {
        mean += weights.get(i) * (all.get(i)[j] - shift);
      }
      mean = shift + mean / total;
      double squares = 0.0;
      for (int i = 0; i < all.size(); i++) {
        double deviation = all.get(i)[j] - mean;
        squares += weights.get(i) * deviation * deviation;
      }
      double expected = Math.sqrt(squares / (total - squared / total));
      assertThat(stats.means()[j]).isCloseTo(mean, within(1e-13 * Math.abs(mean) + 1e-12));
      assertThat(stats.deviations()[j]).isCloseTo(expected, within(1e-8 * expected + 1e-16));
    }
    for (int j = 0; j < FEATURES; j++) {
      double stored = 0.0;
      for (int i = 0; i < all.size(); i++) {
        stored += !sparse || all.get(i)[j] != 0.0 ? weights.get(i) : 0.0;
      }
      assertThat(stats.storedShares()[j]).isCloseTo(stored / total, within(1e-12));
    }
    assertThat(stats.deviations()[1]).isZero();
    assertThat(stats.deviations()[3]).isZero();
    assertThat(stats.label().mean()).isCloseTo(stats.means()[4], within(1e-12));
    assertThat(stats.label().deviation()).isCloseTo(stats.deviations()[4], within(1e-12));
    assertThat(stats.label().classes()).isZero();
  }

  /** Two sums of the weights differ in their last bits; that is no zero of the column. */
  @Test
  void stats_denseColumnOfEqualWeights_hasNoZeros() {
    Random random = new Random(4);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      double[] values = {1e6 + random.nextDouble(), random.nextGaussian()};
      rows.add(new Example(0.0, 0.1, new DenseVector(values), false));
    }
    PackedPartition packed = Examples.pack(0, rows.iterator(), 2, 1L, Storage.DOUBLE);
    ColumnStats stats = ReportFold.stats(List.of(PackReport.takeFor(packed)), 2);
    assertThat(stats.deviations()[0]).isCloseTo(0.2887, within(0.002));
    assertThat(stats.means()[0]).isCloseTo(1e6 + 0.5, within(0.01));
  }

  private static ColumnStats narrowed(DoubleUnaryOperator value) {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      Vector vector = new DenseVector(new double[] {i % 7, value.applyAsDouble(i)});
      rows.add(Example.of(i % 2, i % 3 == 0 ? vector.toSparse() : vector));
    }
    PackedPartition packed = Examples.pack(0, rows.iterator(), 2, 1L, Storage.FLOAT);
    return ReportFold.stats(List.of(PackReport.takeFor(packed)), 2);
  }

  @Test
  void stats_floatThatLosesAFeature_isRefused() {
    for (DoubleUnaryOperator lost :
        List.<DoubleUnaryOperator>of(
            i -> 1_700_000_000 + i % 100, i -> 1e9 + i % 5, i -> 1e-46 * (i % 11))) {
      assertThatThrownBy(() -> narrowed(lost))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("storage=float rounds feature 1 (mean ")
          .hasMessageEndingWith("centre or scale it, or take storage=double.");
    }
  }

  @Test
  void stats_floatThatKeepsAFeature_isTaken() {
    assertThat(narrowed(i -> 0.1).deviations()[1]).isZero();
    assertThat(narrowed(i -> 1990 + i % 30).deviations()[1]).isCloseTo(8.66, within(0.01));
    assertThat(narrowed(i -> 1e-42 * (i % 11)).deviations()[1]).isPositive();
    assertThat(narrowed(i -> i % 50 == 0 ? 0.3 * i : 0.0).deviations()[1]).isPositive();
  }
}
