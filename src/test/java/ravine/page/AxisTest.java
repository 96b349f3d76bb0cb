package ravine.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
  private static List<String> texts(Axis axis) {
    return axis.ticks().stream().map(Axis.Tick::text).toList();
  }

  @Test
  void ticks_linear_areRoundNumbers() {
    assertThat(texts(Axis.linear("x", 0, 20))).containsExactly("0", "5", "10", "15", "20");
    assertThat(texts(Axis.linear("x", 0.32, 0.34)))
        .containsExactly("0.320", "0.325", "0.330", "0.335", "0.340");
    assertThat(texts(Axis.counts("x", List.of(new double[] {2})))).containsExactly("0", "1", "2");
    assertThat(texts(Axis.linear("x", -3, 3))).contains("−2", "0", "2");
  }

  @Test
  void ticks_logarithmic_areDecadesThatFit() {
    assertThat(texts(Axis.decades("x", List.of(new double[] {1e-7, 0.3}))))
        .containsExactly("10⁻⁶", "10⁻⁴", "0.01", "1");
    assertThat(texts(Axis.decades("x", List.of(new double[] {2, 2})))).containsExactly("1", "10");
  }

  @Test
  void around_noRangeOrNothingFinite_isStillAnAxis() {
    double[] none = {Double.NaN, Double.POSITIVE_INFINITY};
    assertThat(Axis.around("x", List.of(none))).isEqualTo(Axis.linear("x", 0, 1));
    assertThat(Axis.around("x", List.of(new double[] {5, 5})).position(5)).isEqualTo(0.5);
    assertThat(Axis.around("x", List.of(new double[] {0, 0})).ticks()).isNotEmpty();
    assertThat(Axis.decades("x", List.of(new double[] {0, -1})).ticks()).isNotEmpty();
    assertThat(Axis.fromZero("x", List.of(new double[] {0}))).isEqualTo(Axis.linear("x", 0, 1));
  }

  @Test
  void position_logarithmic_isOfRatios() {
    Axis axis = new Axis("x", 1e-4, 1, true, false);
    assertThat(axis.position(1e-2)).isEqualTo(0.5);
    assertThat(axis.position(0)).isNaN();
  }

  @Test
  void new_noRange_isRefused() {
    assertThatThrownBy(() -> Axis.linear("x", 1, 1))
        .hasMessage("An axis must go from a number up to another, but was from 1.0 to 1.0");
  }
}
