package ravine.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void of_anySize_isShort() {
    assertThat(Numbers.of(0.123456)).isEqualTo("0.1235");
    assertThat(Numbers.of(-1234567)).isEqualTo("−1,235,000");
    assertThat(Numbers.of(2)).isEqualTo("2");
    assertThat(Numbers.of(3.1e-7)).isEqualTo("3.1e−07");
    assertThat(Numbers.of(Double.NaN)).isEqualTo("–");
    assertThat(Numbers.of(0.1 + 0.2, 6)).isEqualTo("0.3");
  }

  @Test
  void seconds_anyLength_haveTheirUnit() {
    assertThat(Numbers.seconds(0.0123)).isEqualTo("12 ms");
    assertThat(Numbers.seconds(12.34)).isEqualTo("12.3 s");
    assertThat(Numbers.seconds(600)).isEqualTo("10.0 min");
    assertThat(Numbers.seconds(36000)).isEqualTo("10.0 h");
  }

  @Test
  void percent_ofShare_hasOneDigit() {
    assertThat(Numbers.percent(0.1234)).isEqualTo("12.3 %");
  }
}
