package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import ravine.penalty.L1;

class DenseMetricTest {
  private static final double[] MATRIX = {4.0, 1.0, 1.0, 3.0};

  private static DenseMetric metric() {
    return DenseMetric.of(2, MATRIX, 0.0);
  }

  @Test
  void solve_undoesTheMatrix() {
    double[] gradient = {4.0 * 2.0 + 5.0, 2.0 + 3.0 * 5.0};
    metric().solve(gradient);
    assertThat(gradient).containsExactly(new double[] {2.0, 5.0}, within(1e-12));
  }

  @Test
  void squaredNorm_isTheQuadraticForm() {
    assertThat(metric().squaredNorm(new double[] {2.0, -1.0}))
        .isCloseTo(16.0 - 4.0 + 3.0, within(1e-12));
  }

  /** P(w − z)/rate is λ sign(z) where z is not 0, and within ±λ where it is. */
  @Test
  void proximal_meetsTheOptimalityConditions_withExactZeros() {
    double[] w = {1.0, 0.1};
    double[] z = w.clone();
    double rate = 0.5;
    metric().proximal(z, new L1(2.0), rate);
    double[] slope = {
      (4.0 * (w[0] - z[0]) + (w[1] - z[1])) / rate, ((w[0] - z[0]) + 3.0 * (w[1] - z[1])) / rate
    };
    assertThat(z[0]).isGreaterThan(0.0);
    assertThat(z[1]).isEqualTo(0.0);
    assertThat(slope[0]).isCloseTo(2.0, within(1e-9));
    assertThat(Math.abs(slope[1])).isLessThanOrEqualTo(2.0);
  }

  @Test
  void of_singular_isRaisedUntilItCanBeFactored() {
    DenseMetric metric = DenseMetric.of(2, new double[] {1.0, 1.0, 1.0, 1.0}, 1e-12);
    double[] gradient = {1.0, 1.0};
    metric.solve(gradient);
    assertThat(gradient[0] + gradient[1]).isCloseTo(1.0, within(1e-3));
  }
}
