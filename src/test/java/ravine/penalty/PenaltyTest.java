package ravine.penalty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PenaltyTest {
  private static final CoordinateScale SCALE = CoordinateScale.of(1.0, 0.5, 2.0, 0.0);

  static Stream<Penalty> scaled() {
    return Stream.of(
        new None(SCALE),
        new L2(0.3, SCALE),
        new L1(0.3, SCALE),
        new ElasticNet(0.3, 0.4, SCALE),
        new ElasticNet(0.3, 0.0, SCALE),
        new ElasticNet(0.3, 1.0, SCALE));
  }

  @Test
  void value_scaled_isTheFormula() {
    double[] w = {1.0, -2.0, 3.0, 100.0};
    // s⊙w = (1, −1, 6, 0): norm1 8, squared norm2 38.
    assertThat(new None(SCALE).value(w)).isZero();
    assertThat(new L1(0.3, SCALE).value(w)).isCloseTo(2.4, within(1e-15));
    assertThat(new L2(0.3, SCALE).value(w)).isCloseTo(5.7, within(1e-14));
    assertThat(new ElasticNet(0.3, 0.4, SCALE).value(w))
        .isCloseTo(0.3 * (0.4 * 8.0 + 0.3 * 38.0), within(1e-14));
  }

  @Test
  void value_uniform_isTheFormula() {
    double[] w = {3.0, -4.0};
    assertThat(new None().value(w)).isZero();
    assertThat(new L1(0.5).value(w)).isEqualTo(3.5);
    assertThat(new L2(0.5).value(w)).isEqualTo(6.25);
    assertThat(new ElasticNet(0.5, 0.25).value(w))
        .isEqualTo(0.5 * (0.25 * 7.0 + 0.5 * 0.75 * 25.0));
  }

  @Test
  void addGradient_isAddedAndScaled() {
    double[] gradient = {1.0, 1.0, 1.0, 1.0};
    new L2(0.5, SCALE).addGradient(new double[] {2.0, 8.0, -1.0, 7.0}, gradient);
    assertThat(gradient).containsExactly(2.0, 2.0, -1.0, 1.0);

    double[] net = {0.0, 0.0, 0.0, 0.0};
    new ElasticNet(1.0, 0.5, SCALE).addGradient(new double[] {2.0, 8.0, -1.0, 7.0}, net);
    assertThat(net).containsExactly(1.0, 1.0, -2.0, 0.0);

    double[] untouched = {1.0};
    new L1(0.5).addGradient(new double[] {2.0}, untouched);
    assertThat(untouched).containsExactly(1.0);
  }

  @Test
  void proximal_usesTheRateOfEachCoordinate() {
    double[] weights = {1.0, -1.0, 1.0, 0.01};
    new L1(0.5, SCALE).proximal(weights, new double[] {0.5, 1.0, 2.0, 100.0});
    assertThat(weights).containsExactly(0.75, -0.75, 0.0, 0.01);

    double[] net = {1.0, -1.0};
    new ElasticNet(0.5, 0.5).proximal(net, new double[] {1.0, 2.0});
    assertThat(net).containsExactly(0.75, -0.5);
  }

  @Test
  void proximal_nan_staysNaN() {
    double[] weights = {Double.NaN};
    new L1(0.5).proximal(weights, new double[] {1.0});
    assertThat(weights[0]).isNaN();
  }

  /** proximal(v) must minimise ½(w − v)²/r + λ|s·w|: no other point on a fine grid is lower. */
  @Test
  void proximal_minimisesItsDefinition() {
    Random random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      double v = random.nextGaussian();
      double rate = random.nextDouble();
      double s = 2.0 * random.nextDouble();
      L1 penalty = new L1(random.nextDouble(), CoordinateScale.of(s));
      double[] w = {v};
      penalty.proximal(w, new double[] {rate});
      double best = 0.5 * (w[0] - v) * (w[0] - v) / rate + penalty.value(w);
      for (double other = -3.0; other <= 3.0; other += 0.01) {
        double there = 0.5 * (other - v) * (other - v) / rate + penalty.value(new double[] {other});
        assertThat(best).isLessThanOrEqualTo(there + 1e-12);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("scaled")
  void addGradient_smoothPart_agreesWithFiniteDifferences(Penalty penalty) {
    double[] w = {0.7, -1.1, 0.4, 5.0};
    double[] gradient = new double[4];
    penalty.addGradient(w, gradient);
    double[] rates = {1e-6, 1e-6, 1e-6, 1e-6};
    for (int j = 0; j < 4; j++) {
      double[] up = w.clone();
      double[] down = w.clone();
      up[j] += 1e-6;
      down[j] -= 1e-6;
      double all = (penalty.value(up) - penalty.value(down)) / 2e-6;
      double[] moved = w.clone();
      penalty.proximal(moved, rates);
      double nonSmooth = (w[j] - moved[j]) / 1e-6;
      assertThat(gradient[j] + nonSmooth).isCloseTo(all, within(1e-6));
    }
    assertThat(penalty.isSmoothPart()).isEqualTo(gradient[0] != 0.0);
  }

  @ParameterizedTest
  @MethodSource("scaled")
  void shrink_equalsAddingTheGradient(Penalty penalty) {
    double[] w = {0.7, -1.1, 0.4, 5.0};
    double[] gradient = new double[4];
    penalty.addGradient(w, gradient);
    double[] shrunk = w.clone();
    penalty.shrink(shrunk, 0.1);
    for (int j = 0; j < 4; j++) {
      assertThat(shrunk[j]).isCloseTo(w[j] - 0.1 * gradient[j], within(1e-15));
    }
  }

  @ParameterizedTest
  @MethodSource("scaled")
  void exemptCoordinate_isNeverTouched(Penalty penalty) {
    double[] w = {1.0, 1.0, 1.0, 0.1};
    penalty.shrink(w, 0.5);
    penalty.proximal(w, new double[] {10.0, 10.0, 10.0, 10.0});
    double[] gradient = new double[4];
    penalty.addGradient(w, gradient);
    assertThat(w[3]).isEqualTo(0.1);
    assertThat(gradient[3]).isZero();
    assertThat(penalty.value(new double[] {0.0, 0.0, 0.0, 5.0})).isZero();
  }

  @Test
  void withScale_isTheSameTerm() {
    CoordinateScale scale = CoordinateScale.of(2.0, 0.0);
    assertThat(new L2(0.3).withScale(scale)).isEqualTo(new L2(0.3, scale));
    assertThat(new L1(0.3).withScale(scale)).isEqualTo(new L1(0.3, scale));
    assertThat(new ElasticNet(0.3, 0.2).withScale(scale))
        .isEqualTo(new ElasticNet(0.3, 0.2, scale));
    assertThat(new None().withScale(scale)).isEqualTo(new None(scale));
  }

  @Test
  void scaleOfOnes_equalsUniformBitForBit() {
    CoordinateScale ones = CoordinateScale.of(1.0, 1.0, 1.0);
    Random random = new Random(2);
    List<Penalty> uniform = List.of(new L2(0.37), new L1(0.37), new ElasticNet(0.37, 0.21));
    List<Penalty> scaled =
        List.of(new L2(0.37, ones), new L1(0.37, ones), new ElasticNet(0.37, 0.21, ones));
    for (int i = 0; i < uniform.size(); i++) {
      double[] a = random.doubles(3, -1.0, 1.0).toArray();
      double[] b = a.clone();
      double[] rates = {0.1, 0.2, 0.3};
      for (Penalty penalty : List.of(uniform.get(i), scaled.get(i))) {
        double[] w = penalty == uniform.get(i) ? a : b;
        penalty.addGradient(w.clone(), w);
        penalty.shrink(w, 0.123);
        penalty.proximal(w, rates);
      }
      assertThat(a).containsExactly(b);
      assertThat(uniform.get(i).value(a)).isEqualTo(scaled.get(i).value(a));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1.0, Double.NaN, Double.POSITIVE_INFINITY})
  void regParam_outOfRange_isRefused(double lambda) {
    String sentence = "regParam must be at least 0 and finite, but was " + lambda;
    assertThatThrownBy(() -> new L2(lambda)).hasMessage(sentence);
    assertThatThrownBy(() -> new L1(lambda)).hasMessage(sentence);
    assertThatThrownBy(() -> new ElasticNet(lambda, 0.5)).hasMessage(sentence);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void elasticNetParam_outOfRange_isRefused(double alpha) {
    assertThatThrownBy(() -> new ElasticNet(1.0, alpha))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("elasticNetParam must be in [0, 1], but was " + alpha);
  }

  @Test
  void wrongLength_isRefused() {
    assertThatThrownBy(() -> new L2(1.0, SCALE).value(new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the scale has 4 factors, but there are 3 weights");
    assertThatThrownBy(() -> new L2(1.0).addGradient(new double[3], new double[2]))
        .hasMessage("gradient has length 2, but there are 3 weights");
    assertThatThrownBy(() -> new L1(1.0).proximal(new double[3], new double[2]))
        .hasMessage("rates has length 2, but there are 3 weights");
  }

  @ParameterizedTest
  @MethodSource("scaled")
  void serialization_equalAfterwards(Penalty penalty) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(penalty);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(penalty).hasSameHashCodeAs(penalty);
    }
  }
}
