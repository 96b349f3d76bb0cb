package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PiecewiseLineTest {

  /** P = ½x² − bx + l1|x| from x = 1 towards b = −3: past 0, with l1 = 1, to −2. */
  @Test
  void minimise_pastZero_endsOnTheOtherSide() {
    PiecewiseLine line = line(1.0, -3.0, 1.0);
    assertThat(line.step()).isCloseTo(3.0, within(1e-15));
    assertThat(line.decrease()).isCloseTo(4.5 + 2.0, within(1e-14));
    assertThat(line.isFlat()).isTrue();
  }

  /** With b = −0.5 inside the box, the minimum is the kink at 0. */
  @Test
  void minimise_kink_endsExactlyThere() {
    PiecewiseLine line = line(1.0, -0.5, 1.0);
    assertThat(line.step()).isEqualTo(1.0);
    assertThat(line.decrease()).isCloseTo(0.5 + 0.5 + 1.0, within(1e-15));
    assertThat(line.isFlat()).isFalse();
  }

  @Test
  void minimise_uphill_staysWhereItIs() {
    PiecewiseLine line = line(1.0, 10.0, 1.0);
    assertThat(line.step()).isZero();
    assertThat(line.decrease()).isZero();
  }

  @Test
  void minimise_noCurvatureAndNoPoint_staysWhereItIs() {
    PiecewiseLine line = new PiecewiseLine(1);
    line.minimise(
        new double[1], new double[] {1.0}, new double[1], new double[] {1.0}, 1e-17, true);
    assertThat(line.step()).isZero();
  }

  private static PiecewiseLine line(double x, double b, double l1) {
    PiecewiseLine line = new PiecewiseLine(1);
    line.minimise(
        new double[] {x}, new double[] {-1.0}, new double[] {l1}, new double[] {b - x}, 1.0, false);
    return line;
  }
}
