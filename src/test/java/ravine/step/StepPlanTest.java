package ravine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.penalty.CoordinateScale;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.schedule.Constant;
import ravine.spec.Specs;

/** What a plan refuses, and what it allows. */
class StepPlanTest {

  private static StepPlan plan(String rule, Penalty penalty) {
    return new StepPlan(Specs.rule(rule), new Constant(1.0), penalty, 0.0);
  }

  private static StepPlan inMetric(String rule) {
    return new StepPlan(Specs.rule(rule), new Constant(1.0), new None(), 0.0, new Doubling());
  }

  /** P = ½. */
  private static final class Doubling implements Metric {
    @Override
    public void solve(double[] gradient) {
      for (int j = 0; j < gradient.length; j++) {
        gradient[j] *= 2.0;
      }
    }

    @Override
    public void proximal(double[] weights, Penalty penalty, double rate) {}

    @Override
    public double squaredNorm(double[] direction) {
      return 0.0;
    }
  }

  @Test
  void constructor_metricWithARuleThatTakesNone_isRefusedWithASentence() {
    for (String rule : new String[] {"adam", "nesterov(form=outside)", "rmsprop"}) {
      assertThatThrownBy(() -> inMetric(rule))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "metric must be null with a rule that takes none, but the rule was "
                  + Specs.rule(rule));
    }
    assertThat(inMetric("nesterov").metric()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum", "nesterov(form=outside)"})
  void canBeExact_linearRule_needsOneCurvatureAndNoThreshold(String rule) {
    CoordinateScale uneven = CoordinateScale.of(1.0, 2.0);
    assertThat(plan(rule, new None()).canBeExact(2)).isTrue();
    assertThat(plan(rule, new L2(1, CoordinateScale.exemptLast(3))).canBeExact(3)).isTrue();
    assertThat(plan(rule, new L2(1, uneven)).canBeExact(2)).isFalse();
    assertThat(plan(rule, new L1(1)).canBeExact(2)).isFalse();
  }

  @Test
  void canBeExact_otherRuleOrMetric_isFalse() {
    assertThat(plan("adam", new None()).canBeExact(2)).isFalse();
    assertThat(inMetric("sgd").canBeExact(2)).isFalse();
  }

  @Test
  void canWait_everyRule_isTrueUnlessAVelocityMovesWeights() {
    for (String rule : Specs.ruleNames()) {
      boolean driven = rule.equals("momentum") || rule.equals("nesterov");
      assertThat(plan(rule, new L1(1)).canWait()).as(rule).isEqualTo(!driven);
    }
    assertThat(inMetric("sgd").canWait()).isFalse();
  }
}
