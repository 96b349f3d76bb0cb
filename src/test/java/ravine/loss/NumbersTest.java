package ravine.loss;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NumbersTest {

  @Test
  void exp_negativeNumbers_isWithinTwoUnitsOfTheStrictOne() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000_000; i++) {
      double x = -random.nextDouble() * Math.pow(2.0, i % 12 - 2);
      double expected = StrictMath.exp(x);
      // Each of the two may be one unit off.
      assertThat(Math.abs(Numbers.exp(x) - expected) <= 2.0 * Math.ulp(expected))
          .as("exp(%s)", x)
          .isTrue();
    }
  }

  @Test
  void exp_edges_areThoseOfTheLibrary() {
    assertThat(Numbers.exp(0.0)).isOne();
    assertThat(Numbers.exp(-0.0)).isOne();
    assertThat(Numbers.exp(-1e-300)).isOne();
    assertThat(Numbers.exp(-708.5)).isEqualTo(Math.exp(-708.5));
    assertThat(Numbers.exp(-745.0)).isEqualTo(Double.MIN_VALUE);
    assertThat(Numbers.exp(-1000.0)).isZero();
    assertThat(Numbers.exp(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(Numbers.exp(Double.NaN)).isNaN();
  }
}
