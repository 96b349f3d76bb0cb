package ravine.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Second derivatives and parabolas above, over all losses. */
class SecondDerivativesTest {
  private static final double STEP = 1e-5;

  static Stream<Loss> losses() {
    return LossContractTest.losses();
  }

  private static double[] margins(Loss loss, Random random) {
    return random.doubles(loss.outputs(), -3.0, 3.0).toArray();
  }

  private static double[] label(Loss loss, Random random) {
    return new double[] {
      loss.labels() == LabelKind.CLASS_INDEX
          ? random.nextInt(loss.classes())
          : 2.0 * random.nextGaussian()
    };
  }

  private static double[] extra(Loss loss, Random random) {
    return random.doubles(loss.extraParameters(), -0.5, 0.5).toArray();
  }

  /** Margins and own parameters in one array, so that both are moved alike. */
  private static double[] gradient(Loss loss, double[] both, double[] label, double[] weight) {
    int k = loss.outputs();
    double[] all = both.clone();
    double[] margins = java.util.Arrays.copyOf(both, k);
    double[] extra = java.util.Arrays.copyOfRange(both, k, both.length);
    double[] slopes = new double[extra.length];
    loss.derivatives(1, margins, label, weight, 0, extra, slopes);
    System.arraycopy(margins, 0, all, 0, k);
    System.arraycopy(slopes, 0, all, k, slopes.length);
    return all;
  }

  @ParameterizedTest
  @MethodSource("losses")
  void secondDerivatives_randomMargins_areDifferencesOfTheFirst(Loss loss) {
    Random random = new Random(7);
    int k = loss.outputs();
    int extras = loss.extraParameters();
    int jumps = 0;
    for (int trial = 0; trial < 200; trial++) {
      double[] margins = margins(loss, random);
      double[] label = label(loss, random);
      double[] weight = {0.5 + random.nextDouble()};
      double[] extra = extra(loss, random);
      double[] both = java.util.Arrays.copyOf(margins, k + extras);
      System.arraycopy(extra, 0, both, k, extras);
      double[] second = new double[k * k];
      double[] mixed = new double[k * extras];
      double[] own = new double[extras * extras];
      loss.secondDerivatives(1, margins, label, weight, 0, extra, second);
      loss.ownSecondDerivatives(1, margins, label, weight, 0, extra, mixed, own);
      double[] known = margins.clone();
      loss.derivatives(1, known, label, weight, 0, extra, new double[extras]);
      double[] after = new double[k * k];
      loss.secondDerivativesAfter(1, margins, known, label, weight, 0, extra, after);
      assertThat(after).containsExactly(second, within(1e-14));
      double[] wide = differences(loss, both, label, weight, 4 * STEP);
      double[] near = differences(loss, both, label, weight, STEP);
      for (int i = 0; i < k + extras; i++) {
        for (int j = 0; j < k + extras; j++) {
          double expected = near[i * (k + extras) + j];
          if (Math.abs(expected - wide[i * (k + extras) + j]) > 1e-4) {
            jumps++;
            continue;
          }
          double actual =
              i < k && j < k
                  ? second[i * k + j]
                  : i >= k && j >= k
                      ? own[(i - k) * extras + j - k]
                      : mixed[Math.min(i, j) * extras + Math.max(i, j) - k];
          assertThat(actual).isCloseTo(expected, within(1e-8));
        }
      }
    }
    assertThat(jumps).as("places near a kink").isLessThan(10);
  }

  private static double[] differences(
      Loss loss, double[] both, double[] label, double[] weight, double step) {
    int n = both.length;
    double[] matrix = new double[n * n];
    for (int i = 0; i < n; i++) {
      double[] up = both.clone();
      double[] down = both.clone();
      up[i] += step;
      down[i] -= step;
      double[] above = gradient(loss, up, label, weight);
      double[] below = gradient(loss, down, label, weight);
      for (int j = 0; j < n; j++) {
        matrix[i * n + j] = (above[j] - below[j]) / (2.0 * step);
      }
    }
    return matrix;
  }

  @ParameterizedTest
  @MethodSource("losses")
  void majorisers_parabolaAtAnyMargin_liesAboveTheLoss(Loss loss) {
    Random random = new Random(8);
    int k = loss.outputs();
    for (int trial = 0; trial < 2000; trial++) {
      double[] margins = margins(loss, random);
      double[] label = label(loss, random);
      double[] weight = {0.5 + random.nextDouble()};
      double[] extra = extra(loss, random);
      double[] curvature = new double[k * k];
      loss.majorisers(1, margins, label, weight, 0, extra, curvature);
      double[] slopes = margins.clone();
      double parabola =
          loss.derivatives(1, slopes, label, weight, 0, extra, new double[extra.length]);
      double[] there = random.doubles(k, -10.0, 10.0).toArray();
      for (int a = 0; a < k; a++) {
        double move = there[a] - margins[a];
        parabola += slopes[a] * move;
        for (int b = 0; b < k; b++) {
          parabola += 0.5 * curvature[a * k + b] * move * (there[b] - margins[b]);
        }
      }
      double slack = 1e-9 * Math.max(1.0, Math.abs(parabola));
      assertThat(loss.value(1, there, label, weight, 0, extra))
          .isLessThanOrEqualTo(parabola + slack);
    }
  }
}
