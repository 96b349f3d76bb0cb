package ravine.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every loss must do, over all of them. */
class LossContractTest {
  private static final List<Loss> LOSSES =
      List.of(
          new Logistic(),
          new Softmax(2),
          new Softmax(5),
          new Squared(),
          new Hinge(),
          new SmoothHinge(0.1),
          new SoftHinge(),
          new SquaredHinge(),
          new Huber(1.0),
          new Huber(0.3),
          new ConcomitantHuber(1.35));

  static Stream<Loss> losses() {
    return LOSSES.stream();
  }

  @Test
  void losses_coverEveryPermittedClass() {
    assertThat(LOSSES.stream().map(Object::getClass).distinct())
        .containsExactlyInAnyOrder(Loss.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("losses")
  void derivatives_randomMargins_agreeWithFiniteDifferences(Loss loss) {
    Random random = new Random(1);
    for (int trial = 0; trial < 300; trial++) {
      checkFiniteDifferences(loss, random, 3.0 * random.nextGaussian());
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void derivatives_margins1000_agreeWithFiniteDifferences(Loss loss) {
    Random random = new Random(2);
    for (double margin : new double[] {-1000.0, -30.0, 30.0, 1000.0}) {
      for (int trial = 0; trial < 20; trial++) {
        checkFiniteDifferences(loss, random, margin);
      }
    }
  }

  private static void checkFiniteDifferences(Loss loss, Random random, double center) {
    int k = loss.outputs();
    double[] margins = new double[k];
    Arrays.setAll(margins, j -> center + random.nextGaussian());
    double[] labels = {label(loss, random)};
    double[] weights = {0.5 + random.nextDouble()};
    double[] extra = extra(loss, random);
    double[] derivatives = margins.clone();
    double[] extraGradient = new double[extra.length];
    loss.derivatives(1, derivatives, labels, weights, 0, extra, extraGradient);

    double h = 1e-5;
    for (int j = 0; j < k; j++) {
      double[] up = margins.clone();
      double[] down = margins.clone();
      up[j] += h;
      down[j] -= h;
      double above = loss.value(1, up, labels, weights, 0, extra);
      double here = loss.value(1, margins, labels, weights, 0, extra);
      double below = loss.value(1, down, labels, weights, 0, extra);
      if (Math.abs((above - here) - (here - below)) > 1e-6) {
        continue; // a kink lies between the two points
      }
      double numeric = (above - below) / (up[j] - down[j]);
      assertThat(derivatives[j])
          .as("%s in margin %s of %s, label %s", loss, j, Arrays.toString(margins), labels[0])
          .isCloseTo(numeric, within(2e-5 * Math.max(1.0, Math.abs(here) * 0.01)));
    }
    for (int j = 0; j < extra.length; j++) {
      double[] up = extra.clone();
      double[] down = extra.clone();
      up[j] += h;
      down[j] -= h;
      double numeric =
          (loss.value(1, margins, labels, weights, 0, up)
                  - loss.value(1, margins, labels, weights, 0, down))
              / (up[j] - down[j]);
      assertThat(extraGradient[j])
          .as("%s in its own parameter", loss)
          .isCloseTo(numeric, within(1e-5));
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void value_sameArguments_equalsWhatDerivativesReturns(Loss loss) {
    Random random = new Random(3);
    int rows = 100;
    int offset = 7;
    double[] margins = margins(loss, rows, random, 20.0);
    double[] labels = labels(loss, rows + offset, random);
    double[] weights = random.doubles(rows + offset, 0.0, 3.0).toArray();
    double[] extra = extra(loss, random);
    double[] untouched = margins.clone();

    double weighted = loss.value(rows, margins, labels, weights, offset, extra);
    double plain = loss.value(rows, margins, labels, null, offset, extra);

    assertThat(margins).containsExactly(untouched);
    double[] gradient = new double[extra.length];
    assertThat(loss.derivatives(rows, margins.clone(), labels, weights, offset, extra, gradient))
        .isEqualTo(weighted);
    assertThat(loss.derivatives(rows, margins.clone(), labels, null, offset, extra, gradient))
        .isEqualTo(plain);
  }

  /** As in a fold, whose rows all have weights of 0 or 1. */
  @ParameterizedTest
  @MethodSource("losses")
  void derivatives_weightsOf0And1_areThoseOfTheRowsThatCount(Loss loss) {
    Random random = new Random(8);
    int rows = 60;
    int k = loss.outputs();
    double[] margins = margins(loss, rows, random, 20.0);
    double[] labels = labels(loss, rows, random);
    double[] weights = random.ints(rows, 0, 2).asDoubleStream().toArray();
    double[] extra = extra(loss, random);
    double[] gradient = new double[extra.length];
    double[] ownGradient = new double[extra.length];
    double sum = 0.0;
    double[] expected = new double[rows * k];
    for (int i = 0; i < rows; i++) {
      if (weights[i] == 1.0) {
        double[] own = Arrays.copyOfRange(margins, i * k, (i + 1) * k);
        sum += loss.derivatives(1, own, new double[] {labels[i]}, null, 0, extra, ownGradient);
        System.arraycopy(own, 0, expected, i * k, k);
      }
    }
    double value = loss.derivatives(rows, margins, labels, weights, 0, extra, gradient);
    assertThat(value).isCloseTo(sum, within(1e-12 * sum));
    for (int i = 0; i < rows * k; i++) {
      assertThat(margins[i]).isCloseTo(expected[i], within(1e-14 * (1.0 + Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void derivatives_weight2_equalsTheRowTwice(Loss loss) {
    Random random = new Random(4);
    int k = loss.outputs();
    for (int trial = 0; trial < 50; trial++) {
      double[] margins = margins(loss, 1, random, 3.0);
      double label = label(loss, random);
      double[] extra = extra(loss, random);
      double[] once = margins.clone();
      double[] twice = new double[2 * k];
      System.arraycopy(margins, 0, twice, 0, k);
      System.arraycopy(margins, 0, twice, k, k);
      double[] onceExtra = new double[extra.length];
      double[] twiceExtra = new double[extra.length];

      double weighted =
          loss.derivatives(1, once, new double[] {label}, new double[] {2.0}, 0, extra, onceExtra);
      double repeated =
          loss.derivatives(2, twice, new double[] {label, label}, null, 0, extra, twiceExtra);

      // To rounding: without weights one logarithm serves several rows of the logistic loss.
      assertThat(weighted).isCloseTo(repeated, within(4.0 * Math.ulp(repeated)));
      assertThat(onceExtra).containsExactly(twiceExtra);
      for (int j = 0; j < k; j++) {
        assertThat(once[j]).isEqualTo(twice[j] + twice[k + j]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void derivatives_weight0_addsNothing(Loss loss) {
    Random random = new Random(5);
    double[] margins = margins(loss, 1, random, 3.0);
    double[] extra = extra(loss, random);
    double[] extraGradient = new double[extra.length];
    double[] labels = {label(loss, random)};

    double sum = loss.derivatives(1, margins, labels, new double[] {0.0}, 0, extra, extraGradient);

    assertThat(sum).isZero();
    for (double derivative : margins) {
      assertThat(Math.abs(derivative)).isZero();
    }
    for (double derivative : extraGradient) {
      assertThat(Math.abs(derivative)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void derivatives_extraGradient_isAddedTo(Loss loss) {
    Random random = new Random(6);
    double[] margins = margins(loss, 3, random, 3.0);
    double[] labels = labels(loss, 3, random);
    double[] extra = extra(loss, random);
    double[] fresh = new double[extra.length];
    double[] used = new double[extra.length];
    Arrays.fill(used, 10.0);

    loss.derivatives(3, margins.clone(), labels, null, 0, extra, fresh);
    loss.derivatives(3, margins.clone(), labels, null, 0, extra, used);

    for (int j = 0; j < extra.length; j++) {
      assertThat(used[j]).isEqualTo(10.0 + fresh[j]);
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void derivatives_hugeMargins_stayFinite(Loss loss) {
    Random random = new Random(7);
    for (double size : new double[] {1000.0, 1e5, 1e100}) {
      for (int trial = 0; trial < 20; trial++) {
        double[] margins = margins(loss, 1, random, size);
        double[] labels = {label(loss, random)};
        double[] extra = extra(loss, random);

        double sum = loss.derivatives(1, margins, labels, null, 0, extra, new double[extra.length]);

        assertThat(sum).isFinite();
        for (double derivative : margins) {
          assertThat(derivative).isFinite();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void derivatives_infiniteMargins_neverNaN(Loss loss) {
    int k = loss.outputs();
    int combinations = (int) Math.pow(3, k);
    double[] choices = {0.5, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (int c = 0; c < combinations; c++) {
      double[] margins = new double[k];
      for (int j = 0, rest = c; j < k; j++, rest /= 3) {
        margins[j] = choices[rest % 3];
      }
      for (double label : new double[] {0.0, 1.0}) {
        double[] extra = new double[loss.extraParameters()];
        double[] derivatives = margins.clone();

        double sum =
            loss.derivatives(1, derivatives, new double[] {label}, null, 0, extra, extra.clone());

        assertThat(sum).as("%s at %s", loss, Arrays.toString(margins)).isNotNaN();
        for (double derivative : derivatives) {
          assertThat(derivative).isNotNaN();
        }
      }
    }
  }

  /** A loss that skips NaN would let a diverged run look converged. */
  @ParameterizedTest
  @MethodSource("losses")
  void derivatives_nanMargin_givesNaN(Loss loss) {
    for (int j = 0; j < loss.outputs(); j++) {
      double[] margins = new double[loss.outputs()];
      margins[j] = Double.NaN;
      double[] extra = new double[loss.extraParameters()];
      double[] labels = {1.0};

      assertThat(loss.value(1, margins, labels, null, 0, extra)).isNaN();
      assertThat(loss.derivatives(1, margins, labels, null, 0, extra, extra.clone())).isNaN();
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void derivatives_noRows_areZero(Loss loss) {
    double[] extra = new double[loss.extraParameters()];
    double[] none = {};
    assertThat(loss.derivatives(0, none, none, none, 0, extra, extra.clone())).isZero();
    assertThat(loss.value(0, none, none, null, 0, extra)).isZero();
  }

  @ParameterizedTest
  @MethodSource("losses")
  void curvatureBound_gradientDifferences_stayBelow(Loss loss) {
    double bound = loss.curvatureBound();
    if (Double.isInfinite(bound)) {
      return;
    }
    Random random = new Random(8);
    double steepest = 0.0;
    for (int trial = 0; trial < 2000; trial++) {
      double[] labels = {label(loss, random)};
      double[] a = margins(loss, 1, random, 1.0);
      double[] b = a.clone();
      double moved = 0.0;
      for (int j = 0; j < b.length; j++) {
        double shift = 1e-3 * random.nextGaussian();
        b[j] += shift;
        moved += shift * shift;
      }
      loss.derivatives(1, a, labels, null, 0);
      loss.derivatives(1, b, labels, null, 0);
      double changed = 0.0;
      for (int j = 0; j < b.length; j++) {
        changed += (b[j] - a[j]) * (b[j] - a[j]);
      }
      steepest = Math.max(steepest, Math.sqrt(changed / moved));
    }
    assertThat(steepest).isLessThanOrEqualTo(bound * (1.0 + 1e-6)).isGreaterThan(0.75 * bound);
  }

  private static double[] margins(Loss loss, int rows, Random random, double size) {
    double[] margins = new double[rows * loss.outputs()];
    Arrays.setAll(margins, j -> size * random.nextGaussian());
    return margins;
  }

  private static double[] labels(Loss loss, int rows, Random random) {
    double[] labels = new double[rows];
    Arrays.setAll(labels, i -> label(loss, random));
    return labels;
  }

  private static double label(Loss loss, Random random) {
    if (loss instanceof Squared || loss instanceof Huber || loss instanceof ConcomitantHuber) {
      return random.nextGaussian();
    }
    return random.nextInt(Math.max(2, loss.outputs()));
  }

  private static double[] extra(Loss loss, Random random) {
    double[] extra = new double[loss.extraParameters()];
    Arrays.setAll(extra, j -> 0.5 * random.nextGaussian());
    return extra;
  }
}
