package ravine.penalty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CoordinateScaleTest {

  @Test
  void uniform_everyFactorIs1() {
    CoordinateScale scale = CoordinateScale.uniform();
    assertThat(scale.isUniform()).isTrue();
    assertThat(scale.at(12345)).isEqualTo(1.0);
    assertThatCode(() -> scale.requireDimension(7)).doesNotThrowAnyException();
    assertThat(scale).hasToString("uniform");
  }

  @Test
  void of_callerChangesItsArray_scaleKeepsIts() {
    double[] factors = {1.0, 0.0};
    CoordinateScale scale = CoordinateScale.of(factors);
    factors[1] = 5.0;
    assertThat(scale.at(1)).isZero();
    assertThat(scale.isUniform()).isFalse();
  }

  @Test
  void exemptLast_isZeroThereOnly() {
    assertThat(CoordinateScale.exemptLast(3)).isEqualTo(CoordinateScale.of(1.0, 1.0, 0.0));
    assertThat(CoordinateScale.exemptLast(1)).isEqualTo(CoordinateScale.of(0.0));
    assertThatThrownBy(() -> CoordinateScale.exemptLast(0))
        .hasMessage("dimension must be at least 1, but was 0");
  }

  @Test
  void plusExempt_keepsTheOthers() {
    assertThat(CoordinateScale.of(2.0, 0.5).plusExempt(2))
        .isEqualTo(CoordinateScale.of(2.0, 0.5, 0.0));
    assertThat(CoordinateScale.uniform().plusExempt(2)).isEqualTo(CoordinateScale.exemptLast(3));
  }

  @Test
  void of_badFactor_isNamed() {
    assertThatThrownBy(() -> CoordinateScale.of(1.0, -2.0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("factor 1 must be at least 0 and finite, but was -2.0");
    assertThatThrownBy(() -> CoordinateScale.of(Double.NaN))
        .hasMessage("factor 0 must be at least 0 and finite, but was NaN");
    assertThatThrownBy(() -> CoordinateScale.of(Double.POSITIVE_INFINITY))
        .hasMessage("factor 0 must be at least 0 and finite, but was Infinity");
  }

  @Test
  void equals_comparesFactors() {
    CoordinateScale scale = CoordinateScale.of(1.0, 2.0);
    assertThat(scale).isEqualTo(CoordinateScale.of(1.0, 2.0));
    assertThat(scale).hasSameHashCodeAs(CoordinateScale.of(1.0, 2.0));
    assertThat(scale).isNotEqualTo(CoordinateScale.of(2.0, 1.0));
    assertThat(CoordinateScale.of(1.0)).isNotEqualTo(CoordinateScale.uniform());
  }

  @Test
  void toString_manyFactors_areCutShort() {
    assertThat(CoordinateScale.of(1.0, 0.0)).hasToString("[1.0, 0.0]");
    assertThat(CoordinateScale.exemptLast(100).toString())
        .isEqualTo("[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, … 100 in all]");
  }
}
