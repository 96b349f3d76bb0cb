package ravine.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreCurveTest {
  private static double[] sums(double[] scores, double[] labels, double[] weights) {
    double[] sum = new double[2 * ScoreCurve.BINS];
    for (int i = 0; i < scores.length; i++) {
      sum[ScoreCurve.bin(scores[i]) + (labels[i] > 0.5 ? ScoreCurve.BINS : 0)] += weights[i];
    }
    return sum;
  }

  /** By all pairs. */
  private static double exactRoc(double[] scores, double[] labels, double[] weights) {
    double pairs = 0.0;
    double all = 0.0;
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (labels[i] == 1.0 && labels[j] == 0.0) {
          double weight = weights[i] * weights[j];
          all += weight;
          pairs += weight * (scores[i] > scores[j] ? 1.0 : scores[i] == scores[j] ? 0.5 : 0.0);
        }
      }
    }
    return pairs / all;
  }

  /** By sorting, as Spark does it, trapezoids from the first precision on. */
  private static double exactPr(double[] scores, double[] labels, double[] weights) {
    Integer[] order = IntStream.range(0, scores.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> -scores[i]));
    double ones = IntStream.range(0, scores.length).mapToDouble(i -> labels[i] * weights[i]).sum();
    double area = 0.0;
    double found = 0.0;
    double called = 0.0;
    double precision = Double.NaN;
    for (int i : order) {
      found += labels[i] * weights[i];
      called += weights[i];
      double now = found / called;
      area += labels[i] * weights[i] / ones * 0.5 * ((i == order[0] ? now : precision) + now);
      precision = now;
    }
    return area;
  }

  @ParameterizedTest
  @CsvSource({"0.01, 0", "1, 0", "1, -5", "30, 3"})
  void areas_ofNormalScores_areNearlyExact(double deviation, double mean) {
    Random random = new Random(5);
    int rows = 4000;
    double[] scores = new double[rows];
    double[] labels = new double[rows];
    double[] weights = new double[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = random.nextInt(4) == 0 ? 1.0 : 0.0;
      scores[i] = mean + deviation * (random.nextGaussian() + 0.8 * labels[i]);
      weights[i] = 0.5 + random.nextDouble();
    }
    double[] sum = sums(scores, labels, weights);
    assertThat(ScoreCurve.areaUnderRoc(sum))
        .isCloseTo(exactRoc(scores, labels, weights), within(1e-4));
    assertThat(ScoreCurve.areaUnderPr(sum))
        .isCloseTo(exactPr(scores, labels, weights), within(2e-3));
  }

  @Test
  void areaUnderRoc_equalScores_isOneHalf() {
    double[] sum =
        sums(new double[] {0.3, 0.3, 0.3}, new double[] {0, 1, 1}, new double[] {1, 1, 1});
    assertThat(ScoreCurve.areaUnderRoc(sum)).isEqualTo(0.5);
  }

  @Test
  void areas_perfectOrder_areOne() {
    double[] scores = {-1e9, -2.0, -1e-30, 1e-3, 1e9};
    double[] sum = sums(scores, new double[] {0, 0, 0, 1, 1}, new double[] {1, 1, 1, 1, 1});
    assertThat(ScoreCurve.areaUnderRoc(sum)).isEqualTo(1.0);
    assertThat(ScoreCurve.areaUnderPr(sum)).isEqualTo(1.0);
  }

  @Test
  void areas_oneClass_areNoNumber() {
    double[] sum = sums(new double[] {1.0}, new double[] {0.0}, new double[] {1.0});
    assertThat(ScoreCurve.areaUnderRoc(sum)).isNaN();
    assertThat(ScoreCurve.areaUnderPr(sum)).isNaN();
  }

  @Test
  void bin_growsWithTheScore() {
    double[] scores = {
      Double.NEGATIVE_INFINITY, -4096.0, -10.0, -1.02, -1.0, -1e-5, 0.0, 1e-5, 1.0, 1.02, 4e3, 1e300
    };
    int before = -1;
    for (double score : scores) {
      int bin = ScoreCurve.bin(score);
      assertThat(bin).isBetween(Math.max(0, before), ScoreCurve.BINS - 1);
      before = bin;
    }
    assertThat(ScoreCurve.bin(1.0)).isGreaterThan(ScoreCurve.bin(0.99));
  }
}
