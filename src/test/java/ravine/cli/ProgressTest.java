package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import ravine.engine.PassRecord;
import ravine.terminal.Console;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String shown(boolean terminal, boolean forced) {
    Progress progress =
        new Progress(new Console(stream, stream, terminal), forced, "adam", 1000, 20, 1e-6);
    progress.onPass(new PassRecord(0, 0, 0.7, Double.NaN, 0, 0, 0, 0));
    progress.onPass(new PassRecord(5, 50, 0.25, Double.NaN, 0.1, 1, 1, 2));
    progress.done();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void onPass_noTerminal_isQuiet() {
    assertThat(shown(false, false)).isEmpty();
  }

  @Test
  void onPass_terminal_rewritesOneLine() {
    assertThat(shown(true, false))
        .contains("adam: pass 5.0 of 20, objective 0.25", "rows/s", "left")
        .doesNotContain("\n");
  }

  @Test
  void onPass_forced_speaksWithoutTerminal() {
    assertThat(shown(false, true)).contains("pass 5.0 of 20");
  }

  @Test
  void duration_readsWell() {
    assertThat(Progress.duration(12.4)).isEqualTo("12 s");
    assertThat(Progress.duration(75)).isEqualTo("1 min 15 s");
    assertThat(Progress.duration(7260)).isEqualTo("2 h 1 min");
  }

  /** From 1e-2 to 1e-4 in four seconds: to 1e-6 in four more. */
  @Test
  void secondsToTol_boundFalls_isByItsSlope() {
    Progress progress =
        new Progress(new Console(stream, stream, true), false, "adam", 1000, 1000, 1e-6);
    progress.onPass(new PassRecord(0, 0, 1.0, Double.NaN, 0, 0, 0, 0));
    assertThat(progress.secondsToTol()).isNaN();
    progress.onPass(new PassRecord(1, 1, 1.0, Double.NaN, 1, 1, 1, 1, 1e-2, true));
    assertThat(progress.secondsToTol()).isNaN();
    progress.onPass(new PassRecord(2, 2, 1.0, Double.NaN, 1, 1, 1, 5, 1e-4, true));
    assertThat(progress.secondsToTol()).isCloseTo(4.0, within(1e-9));
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("gap at most 1.0e-04, ");
  }

  @Test
  void secondsToTol_boundRises_isNotKnown() {
    Progress progress =
        new Progress(new Console(stream, stream, false), false, "adam", 1000, 1000, 1e-6);
    progress.onPass(new PassRecord(1, 1, 1.0, Double.NaN, 1, 1, 1, 1, 1e-4, true));
    progress.onPass(new PassRecord(2, 2, 1.0, Double.NaN, 1, 1, 1, 5, 1e-2, true));
    assertThat(progress.secondsToTol()).isNaN();
  }
}
