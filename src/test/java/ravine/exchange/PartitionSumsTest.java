package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.engine.TrainingData;
import ravine.loss.Logistic;
import ravine.loss.Squared;
import ravine.rows.PackedPartition;

class PartitionSumsTest extends SparkTestBase {
  /** Without replacement: the sums of the batches of a pass are those of all rows. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 269, 270, 5000})
  void batches_ofAnyNumber_coverEveryRowOnce(int batches) {
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      PartitionSums sums = new PartitionSums(new Squared());
      for (PackedPartition partition : data.packedRows().packed().collect()) {
        double[] total = PartialSum.create(EngineFixtures.FEATURES + 1);
        double[] sum = PartialSum.create(EngineFixtures.FEATURES + 1);
        double[] point = EngineFixtures.point(0.5);
        for (int batch = 0; batch < batches; batch++) {
          sums.compute(
              partition,
              42L,
              new StepRequest(StepRequest.Kind.GRADIENT, 3, batch, batches, point, null),
              sum);
          PartialSum.fold(total, sum);
        }
        sums.compute(partition, 42L, StepRequest.all(StepRequest.Kind.GRADIENT, point), sum);
        assertThat(PartialSum.weight(total)).isEqualTo(PartialSum.weight(sum));
        for (int j = 0; j <= EngineFixtures.FEATURES; j++) {
          assertThat(total[j]).isCloseTo(sum[j], within(1e-9));
        }
      }
    }
  }

  /**
   * Partitions of very different sizes finish in no fixed order; their sums are added in theirs.
   */
  @Test
  void stepJobs_foldInPartitionOrder() {
    try (TrainingData data = EngineFixtures.data(jsc(), 2);
        StepJobs jobs = new StepJobs(data.packedRows(), EngineFixtures.WORK, 42L)) {
      double[] point = EngineFixtures.point(0.3);
      StepRequest request = StepRequest.all(StepRequest.Kind.GRADIENT, point);
      double[] expected = PartialSum.create(EngineFixtures.FEATURES + 1);
      for (PackedPartition partition : data.packedRows().packed().collect()) {
        double[] sum = PartialSum.create(EngineFixtures.FEATURES + 1);
        new PartitionSums(new Logistic()).compute(partition, 42L, request, sum);
        PartialSum.fold(expected, sum);
      }
      for (int run = 0; run < 5; run++) {
        double[] sum = jobs.run(request);
        for (int i = 0; i < EngineFixtures.FEATURES + 3; i++) {
          assertThat(sum[i]).isEqualTo(expected[i]);
        }
      }
    }
  }
}
