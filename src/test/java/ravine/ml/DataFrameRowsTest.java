package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DataFrameRowsTest {
  @Test
  void note_validationColumnMarksNoRow_saysSo() {
    assertThat(DataFrameRows.note("held", 0))
        .isEqualTo(
            "validationIndicatorCol held marks no row of positive weight: all rows train, and"
                + " nothing stops training early.");
    assertThat(DataFrameRows.note("held", 1)).isEmpty();
    assertThat(DataFrameRows.note(null, 0)).isEmpty();
  }
}
