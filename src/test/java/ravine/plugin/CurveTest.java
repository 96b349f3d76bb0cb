package ravine.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CurveTest {
  private static Curve line(int points) {
    Curve curve = new Curve();
    for (int i = 0; i < points; i++) {
      curve = curve.plus(Curve.point(i, i, i, 1.0 / (1 + i), Double.NaN, Double.NaN, 0.1), points);
    }
    return curve;
  }

  @Test
  void plus_nothingKnown_leavesAColumnEmpty() {
    assertThat(line(3).validation).isEmpty();
    assertThat(line(3).rate).containsExactly(Double.NaN, 0.1, 0.1);
    assertThat(Curve.at(line(3).gap, 1)).isNaN();
  }

  @Test
  void withLastGap_isThatOfTheLastPoint() {
    assertThat(line(3).withLastGap(0.5).gap).containsExactly(Double.NaN, Double.NaN, 0.5);
    assertThat(new Curve().withLastGap(0.5).size()).isZero();
  }

  @Test
  void thinned_keepsTheEndsAndTheBeginningDense() {
    Curve some = line(1000).thinned(50);

    assertThat(some.size()).isEqualTo(50);
    assertThat(some.pass).startsWith(0.0, 1.0, 2.0, 3.0).endsWith(999.0).isSorted();
    assertThat(some.objective[1]).isEqualTo(0.5);
  }

  @Test
  void byGap_ofAFallingBound_isWhenItWillBeWithinTol() {
    Curve curve = new Curve();
    for (int i = 0; i < 6; i++) { // a tenth every two seconds
      curve = curve.plus(Curve.point(i, i, 2.0 * i, 0.5, Double.NaN, Math.pow(10.0, -i), 0.1), 100);
    }
    // From 1e-5 to 0.5e-7: 2.301 tenths.
    assertThat(TimeLeft.byGap(curve, 1e-7)).isCloseTo(4.602, within(0.01));
    assertThat(TimeLeft.byGap(curve, 0.0)).isNaN();
    assertThat(TimeLeft.byGap(line(5), 1e-7)).isNaN();
    assertThat(TimeLeft.byPasses(curve, new Curve(), 10)).isCloseTo(10.0, within(1e-9));
    assertThat(TimeLeft.byPasses(new Curve(), new Curve(), 10)).isNaN();
  }

  private static org.assertj.core.data.Offset<Double> within(double value) {
    return org.assertj.core.data.Offset.offset(value);
  }
}
