package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class VectorDotTest {

  @Test
  void dot_anyLength_equalsTheLoop() {
    Random random = new Random(1);
    for (int length = 0; length < 40; length++) {
      double[] x = random.doubles(length).toArray();
      double[] y = random.doubles(length).toArray();
      double expected = 0.0;
      for (int j = 0; j < length; j++) {
        expected += x[j] * y[j];
      }
      assertThat(VectorDot.dot(x, y)).isCloseTo(expected, within(1e-13));
    }
  }
}
