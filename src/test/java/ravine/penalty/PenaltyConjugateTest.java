package ravine.penalty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class PenaltyConjugateTest {

  /** Against the definition, by a fine grid around where the maximum must be. */
  @Property(tries = 500, seed = "1")
  void conjugate_isTheSupremum(
      @ForAll @DoubleRange(min = -3, max = 3) double dual,
      @ForAll @DoubleRange(min = 0.1, max = 2) double lambda,
      @ForAll @DoubleRange(min = 0, max = 0.9) double alpha,
      @ForAll @DoubleRange(min = 0.5, max = 2) double scale) {
    Penalty penalty = new ElasticNet(lambda, alpha, CoordinateScale.of(scale));
    double best = 0.0;
    double reach = 4.0 / penalty.curvature(0);
    for (int i = -4000; i <= 4000; i++) {
      double w = reach * i / 4000.0;
      best = Math.max(best, dual * w - penalty.value(new double[] {w}));
    }
    double conjugate = penalty.conjugate(new double[] {dual});
    assertThat(best).isLessThanOrEqualTo(conjugate + 1e-12);
    assertThat(best).isCloseTo(conjugate, within(1e-5 * (1.0 + reach)));
  }

  @Test
  void conjugate_l1_isZeroInsideAndInfiniteBeyond() {
    L1 penalty = new L1(0.5, CoordinateScale.of(1.0, 2.0));
    assertThat(penalty.conjugate(new double[] {0.5, -1.0})).isZero();
    assertThat(penalty.conjugate(new double[] {0.51, 0.0})).isInfinite();
    assertThat(penalty.conjugate(new double[] {Double.NaN, 0.0})).isInfinite();
  }

  @Test
  void conjugate_freeCoordinate_isInfiniteButAtZero() {
    L2 penalty = new L2(2.0, CoordinateScale.exemptLast(2));
    assertThat(penalty.conjugate(new double[] {2.0, 0.0})).isEqualTo(1.0);
    assertThat(penalty.conjugate(new double[] {2.0, 1e-9})).isInfinite();
    assertThat(new None().conjugate(new double[] {0.0, 0.0})).isZero();
    assertThat(new None().conjugate(new double[] {0.0, 1.0})).isInfinite();
  }

  @Test
  void domainScale_bringsTheDualInside() {
    L1 penalty = new L1(0.5, CoordinateScale.of(1.0, 2.0, 0.0));
    assertThat(penalty.domainScale(new double[] {0.4, 0.9, 7.0})).isEqualTo(1.0);
    assertThat(penalty.domainScale(new double[] {1.0, 4.0, 7.0})).isEqualTo(0.25);
    assertThat(new L2(0.5).domainScale(new double[] {9.0})).isEqualTo(1.0);
  }

  @Test
  void violation_isTheDistanceFromTheSubdifferential() {
    Penalty penalty = new ElasticNet(1.0, 0.5, CoordinateScale.of(1.0, 1.0, 1.0, 0.0));
    double[] weights = {2.0, 0.0, -1.0, 5.0};
    // Slopes: −1.5 balances the first; 0.7 is 0.2 beyond the threshold; the intercept's must be 0.
    double[] gradient = {-1.5, 0.7, 1.0, -0.1};
    assertThat(penalty.violation(0, weights[0], gradient[0])).isZero();
    assertThat(penalty.violation(1, weights[1], gradient[1])).isCloseTo(0.2, within(1e-15));
    assertThat(penalty.violation(2, weights[2], gradient[2])).isZero();
    assertThat(penalty.violation(weights, gradient).coordinate()).isEqualTo(1);
    gradient[3] = -0.3;
    assertThat(penalty.violation(weights, gradient)).isEqualTo(new Penalty.Violation(3, 0.3));
    gradient[0] = Double.NaN;
    assertThat(penalty.violation(weights, gradient))
        .isEqualTo(new Penalty.Violation(0, Double.POSITIVE_INFINITY));
  }
}
