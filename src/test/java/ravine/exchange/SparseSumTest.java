package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseSumTest {
  private static final int FEATURES = 3000;

  /** What the last rounds left in the places must not be mistaken for this round's. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void fold_roundAfterRound_isTheSumOfItsPartsAlone(int outputs) {
    Random random = new Random(8);
    SparseSum sum = new SparseSum(FEATURES, outputs, 1);
    for (int round = 0; round < 20; round++) {
      double[] expected = new double[(FEATURES + 1) * outputs + 1];
      boolean[] seen = new boolean[FEATURES];
      double losses = 0.0;
      double weights = 0.0;
      sum.clear();
      for (int partition = 0; partition < 3; partition++) {
        int most = round == 7 ? 0 : round % 2 == 0 ? 40 : FEATURES;
        int[] touched = random.ints(most, 0, FEATURES).distinct().toArray();
        double[] part =
            random.doubles(SparseSum.length(touched.length, outputs, 1), 0.0, 1.0).toArray();
        sum.fold(touched, part);
        int tail = touched.length * outputs;
        for (int i = 0; i < touched.length; i++) {
          seen[touched[i]] = true;
          for (int k = 0; k < outputs; k++) {
            expected[touched[i] * outputs + k] += part[i * outputs + k];
          }
        }
        for (int e = 0; e <= outputs; e++) {
          expected[FEATURES * outputs + e] += part[tail + e];
        }
        losses += PartialSum.loss(part);
        weights += PartialSum.weight(part);
      }

      double[] actual = new double[expected.length];
      for (int i = 0; i < sum.count(); i++) {
        int feature = sum.touched()[i];
        assertThat(seen[feature]).isTrue();
        seen[feature] = false;
        System.arraycopy(sum.gradient(), i * outputs, actual, feature * outputs, outputs);
      }
      System.arraycopy(sum.tail(), 0, actual, FEATURES * outputs, outputs + 1);
      assertThat(seen).doesNotContain(true);
      assertThat(actual).isEqualTo(expected);
      assertThat(sum.loss()).isEqualTo(losses);
      assertThat(sum.weight()).isEqualTo(weights);
    }
  }
}
