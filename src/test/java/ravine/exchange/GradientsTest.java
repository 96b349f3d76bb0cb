package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.engine.TrainingData;
import ravine.validation.ValidationMetric;

/** What one question leaves behind for the next: nothing but the snapshot. */
class GradientsTest extends SparkTestBase {
  /** Curvature measured in the middle of a variance-reduced run must not move its snapshot. */
  @Test
  void curvature_betweenSnapshotAndDifference_leavesTheSnapshotAlone() {
    try (TrainingData data = EngineFixtures.data(jsc(), 1)) {
      Gradients gradients =
          Gradients.of(data.packedRows().packed().collect().get(0), EngineFixtures.problem());
      double[] theta = EngineFixtures.point(0.3);
      double[] before = new double[theta.length];
      double[] after = new double[theta.length];
      gradients.takeSnapshot(EngineFixtures.point(-0.7));
      gradients.difference(theta, 3, 2, 5, before);
      gradients.curvature(EngineFixtures.point(2.0), 0.25, 1, new double[theta.length]);
      gradients.difference(theta, 3, 2, 5, after);
      assertThat(after).containsExactly(before);
    }
  }

  @Test
  void answer_ofAQuestion_isNotChangedByTheNext() {
    try (TrainingData data = EngineFixtures.data(jsc(), 1)) {
      Gradients gradients =
          Gradients.of(data.packedRows().packed().collect().get(0), EngineFixtures.problem());
      double[] theta = EngineFixtures.point(0.3);
      Answer full = gradients.full(theta, new double[theta.length]);
      double weight = full.weight();
      Answer batch = gradients.batch(theta, 3, 2, 5, new double[theta.length]);
      gradients.validate(theta, ValidationMetric.LOSS);
      assertThat(full.weight()).isEqualTo(weight).isGreaterThan(batch.weight());
      assertThat(full.loss()).isEqualTo(gradients.loss(theta));
    }
  }
}
