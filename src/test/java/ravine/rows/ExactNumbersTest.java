package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExactNumbersTest {

  private static void assertKept(int bytesEach, double... numbers) {
    ExactNumbers kept = ExactNumbers.of(numbers.clone());
    assertThat(kept.bytes()).isEqualTo((long) bytesEach * numbers.length);
    double[] copied = new double[numbers.length];
    kept.copy(0, numbers.length, copied);
    assertThat(bits(copied)).isEqualTo(bits(numbers));
    for (int i = 0; i < numbers.length; i++) {
      copied[i] = kept.get(i);
    }
    assertThat(bits(copied)).isEqualTo(bits(numbers));
  }

  private static long[] bits(double[] numbers) {
    return Arrays.stream(numbers).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  @Test
  void of_anyNumbers_givesBackEveryBitInTheFewestBytes() {
    assertKept(1, 0.0, 1.0, 127.0, -128.0);
    assertKept(4, 0.0, 128.0);
    assertKept(4, 0.5, -0.25, 1e-3f);
    assertKept(4, -0.0, 1.0);
    assertKept(4, 0.1, 1.0);
    assertKept(4, 326.0, 12_345.67, -0.05, 2757.99);
    assertKept(4, 1e-6, 2147.483647, -2147.483647);
    assertKept(4, 16_777_217.0);
    assertKept(8, 1e-6, 2147.483648);
    assertKept(8, 0.1, -0.0);
    assertKept(8, 0.1, 1.0 / 3.0);
    assertKept(8, Math.nextUp(0.1));
    assertKept(8, 1e39, 1.0);
    assertKept(1);
  }

  @Test
  void copy_fromTheMiddle_startsAtZero() {
    double[] to = {9.0, 9.0, 9.0};
    ExactNumbers.of(new double[] {1.0, 2.0, 3.0, 4.0}).copy(1, 2, to);
    assertThat(to).containsExactly(2.0, 3.0, 9.0);
    ExactNumbers.of(new double[] {1.5, 2.5, 3.5, 4.5}).copy(1, 2, to);
    assertThat(to).containsExactly(2.5, 3.5, 9.0);
    ExactNumbers.of(new double[] {1.1, 2.2, 3.3, 4.4}).copy(1, 2, to);
    assertThat(to).containsExactly(2.2, 3.3, 9.0);
  }
}
