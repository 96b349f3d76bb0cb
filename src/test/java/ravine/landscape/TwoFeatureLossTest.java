package ravine.landscape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TwoFeatureLossTest {
  private final TwoFeatureLoss loss = TwoFeatureLoss.irises();

  @Test
  void irises_areFiftyOfEachKind() {
    int virginica = 0;
    for (int i = 0; i < loss.size(); i++) {
      virginica += loss.label(i) == 1.0 ? 1 : 0;
    }

    assertThat(loss.size()).isEqualTo(100);
    assertThat(virginica).isEqualTo(50);
  }

  @Test
  void value_atZero_isTheLogarithmOfTwo() {
    assertThat(loss.value(new double[2])).isCloseTo(Math.log(2), within(1e-15));
  }

  @Test
  void gradient_ofAllRows_isThatOfDifferences() {
    double[] weights = {0.7, -0.4};
    double[] gradient = new double[2];
    loss.gradient(weights, all(), gradient);

    for (int j = 0; j < 2; j++) {
      double[] more = weights.clone();
      double[] less = weights.clone();
      more[j] += 1e-5;
      less[j] -= 1e-5;
      double slope = (loss.value(more) - loss.value(less)) / 2e-5;
      assertThat(gradient[j]).isCloseTo(slope, within(1e-9));
    }
  }

  @Test
  void hessian_isThatOfDifferences() {
    double[] weights = {0.7, -0.4};
    double[] after = new double[2];
    double[] before = new double[2];
    loss.gradient(new double[] {weights[0] + 1e-5, weights[1]}, all(), after);
    loss.gradient(new double[] {weights[0] - 1e-5, weights[1]}, all(), before);

    double[] hessian = loss.hessian(weights);
    assertThat(hessian[0]).isCloseTo((after[0] - before[0]) / 2e-5, within(1e-8));
    assertThat(hessian[1]).isCloseTo((after[1] - before[1]) / 2e-5, within(1e-8));
  }

  @Test
  void minimum_hasNoSlope() {
    double[] gradient = new double[2];
    loss.gradient(loss.minimum(), all(), gradient);

    assertThat(gradient[0]).isCloseTo(0.0, within(1e-14));
    assertThat(gradient[1]).isCloseTo(0.0, within(1e-14));
    assertThat(loss.gap(loss.minimum())).isZero();
  }

  @Test
  void batches_ofAPass_haveEveryRowOnceAndAnotherOrderInTheNext() {
    Batches batches = new Batches(100, 5, 7);
    int[] first = pass(batches);
    int[] second = pass(batches);

    Set<Integer> rows = new HashSet<>();
    Arrays.stream(first).forEach(rows::add);
    assertThat(rows).hasSize(100);
    assertThat(second).isNotEqualTo(first).containsExactlyInAnyOrder(first);
  }

  @Test
  void batches_sizeThatDividesNot_areRefused() {
    assertThatThrownBy(() -> new Batches(100, 7, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("size must divide 100, but was 7");
  }

  private static int[] pass(Batches batches) {
    int[] rows = new int[100];
    for (int i = 0; i < 20; i++) {
      System.arraycopy(batches.next(), 0, rows, 5 * i, 5);
    }
    return rows;
  }

  private int[] all() {
    int[] all = new int[loss.size()];
    Arrays.setAll(all, i -> i);
    return all;
  }
}
