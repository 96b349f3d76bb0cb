package ravine.penalty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundedTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  private static Bounded random(Random random, double lambda, double alpha) {
    double low = random.nextGaussian();
    double high = low + random.nextInt(3) * random.nextDouble();
    return new Bounded(
        new ElasticNet(lambda, alpha), new Bounds(new double[] {low}, new double[] {high}));
  }

  @Test
  void proximal_anyBox_isTheBestPointOfAGrid() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      Bounded penalty = random(random, 0.7, 1.0);
      double[] w = {2.0 * random.nextGaussian()};
      double from = w[0];
      penalty.proximal(w, new double[] {0.5});
      double best = along(penalty, 0.5, from, w[0]);
      for (int k = 0; k <= 1000; k++) {
        double low = penalty.bounds().lower()[0];
        double at = low + k * 1e-3 * (penalty.bounds().upper()[0] - low);
        assertThat(best).isLessThanOrEqualTo(along(penalty, 0.5, from, at) + 1e-15);
      }
    }
  }

  private static double along(Bounded penalty, double rate, double from, double at) {
    return rate * penalty.value(new double[] {at}) + 0.5 * (at - from) * (at - from);
  }

  @Test
  void conjugate_anyBox_isTheSupremumOfAGrid() {
    Random random = new Random(2);
    for (int i = 0; i < 200; i++) {
      Bounded penalty = random(random, 0.7, random.nextInt(3) / 2.0);
      double[] dual = {2.0 * random.nextGaussian()};
      double found = penalty.conjugate(dual);
      double best = Double.NEGATIVE_INFINITY;
      for (int k = 0; k <= 20_000; k++) {
        double low = penalty.bounds().lower()[0];
        double at = low + k * 5e-5 * (penalty.bounds().upper()[0] - low);
        best = Math.max(best, dual[0] * at - penalty.value(new double[] {at}));
      }
      assertThat(found).isBetween(best - 1e-12, best + 1e-3); // a kink may lie between two points
    }
  }

  @Test
  void conjugate_noBoundOnThatSide_isInfinite() {
    Bounded penalty = new Bounded(new None(), new Bounds(new double[] {1.0}, new double[] {INF}));
    assertThat(penalty.conjugate(new double[] {1e-9})).isEqualTo(INF);
    assertThat(penalty.conjugate(new double[] {-2.0})).isEqualTo(-2.0);
    assertThat(penalty.isFree(0, 1e-300, 1.0, 0.0)).isTrue();
    assertThat(penalty.isFree(0, -1.0, 1.0, 0.0)).isFalse();
    assertThat(penalty.isFree(0)).isFalse();
  }

  @Test
  void violation_atABound_isWhatPressesInwards() {
    Bounded penalty = new Bounded(new L1(0.5), new Bounds(new double[] {0.0}, new double[] {2.0}));
    assertThat(penalty.violation(0, 0.0, 3.0)).isEqualTo(0.0);
    assertThat(penalty.violation(0, 0.0, -3.0)).isEqualTo(2.5);
    assertThat(penalty.violation(0, 2.0, -3.0)).isEqualTo(0.0);
    assertThat(penalty.violation(0, 2.0, 3.0)).isEqualTo(3.5);
    assertThat(penalty.violation(0, 1.0, -0.5)).isEqualTo(0.0);
  }

  @Test
  void new_emptyBox_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Bounds(new double[] {1.0}, new double[] {0.0}))
        .withMessageContaining("1.0 and 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Bounds(new double[] {INF}, new double[] {INF}));
  }
}
