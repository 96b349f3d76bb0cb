package ravine.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** Conjugates against their definition, the supremum of ⟨a, m⟩ − ℓ(m). */
class ConjugateTest {

  @Provide
  Arbitrary<Loss> losses() {
    return Arbitraries.of(
        new Logistic(),
        new Softmax(3),
        new Squared(),
        new Hinge(),
        new SmoothHinge(0.1),
        new SoftHinge(),
        new SquaredHinge(),
        new Huber(0.7),
        new ConcomitantHuber(1.35));
  }

  /** Fenchel and Young: tight where the dual is the derivative. */
  @Property(tries = 2000, shrinking = ShrinkingMode.OFF, seed = "1")
  void conjugate_ofTheDerivative_isTight(
      @ForAll("losses") Loss loss,
      @ForAll @DoubleRange(min = -40, max = 40) double center,
      @ForAll long seed) {
    Random random = new Random(seed);
    double[] margins = margins(loss, center, random);
    double[] extra = extra(loss, random);
    double label = label(loss, random);
    double value = loss.value(1, margins, new double[] {label}, null, 0, extra);
    double[] dual = dual(loss, margins, label, extra);

    double linear = linear(dual, margins, extra);
    assertThat(loss.conjugate(dual, label))
        .isCloseTo(linear - value, within(1e-11 * (1.0 + Math.abs(linear) + Math.abs(value))));
  }

  /** Young's inequality at any other margin, also far away, and nearly attained at the best. */
  @Property(tries = 1000, shrinking = ShrinkingMode.OFF, seed = "2")
  void conjugate_isTheSupremum(
      @ForAll("losses") Loss loss,
      @ForAll @DoubleRange(min = 0.02, max = 0.98) double share,
      @ForAll long seed) {
    Random random = new Random(seed);
    double label = label(loss, random);
    // A dual inside the domain: between those of two random points.
    double[] dual = dual(loss, margins(loss, 0.0, random), label, extra(loss, random));
    double[] second = dual(loss, margins(loss, 0.0, random), label, extra(loss, random));
    for (int j = 0; j < dual.length; j++) {
      dual[j] = share * dual[j] + (1.0 - share) * second[j];
    }
    double conjugate = loss.conjugate(dual, label);

    double best = Double.NEGATIVE_INFINITY;
    for (int trial = 0; trial < 300; trial++) {
      double size = Math.pow(10.0, -2.0 + 4.0 * random.nextDouble());
      double[] margins = margins(loss, 0.0, random);
      for (int j = 0; j < margins.length; j++) {
        margins[j] *= size;
      }
      double[] extra = extra(loss, random);
      best = Math.max(best, attained(loss, dual, margins, extra, label));
    }
    assertThat(best).isLessThanOrEqualTo(conjugate + 1e-10 * (1.0 + Math.abs(conjugate)));
    if (loss.outputs() == 1 && loss.extraParameters() == 0) {
      assertThat(supremum(loss, dual, label))
          .isCloseTo(conjugate, within(1e-6 * (1.0 + Math.abs(conjugate))));
    }
  }

  /** Golden section on the concave function of one margin. */
  private static double supremum(Loss loss, double[] dual, double label) {
    double low = -1000.0;
    double high = 1000.0;
    double golden = 0.5 * (Math.sqrt(5.0) - 1.0);
    for (int i = 0; i < 100; i++) {
      double a = high - golden * (high - low);
      double b = low + golden * (high - low);
      if (attained(loss, dual, new double[] {a}, new double[0], label)
          < attained(loss, dual, new double[] {b}, new double[0], label)) {
        low = a;
      } else {
        high = b;
      }
    }
    return attained(loss, dual, new double[] {0.5 * (low + high)}, new double[0], label);
  }

  private static double attained(
      Loss loss, double[] dual, double[] margins, double[] extra, double label) {
    return linear(dual, margins, extra)
        - loss.value(1, margins, new double[] {label}, null, 0, extra);
  }

