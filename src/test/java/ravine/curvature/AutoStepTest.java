package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.rule.Nesterov;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.spec.Specs;

class AutoStepTest {
  static Iterable<String> rules() {
    return Specs.ruleNames();
  }

  @Test
  void rate_plainDescent_isOneOverTheCurvature() {
    assertThat(AutoStep.rate(new Sgd(), 4.0, false, 1)).isCloseTo(0.25, within(1e-15));
  }

  @Test
  void rate_noisyNag_allowsForWhatTheVelocityMakesOfNoise() {
    assertThat(AutoStep.rate(new Nesterov(0.75), 2.0, false, 1)).isCloseTo(0.5, within(1e-15));
    assertThat(AutoStep.rate(new Nesterov(0.75), 2.0, true, 1)).isCloseTo(0.125, within(1e-15));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void rate_everyRule_isPositiveAndFinite_flatOrSteep(String name) {
    UpdateRule rule = Specs.rule(name);
    for (double curvature : new double[] {0.0, 1e-6, 1.0, 1e12}) {
      assertThat(AutoStep.rate(rule, curvature, true, 1000))
          .isGreaterThan(0.0)
          .isLessThan(Double.POSITIVE_INFINITY);
    }
    double half = AutoStep.rate(rule, 2.0, true, 10) / AutoStep.rate(rule, 1.0, true, 10);
    assertThat(half).isCloseTo(rule.normalises() ? 1.0 : 0.5, within(1e-12));
  }
}
