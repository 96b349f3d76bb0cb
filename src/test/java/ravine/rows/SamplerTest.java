package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.util.SizeEstimator;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.objective.Coordinates;

/** The rows that the driver begins on, drawn while packing or by a job. */
class SamplerTest extends SparkTestBase {
  private static final int FEATURES = 4;

  /** Far more than a sample takes. */
  private static final int ROWS = 40_000;

  private static final Coordinates RAW = Coordinates.identity(FEATURES, 1, true);

  /** The last feature is 0 but in every ten-thousandth row. */
  private static List<Example> rows(int count) {
    Random random = new Random(3);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double rare = i % 10_000 == 17 ? 3.0 : 0.0;
      double[] x = {5.0 + random.nextGaussian(), random.nextGaussian(), random.nextDouble(), rare};
      rows.add(new Example(i % 2, 1.0 + i % 3, Vectors.dense(x), false));
    }
    return rows;
  }

  private static PackedRows packed(JavaRDD<Example> rows, boolean sampled) {
    Packing packing = Packing.of(FEATURES, 42L, Storage.DOUBLE).withSample(sampled);
    return PackedRows.pack(rows, ExampleReader::new, packing);
  }

  private static long size(PackedRows data) {
    return SampleDraw.size((double) data.stats().rows(), FEATURES + 1.0, FEATURES + 1.0, 0.0);
  }

  private static double[] weightedSums(PackedPartition sample) {
    Block block = sample.training.get(0);
    double[] row = new double[FEATURES];
    double[] sums = new double[FEATURES + 1];
    for (int i = 0; i < block.rows; i++) {
      block.copyRow(i, 0, row);
      sums[FEATURES] += block.weight(i);
      for (int j = 0; j < FEATURES; j++) {
        sums[j] += block.weight(i) * row[j];
      }
    }
    return sums;
  }

  @Test
  void draw_whilePackingOrByJob_hasTheSumsOfAllRows() {
    List<Example> rows = rows(ROWS);
    double[] all = new double[FEATURES + 1];
    for (Example row : rows) {
      all[FEATURES] += row.weight;
      for (int j = 0; j < FEATURES; j++) {
        all[j] += row.weight * row.features.apply(j);
      }
    }
    for (boolean sampled : new boolean[] {true, false}) {
      try (PackedRows data = packed(jsc().parallelize(rows, 2), sampled)) {
        assertThat(data.sample()).hasSize(sampled ? 2 : 0);
        PackedPartition sample =
            new Sampler(data, RowView.ALL, RAW.centre(), RAW.inverse()).draw(size(data), 1L);
        assertThat(sample.rows).isBetween(1700L, 2300L);
        double[] sums = weightedSums(sample);
        assertThat(sums[0]).isCloseTo(all[0], within(0.05 * all[0]));
        assertThat(sums[2]).isCloseTo(all[2], within(0.05 * all[2]));
        // A row as far out as these is drawn for certain, with its own weight.
        assertThat(sums[3]).isCloseTo(all[3], within(1e-9));
        assertThat(sums[FEATURES]).isCloseTo(all[FEATURES], within(0.05 * all[FEATURES]));
      }
    }
  }

  @Test
  void draw_fewRows_isAllOfThem() {
    List<Example> rows = rows(900);
    try (PackedRows data = packed(jsc().parallelize(rows, 2), true)) {
      PackedPartition sample =
          new Sampler(data, RowView.ALL, RAW.centre(), RAW.inverse()).draw(size(data), 1L);
      assertThat(sample.rows).isEqualTo(900);
      assertThat(weightedSums(sample)[FEATURES])
          .isEqualTo(rows.stream().mapToDouble(row -> row.weight).sum());
    }
  }

  @Test
  void draw_partitionsOfUnlikeSize_asksAJobForTheRest() {
    List<Example> rows = rows(ROWS);
    JavaRDD<Example> uneven =
        jsc()
            .parallelize(rows, 2)
            .mapPartitionsWithIndex(
                (index, all) -> {
                  List<Example> kept = new ArrayList<>();
                  while (all.hasNext() && (index == 0 || kept.size() < 50)) {
                    kept.add(all.next());
                  }
                  return kept.iterator();
                },
                true);
    try (PackedRows data = packed(uneven, true)) {
      assertThat(data.rowsOf(0)).isEqualTo(ROWS / 2);
      assertThat(data.rowsOf(1)).isEqualTo(50);
      // While packing, half the sample was wanted of each; the first has nearly all rows.
      assertThat(
              new Sampler(data, RowView.ALL, RAW.centre(), RAW.inverse()).draw(size(data), 1L).rows)
          .isBetween(1700L, 2300L);
    }
  }

  @Test
  void draw_standardised_centresAndScalesEachFeature() {
    Coordinates coordinates =
        Coordinates.scaledBy(new double[] {2.0, 0.5, 1.0, 0.0})
            .centredAt(new double[] {5.0, 0.0, 1.0, 0.0})
            .intercept(true)
            .build();
    List<Example> rows = rows(10);
    try (PackedRows data = packed(jsc().parallelize(rows, 1), true)) {
      PackedPartition raw =
          new Sampler(data, RowView.ALL, RAW.centre(), RAW.inverse()).draw(10, 1L);
      PackedPartition standardised =
          new Sampler(data, RowView.ALL, coordinates.centre(), coordinates.inverse()).draw(10, 1L);
      double[] from = new double[FEATURES];
      double[] to = new double[FEATURES];
      for (int i = 0; i < 10; i++) {
        raw.training.get(0).copyRow(i, 0, from);
        standardised.training.get(0).copyRow(i, 0, to);
        assertThat(to).containsExactly((from[0] - 5.0) * 2.0, from[1] * 0.5, from[2] - 1.0, 0.0);
      }
    }
  }

  /** Spark takes the size of what it caches when it is made, and keeps to it. */
  @Test
  void pack_withSample_takesNoMoreStorageMemory() {
    Packing plain = Packing.of(FEATURES, 1L, Storage.DOUBLE);
    PackedPartition without = Packer.pack(0, rows(3000).iterator(), new ExampleReader(), plain, 1);
    PackedPartition with =
        Packer.pack(0, rows(3000).iterator(), new ExampleReader(), plain.withSample(true), 1);

    assertThat(SizeEstimator.estimate(with)).isEqualTo(SizeEstimator.estimate(without));
    assertThat(PackReport.takeFor(with).sample).isNotEmpty();
    assertThat(PackReport.takeFor(without).sample).isNull();
    assertThat(PackReport.takeFor(with).sample).as("asked once more").isNull();
  }

  /** A task that fails after it has packed takes its report along; another asks for it again. */
  @Test
  void takeFor_again_drawsTheSameSample() {
    Packing sampled = Packing.of(FEATURES, 1L, Storage.DOUBLE).withSample(true);
    PackedPartition packed =
        Packer.pack(0, rows(30_000).iterator(), new ExampleReader(), sampled, 2);

    byte[] first = PackReport.takeFor(packed, sampled, 2, -1).sample;
    assertThat(first).hasSizeBetween(1_000, 30_000 * 8 * FEATURES);
    assertThat(PackReport.takeFor(packed, sampled, 2, -1).sample).isEqualTo(first);
    assertThat(PackReport.takeFor(packed, sampled.withSample(false), 2, -1).sample).isNull();
  }

  /** Three positives of 20,000 rows were in one sample of ten. */
  @Test
  void draw_rareClass_isAllInTheSample() {
    List<Example> rows = new ArrayList<>();
    for (Example row : rows(ROWS)) {
      rows.add(new Example(rows.size() % 7000 == 11 ? 1.0 : 0.0, 1.0, row.features, false));
    }
    try (PackedRows data = packed(jsc().parallelize(rows, 2), true)) {
      PackedPartition sample =
          new Sampler(data, RowView.ALL, RAW.centre(), RAW.inverse()).draw(size(data), 1L);
      Block block = sample.training.get(0);
      double positives = 0.0;
      for (int i = 0; i < block.rows; i++) {
        positives += block.label(i) * block.weight(i);
      }
      assertThat(positives).isEqualTo(rows.stream().mapToDouble(row -> row.label).sum());
    }
  }

  @Test
  void share_tooManyFeatures_isNone() {
    assertThat(SampleDraw.share(100, 2)).isEqualTo(5050.0);
    assertThat(SampleDraw.share(1000, 2)).isZero();
  }

  /** A Hessian of 500 weights takes longer than the passes over little data that it saves. */
  @Test
  void size_manyFeatures_isForMuchData() {
    assertThat(SampleDraw.size(1e5, 301.0, 301.0, 3e7)).isEqualTo(11_037);
    // A hundred rows of 692 features and two classes: as many weights as can be factored.
    assertThat(SampleDraw.size(100.0, 693.0, 1386.0, 1e4)).isEqualTo(100);
    assertThat(SampleDraw.size(1e5, 501.0, 501.0, 5e7)).isZero();
    assertThat(SampleDraw.size(1e7, 501.0, 501.0, 5e9)).isEqualTo(15_936);
    assertThat(SampleDraw.size(1e9, 701.0, 701.0, 7e11)).isZero();
    // 26 classes of 16 features: too much work for little data, not where work does not count.
    assertThat(SampleDraw.size(15_000, 17.0, 442.0, 2.4e5)).isZero();
    // All of few rows of many features: the Hessian's factors alone would take half a minute.
    double much = Double.POSITIVE_INFINITY;
    assertThat(SampleDraw.size(120, 5001.0, 5001.0, much)).isZero();
    assertThat(SampleDraw.sizeOfLowRank(120, 5001.0, 5001.0, much)).isEqualTo(120);
    assertThat(SampleDraw.size(120, 2001.0, 2001.0, much)).isEqualTo(120);
    assertThat(SampleDraw.size(15_000, 17.0, 442.0, Double.POSITIVE_INFINITY)).isEqualTo(8_840);
  }
}