  @Test
  void conjugate_outsideTheDomain_isInfinite() {
    assertThat(new Logistic().conjugate(new double[] {0.1}, 1.0)).isInfinite();
    assertThat(new Logistic().conjugate(new double[] {-1.1}, 1.0)).isInfinite();
    assertThat(new Softmax(2).conjugate(new double[] {-0.5, 0.6}, 0.0)).isInfinite();
    assertThat(new Softmax(2).conjugate(new double[] {0.5, -0.5}, 0.0)).isInfinite();
    assertThat(new Hinge().conjugate(new double[] {0.1}, 1.0)).isInfinite();
    assertThat(new SmoothHinge(0.1).conjugate(new double[] {1.1}, 0.0)).isInfinite();
    assertThat(new SquaredHinge().conjugate(new double[] {0.1}, 1.0)).isInfinite();
    assertThat(new Huber(0.5).conjugate(new double[] {0.6}, 3.0)).isInfinite();
    assertThat(new ConcomitantHuber(1.35).conjugate(new double[] {1.4, -1.0}, 3.0)).isInfinite();
    assertThat(new ConcomitantHuber(1.35).conjugate(new double[] {1.0, 0.1}, 3.0)).isInfinite();
    assertThat(new Logistic().conjugate(new double[] {Double.NaN}, 1.0)).isInfinite();
  }

  @Test
  void conjugate_zero_isMinusTheInfimum() {
    for (Loss loss : losses().allValues().orElseThrow().toList()) {
      double[] zero = new double[loss.outputs() + loss.extraParameters()];
      assertThat(loss.conjugate(zero, 1.0)).isCloseTo(-loss.infimum(), within(0.0));
    }
  }

  /** |D³| ≤ M·r·D² by finite differences of the curvatures. */
  @Property(tries = 500, shrinking = ShrinkingMode.OFF, seed = "3")
  void selfConcordance_boundsTheChangeOfCurvature(@ForAll long seed) {
    Random random = new Random(seed);
    for (Loss loss : new Loss[] {new Logistic(), new Softmax(4)}) {
      int k = loss.outputs();
      double[] margins = margins(loss, 0.0, random);
      double[] direction = margins(loss, 0.0, random);
      double least = k == 1 ? 0.0 : Double.POSITIVE_INFINITY;
      double most = k == 1 ? 0.0 : Double.NEGATIVE_INFINITY;
      for (double t : direction) {
        least = Math.min(least, t);
        most = Math.max(most, t);
      }
      double h = 1e-5;
      double up = curvature(loss, margins, direction, h);
      double down = curvature(loss, margins, direction, -h);
      double here = curvature(loss, margins, direction, 0.0);
      assertThat(Math.abs(up - down) / (2.0 * h))
          .isLessThanOrEqualTo(loss.selfConcordance() * (most - least) * here + 1e-7);
    }
  }

  private static double curvature(Loss loss, double[] margins, double[] direction, double h) {
    int k = margins.length;
    double[] at = margins.clone();
    for (int j = 0; j < k; j++) {
      at[j] += h * direction[j];
    }
    double[] out = new double[k * k];
    loss.curvatures(1, at, new double[] {0.0}, null, 0, new double[0], out);
    double sum = 0.0;
    for (int a = 0; a < k; a++) {
      for (int b = 0; b < k; b++) {
        sum += direction[a] * direction[b] * out[a * k + b];
      }
    }
    return sum;
  }

  /** ⟨a, m⟩ + cσ. */
  private static double linear(double[] dual, double[] margins, double[] extra) {
    double sum = 0.0;
    for (int j = 0; j < margins.length; j++) {
      sum += dual[j] * margins[j];
    }
    for (int e = 0; e < extra.length; e++) {
      sum += dual[margins.length + e] * Math.exp(extra[e]);
    }
    return sum;
  }

  private static double[] dual(Loss loss, double[] margins, double label, double[] extra) {
    double[] slopes = margins.clone();
    double[] own = new double[extra.length];
    loss.derivatives(1, slopes, new double[] {label}, null, 0, extra, own);
    double[] dual = new double[slopes.length + own.length];
    System.arraycopy(slopes, 0, dual, 0, slopes.length);
    for (int e = 0; e < own.length; e++) {
      dual[slopes.length + e] = own[e] / Math.exp(extra[e]);
    }
    return dual;
  }

  private static double[] margins(Loss loss, double center, Random random) {
    double[] margins = new double[loss.outputs()];
    for (int j = 0; j < margins.length; j++) {
      margins[j] = center + 2.0 * random.nextGaussian();
    }
    return margins;
  }

  private static double[] extra(Loss loss, Random random) {
    double[] extra = new double[loss.extraParameters()];
    for (int e = 0; e < extra.length; e++) {
      extra[e] = random.nextGaussian();
    }
    return extra;
  }

  private static double label(Loss loss, Random random) {
    boolean numbers =
        loss instanceof Squared || loss instanceof Huber || loss instanceof ConcomitantHuber;
    return numbers ? random.nextGaussian() : random.nextInt(Math.max(2, loss.outputs()));
  }
}
