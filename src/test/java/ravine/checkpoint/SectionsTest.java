package ravine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SectionsTest {
  private static final Sections SOME =
      new Sections().putNumbers("weights", 1.0, 2.0).putIntegers("steps", 3).putText("rule", "sgd");

  @Test
  void get_whatWasPut_isThere() {
    assertThat(SOME.numbers("weights", 2)).containsExactly(1.0, 2.0);
    assertThat(SOME.integer("steps")).isEqualTo(3);
    assertThat(SOME.text("rule")).isEqualTo("sgd");
    assertThat(SOME.names()).containsExactly("rule", "steps", "weights");
    assertThat(SOME.isNumbers("weights")).isTrue();
    assertThat(SOME.isNumbers("steps")).isFalse();
    assertThat(SOME.has("other")).isFalse();
  }

  @Test
  void get_whatIsNotThere_isNamed() {
    assertThatThrownBy(() -> SOME.text("way"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("the checkpoint has no way");
    assertThatThrownBy(() -> SOME.integers("rule")).hasMessage("rule is not integers");
    assertThatThrownBy(() -> SOME.numbers("weights", 3))
        .hasMessage("weights must have the length 3, but has 2");
  }

  @Test
  void equals_otherBits_differs() {
    assertThat(new Sections().putNumbers("a", Double.NaN))
        .isEqualTo(new Sections().putNumbers("a", Double.NaN))
        .isNotEqualTo(new Sections().putNumbers("a", 0.0))
        .isNotEqualTo(new Sections().putNumbers("b", Double.NaN))
        .isNotEqualTo(new Sections().putIntegers("a", 0));
    assertThat(new Sections().putNumbers("a", 0.0))
        .isNotEqualTo(new Sections().putNumbers("a", -0.0));
  }
}
