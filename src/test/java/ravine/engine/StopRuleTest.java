package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import ravine.exchange.GradientEngine;
import ravine.rule.Sgd;
import ravine.validation.Held;
import ravine.validation.ValidationMetric;

class StopRuleTest {
  private final History history =
      new History(
          List.of(), 1.0, new double[1], ValidationMetric.LOSS, () -> GradientEngine.Spent.NOTHING);

  private static TrainerOptions.Builder options() {
    return TrainerOptions.builder(new Sgd()).maxPasses(10).maxSteps(50).patience(3).tol(1e-3);
  }

  private StopRule rule() {
    return new StopRule(options().build(), history, false);
  }

  private static void pass(History history, int pass, double objective, double validation) {
    PassRecord record = new PassRecord(pass, pass, objective, validation, 0.1, 1.0, 0.0, 0.0);
    history.pass(record, new double[] {pass}, objective, Held.of(validation), 1e-4);
  }

  @Test
  void usedUp_passesOrSteps_areMaxIter() {
    StopRule rule = rule();
    assertThat(rule.usedUp(9, 49)).isNull();
    assertThat(rule.usedUp(10, 0)).isEqualTo(StopReason.MAX_ITER);
    assertThat(rule.usedUp(0, 50)).isEqualTo(StopReason.MAX_ITER);
  }

  @Test
  void watched_noImprovementForPatiencePasses_stopsEarly() {
    StopRule rule = new StopRule(options().build(), history, true);
    pass(history, 0, 9.0, 1.0);
    pass(history, 1, 8.0, 0.5);
    pass(history, 2, 7.0, 0.6);
    assertThat(rule.watched(3)).isNull();
    assertThat(rule.watched(4)).isEqualTo(StopReason.EARLY_STOPPED);
    assertThat(new StopRule(options().build(), history, false).watched(4)).isNull();
  }

  @Test
  void outside_listenerAndPassesAtOnce_namesTheListener() {
    TrainingListener refuses =
        new TrainingListener() {
          @Override
          public boolean onPass(PassRecord pass) {
            return false;
          }
        };
    History stopped = new History(List.of(refuses), 1.0, new double[1]);
    StopRule rule = new StopRule(options().build(), stopped, false);
    assertThat(rule.outside(10, 0)).isEqualTo(StopReason.MAX_ITER);
    pass(stopped, 10, 1.0, Double.NaN);
    assertThat(rule.outside(10, 0)).isEqualTo(StopReason.STOPPED_BY_LISTENER);
  }

  @Test
  void isSmall_gap_isMeasuredAgainstTheObjective() {
    StopRule rule = rule();
    rule.judgeBy(1.0);
    assertThat(rule.isSmall(1e-3, -1.0)).isTrue();
    assertThat(rule.isSmall(1.001e-3, 1.0)).isFalse();
    assertThat(rule.isSmall(Double.NaN, 1.0)).isFalse();
  }

  @Test
  void isSmall_objectiveOfNearlyZero_countsAsAMillionthOfTheFirst() {
    StopRule rule = rule();
    rule.judgeBy(2.0);
    assertThat(rule.isSmall(1.9e-9, 0.0)).isTrue();
    assertThat(rule.isSmall(2.1e-9, 0.0)).isFalse();
  }

  @Test
  void isSmall_tolZero_isNever() {
    StopRule rule = new StopRule(options().tol(0.0).build(), history, false);
    rule.judgeBy(1.0);
    assertThat(rule.isSmall(0.0, 1.0)).isFalse();
  }

  @Test
  void isCalm_looksBackFivePasses() {
    StopRule rule = rule();
    rule.judgeBy(1.0);
    for (int pass = 0; pass < 5; pass++) {
      assertThat(rule.isCalm(pass == 0 ? 1.1 : 1.0)).isFalse();
    }
    assertThat(rule.isCalm(1.0)).as("from 1.1 five passes ago").isFalse();
    assertThat(rule.isCalm(1.0)).as("from 1.0 five passes ago").isTrue();
  }

  @Test
  void isBlownUp_aThousandTimesTheFirst_orNoNumber() {
    StopRule rule = rule();
    rule.judgeBy(2.0);
    assertThat(rule.isBlownUp(2000.0)).isFalse();
    assertThat(rule.isBlownUp(2001.0)).isTrue();
    assertThat(rule.isBlownUp(Double.NaN)).isTrue();
  }

  @Test
  void cause_ofDivergence_saysWhereAndOfWhat() {
    StopRule rule = rule();
    assertThat(rule.cause()).isEmpty();
    rule.judgeBy(2.0);
    rule.rose(1e9, 4);
    assertThat(rule.cause()).isEqualTo("The objective rose from 2.0 to 1.0E9 in pass 4.");
    rule.notFinite(Double.NaN, 1.0, 12, 3, 0.5);
    assertThat(rule.cause()).isEqualTo("The loss is NaN in step 12 (pass 3, learning rate 0.5).");
    rule.notFinite(1.0, Double.POSITIVE_INFINITY, 12, 3, 0.5);
    assertThat(rule.cause()).startsWith("The gradient's norm is Infinity in step 12");
    assertThat(rule.neverBegan(Double.NaN)).isEqualTo(StopReason.DIVERGED);
    assertThat(rule.cause()).isEqualTo("The objective is NaN before the first step.");
    assertThat(rule.neverBegan(1.0)).isEqualTo(StopReason.DIVERGED);
    assertThat(rule.cause()).isEqualTo("The gradient is not finite before the first step.");
  }
}
