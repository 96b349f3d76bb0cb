package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What the estimators' own tests cannot reach: a Spark whose constructors are others. */
class TrainingSummariesTest {
  /** Stands for a summary class with two constructors of as many arguments. */
  public static final class TwoOfOneLength {
    private final String called;

    public TwoOfOneLength(CharSequence text, Integer number) {
      this.called = "text, number";
    }

    public TwoOfOneLength(Integer number, CharSequence text) {
      this.called = "number, text";
    }
  }

  private static final String NAME = TwoOfOneLength.class.getName();

  @Test
  void construct_twoOfOneLength_takesTheOneWhoseTypesFit() {
    assertThat(((TwoOfOneLength) TrainingSummaries.construct(NAME, 1, "a")).called)
        .isEqualTo("number, text");
    assertThat(((TwoOfOneLength) TrainingSummaries.construct(NAME, "a", 1)).called)
        .isEqualTo("text, number");
  }

  @Test
  void construct_noneFits_saysWhichIsMissing() {
    assertThatThrownBy(() -> TrainingSummaries.construct(NAME, "a", 2.0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "This version of Spark is not supported: its training summary should have one"
                + " constructor "
                + NAME
                + "(String, Double).");
  }

  @Test
  void construct_noSuchClass_saysWhichIsMissing() {
    assertThatThrownBy(() -> TrainingSummaries.construct("org.apache.spark.ml.Absent"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("org.apache.spark.ml.Absent");
  }
}
