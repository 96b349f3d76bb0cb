package ravine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportFormatTest {
  @ParameterizedTest
  @CsvSource({"a/curve.png,PNG", "curve.HTML,HTML", "s3://b/x.jsonl,JSONL", "x.png.html,HTML"})
  void of_knownEnding_isTheForm(String file, ReportFormat format) {
    assertThat(ReportFormat.of(file)).isEqualTo(format);
  }

  @Test
  void of_unknownEnding_isRefused() {
    assertThatThrownBy(() -> ReportFormat.of("x.gif"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A report must end in .png, .html or .jsonl, but was x.gif.");
  }
}
