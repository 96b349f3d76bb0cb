package ravine.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers worked out by hand or with 50-digit arithmetic. */
class LossValuesTest {

  /** Loss and derivatives of one row of one margin, label and unit weight. */
  private static void check(
      Loss loss, double margin, double label, double value, double derivative) {
    double[] margins = {margin};
    double[] labels = {label};
    assertThat(loss.value(1, margins, labels, null, 0)).isCloseTo(value, relative(value));
    assertThat(loss.derivatives(1, margins, labels, null, 0)).isCloseTo(value, relative(value));
    assertThat(margins[0]).isCloseTo(derivative, relative(derivative));
  }

  private static org.assertj.core.data.Offset<Double> relative(double expected) {
    return within(4e-16 * Math.abs(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0.6931471805599453, -0.5",
    "0, 0, 0.6931471805599453, 0.5",
    "2, 1, 0.12692801104297249, -0.11920292202211755",
    "2, 0, 2.1269280110429727, 0.8807970779778825",
    "-2, 1, 2.1269280110429727, -0.8807970779778825",
    "40, 1, 4.248354255291589e-18, -4.248354255291589e-18",
    "700, 1, 9.859676543759770e-305, -9.859676543759770e-305",
    "1000, 1, 0, 0",
    "1000, 0, 1000, 1",
    "-1000, 1, 1000, -1",
    "-1000, 0, 0, 0",
  })
  void logistic(double margin, double label, double value, double derivative) {
    check(new Logistic(), margin, label, value, derivative);
  }

  @ParameterizedTest
  @CsvSource({"3, 1, 2, 2", "-1000, 0, 500000, -1000", "1.5, 1.5, 0, 0"})
  void squared(double margin, double label, double value, double derivative) {
    check(new Squared(), margin, label, value, derivative);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, -1",
    "0, 0, 1, 1",
    "0.5, 1, 0.5, -1",
    "0.5, 0, 1.5, 1",
    "1, 1, 0, 0",
    "-1, 0, 0, 0",
    "1000, 1, 0, 0",
    "1000, 0, 1001, 1",
    "-1000, 1, 1001, -1",
  })
  void hinge(double margin, double label, double value, double derivative) {
    check(new Hinge(), margin, label, value, derivative);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, -2",
    "0.5, 1, 0.25, -1",
    "0.5, 0, 2.25, 3",
    "1, 1, 0, 0",
    "1000, 1, 0, 0",
    "1000, 0, 1002001, 2002",
    "-1000, 1, 1002001, -2002",
  })
  void squaredHinge(double margin, double label, double value, double derivative) {
    check(new SquaredHinge(), margin, label, value, derivative);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0.5, 1",
    "2, 0, 2, 2",
    "3, 0, 4, 2",
    "-3, 0, 4, -2",
    "1000, 0, 1998, 2",
    "-1000, 0, 1998, -2",
  })
  void huber_threshold2(double margin, double label, double value, double derivative) {
    check(new Huber(2.0), margin, label, value, derivative);
  }

  @Test
  void concomitantHuber_sigma2_isSparksFormula() {
    ConcomitantHuber loss = new ConcomitantHuber(1.5);
    double[] logScale = {Math.log(2.0)};
    double[] margins = {1.0, 5.0, -5.0};
    double[] labels = {0.0, 0.0, 0.0};
    double[] gradient = {0.0};

    double sum = loss.derivatives(3, margins, labels, null, 0, logScale, gradient);

    // ½(2 + 1/2) = 1.25 within 1.5σ = 3; ½(2 + 2·1.5·5 − 2.25·2) = 6.25 beyond it, twice.
    assertThat(sum).isCloseTo(1.25 + 6.25 + 6.25, within(1e-14));
    assertThat(margins[0]).isCloseTo(0.5, within(1e-15));
    assertThat(margins[1]).isEqualTo(1.5);
    assertThat(margins[2]).isEqualTo(-1.5);
    // ½(2 − 1/2) = 0.75, ½(1 − 2.25)·2 = −1.25 twice.
    assertThat(gradient[0]).isCloseTo(0.75 - 2.5, within(1e-14));
  }

  @Test
  void concomitantHuber_scaleUnderflows_staysFinite() {
    ConcomitantHuber loss = new ConcomitantHuber(1.5);
    double[] margins = {0.0, 2.0};
    double[] gradient = {0.0};
    double sum =
        loss.derivatives(2, margins, new double[2], null, 0, new double[] {-1000.0}, gradient);
    assertThat(sum).isEqualTo(3.0);
    assertThat(margins[1]).isEqualTo(1.5);
    assertThat(gradient[0]).isZero();
  }

  @Test
  void concomitantHuber_noParameterGiven_isRefused() {
    assertThatThrownBy(
            () -> new ConcomitantHuber(1.5).value(0, new double[0], new double[0], null, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("extra must hold 1 parameter, ln sigma, but held 0");
  }

  @Test
  void softmax_threeClasses_matchesHandArithmetic() {
    double[] margins = {Math.log(1.0), Math.log(2.0), Math.log(5.0)};
    double sum = new Softmax(3).derivatives(1, margins, new double[] {1.0}, null, 0);
    assertThat(sum).isCloseTo(Math.log(4.0), within(1e-15));
    assertThat(margins).containsExactly(new double[] {0.125, -0.75, 0.625}, within(1e-15));
  }

  @Test
  void softmax_margins1000_isExact() {
    double[] margins = {1000.0, -1000.0, 0.0};
    Softmax softmax = new Softmax(3);
    assertThat(softmax.value(1, margins, new double[] {0.0}, null, 0)).isZero();
    assertThat(softmax.value(1, margins, new double[] {1.0}, null, 0)).isEqualTo(2000.0);
    assertThat(softmax.derivatives(1, margins, new double[] {1.0}, null, 0)).isEqualTo(2000.0);
    assertThat(margins).containsExactly(1.0, -1.0, 0.0);
  }

  @Test
  void softmax_twoClasses_equalsLogistic() {
    for (double m : new double[] {-1000, -40, -3, -0.1, 0, 0.1, 3, 40, 1000}) {
      for (double label : new double[] {0.0, 1.0}) {
        double[] two = {0.0, m};
        double[] one = {m};
        double[] labels = {label};
        double expected = new Logistic().derivatives(1, one, labels, null, 0);
        double actual = new Softmax(2).derivatives(1, two, labels, null, 0);
        assertThat(actual).isCloseTo(expected, within(4e-16 * expected));
        assertThat(two[1]).isCloseTo(one[0], within(4e-16));
        assertThat(two[0]).isCloseTo(-one[0], within(4e-16));
      }
    }
  }

  @Test
  void constructors_badArguments_areNamed() {
    assertThatThrownBy(() -> new Softmax(1)).hasMessage("classes must be at least 2, but was 1");
    assertThatThrownBy(() -> new Huber(0.0))
        .hasMessage("epsilon must be greater than 0 and finite, but was 0.0");
    assertThatThrownBy(() -> new Huber(Double.NaN))
        .hasMessage("epsilon must be greater than 0 and finite, but was NaN");
    assertThatThrownBy(() -> new ConcomitantHuber(1.0))
        .hasMessage("epsilon must be greater than 1 and finite, but was 1.0");
  }

  @Test
  void softHinge_anyWidth_liesAboveTheHingeByWidthLog2AtMost() {
    double[] slacks = {-1e6, -2.0, -1e-3, 0.0, 1e-9, 0.5, 3.0, 1e6};
    for (double width : new double[] {1.0, 1e-3, 1e-12, 1e-300}) {
      double[] extra = {Math.log(width)};
      for (double slack : slacks) {
        double[] margins = {1.0 - slack};
        double hinge = new Hinge().value(1, margins, new double[] {1.0}, null, 0);
        double soft = new SoftHinge().value(1, margins, new double[] {1.0}, null, 0, extra);
        assertThat(soft - hinge).isBetween(0.0, width * Math.log(2.0) * (1.0 + 1e-12) + 1e-16);
      }
    }
  }

  @Test
  void softHinge_atTheKink_hasHalfTheSlopeAndAQuarterOfTheInverseWidth() {
    double[] extra = {Math.log(0.01)};
    double[] margins = {1.0};
    double[] curvature = new double[1];
    new SoftHinge().curvatures(1, margins, new double[] {1.0}, null, 0, extra, curvature);
    double[] byWidth = new double[1];
    double loss =
        new SoftHinge().derivatives(1, margins, new double[] {1.0}, null, 0, extra, byWidth);

    assertThat(margins[0]).isEqualTo(-0.5);
    assertThat(curvature[0]).isCloseTo(25.0, within(1e-12));
    assertThat(loss).isCloseTo(0.01 * Math.log(2.0), within(1e-15));
    assertThat(byWidth[0]).isCloseTo(0.01 * Math.log(2.0), within(1e-15));
  }

  @Test
  void softHinge_farFromTheKink_hasNoCurvature() {
    double[] curvature = {1.0};
    new SoftHinge()
        .curvatures(1, new double[] {5.0}, new double[] {1.0}, null, 0, new double[1], curvature);
    assertThat(curvature[0]).isPositive();
    new SoftHinge()
        .curvatures(1, new double[] {50.0}, new double[] {1.0}, null, 0, new double[1], curvature);
    assertThat(curvature[0]).isZero();
  }
}
