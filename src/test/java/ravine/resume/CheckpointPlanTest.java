package ravine.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointPlanTest {
  @Test
  void interval_steps_isOverAfterSoMany() {
    CheckpointPlan.Interval hundred = CheckpointPlan.Interval.of("100");
    assertThat(hundred.isOver(99, 1e9)).isFalse();
    assertThat(hundred.isOver(100, 0.0)).isTrue();
  }

  @Test
  void interval_seconds_isOverAfterSoMany() {
    CheckpointPlan.Interval minute = CheckpointPlan.Interval.of("60s");
    assertThat(minute.isOver(1_000_000, 59.9)).isFalse();
    assertThat(minute.isOver(0, 60.0)).isTrue();
    assertThat(CheckpointPlan.Interval.of(" 0.5s ").seconds()).isEqualTo(0.5);
  }

  @Test
  void interval_minusOne_isNeverOver() {
    assertThat(CheckpointPlan.Interval.of("-1").isOver(Long.MAX_VALUE, 1e18)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-2", "0s", "-1s", "60 s", "60m", "1e3", "ten", "NaNs"})
  void interval_anythingElse_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CheckpointPlan.Interval.of(text))
        .withMessage(
            "checkpointInterval must be a number of steps such as 100, of seconds such as 60s, or"
                + " -1 for a checkpoint at the end alone, but was "
                + text);
  }
}
