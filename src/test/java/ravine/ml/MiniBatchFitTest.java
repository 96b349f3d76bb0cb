package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MiniBatchFitTest {
  @Test
  void note_validationColumnMarksNoRow_saysSo() {
    assertThat(MiniBatchFit.note("held", 0))
        .isEqualTo(
            "validationIndicatorCol held marks no row of positive weight: all rows train, and"
                + " nothing stops training early.");
    assertThat(MiniBatchFit.note("held", 1)).isEmpty();
    assertThat(MiniBatchFit.note(null, 0)).isEmpty();
  }
}
