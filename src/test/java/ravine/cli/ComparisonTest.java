package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import ravine.engine.PassRecord;

class ComparisonTest {

  @Test
  void arrivals_areTheFirstPassesWithinEachGap() {
    Comparison comparison =
        new Comparison().least(2.0).add("a", history(0.5, 4.0, 2.1, 2.0002, 2.5));

    assertThat(comparison.arrivals())
        .containsExactly(List.of("a", "1 (0.50)", "2 (1.00)", "2 (1.00)", "2 (1.00)", "–", "–"));
    assertThat(comparison.passesTo("a", 1e-2)).isEqualTo(2);
    assertThat(comparison.passesTo("a", 1e-5)).isEqualTo(-1);
    assertThat(comparison.gapAtBest("a")).isCloseTo(1e-4, within(1e-12));
  }

  @Test
  void advice_sooner_isTaken() {
    Comparison comparison =
        new Comparison()
            .least(1.0)
            .add("slow", history(2.0, 3.0, 1.0 + 1e-7))
            .add("quick", history(0.1, 3.0, 2.0, 1.0 + 1e-7));

    assertThat(comparison.advice())
        .isEqualTo(
            "Take quick: it was within 1e-6 of the least objective after 2 passes and 0.20 s;"
                + " the next, slow, took 1 pass and 2.00 s.");
  }

  @Test
  void advice_clockTellsNoDifference_goesByPasses() {
    Comparison comparison =
        new Comparison()
            .least(1.0)
            .add("many", history(0.1, 3.0, 2.0, 1.001))
            .add("few", history(0.22, 3.0, 1.001));

    assertThat(comparison.advice())
        .startsWith("Take few: it was within 1e-3 of the least objective after 1 pass")
        .endsWith("; many took about as long, in 2 passes.");
  }

  /** Least squares, say, which needs no rule: its sums are solved. */
  @Test
  void advice_allAlike_takesAny() {
    Comparison comparison =
        new Comparison()
            .least(1.0)
            .add("one", history(0.01, 3.0, 1.001))
            .add("other", history(0.002, 3.0, 1.001));

    assertThat(comparison.advice())
        .isEqualTo(
            "Take any of these: each was within 1e-3 of the least objective after 1 pass, and the"
                + " clock tells no difference.");
  }

  @Test
  void advice_oneThatComesNearer_isTakenThoughItIsSlower() {
    Comparison comparison =
        new Comparison()
            .least(1.0)
            .add("near", history(5.0, 3.0, 1.0001))
            .add("far", history(0.1, 3.0, 1.5));

    assertThat(comparison.advice())
        .isEqualTo(
            "Take near: it was within 1e-4 of the least objective after 1 pass and 5.00 s;"
                + " no other came so near in the passes it had.");
  }

  @Test
  void advice_noneNear_saysSo() {
    Comparison comparison = new Comparison().least(1.0).add("a", history(1.0, 3.0, 2.0));

    assertThat(comparison.advice()).startsWith("Take none of these yet");
  }

  @Test
  void measuredFrom_nothingProven_namesTheBestReached() {
    Comparison comparison =
        new Comparison().add("a", history(1.0, 3.0, 2.0)).add("b", history(1.0, 3.0, 1.5));

    assertThat(comparison.measuredFrom()).contains("best objective", "1.5", "is not known");
    assertThat(comparison.gapAtBest("b")).isZero();
  }

  @Test
  void charts_infiniteObjective_breaksTheLine() {
    Comparison comparison =
        new Comparison().least(1.0).add("a", history(1.0, 3.0, Double.POSITIVE_INFINITY, 1.1));

    assertThat(comparison.byPasses().html("f") + comparison.bySeconds().html("g"))
        .contains("passes over the data", "seconds")
        .doesNotContain("NaN", "Infinity");
  }

  private static List<PassRecord> history(double secondsOfPass, double... objectives) {
    List<PassRecord> passes = new ArrayList<>();
    for (int i = 0; i < objectives.length; i++) {
      passes.add(new PassRecord(i, i, objectives[i], Double.NaN, 0.1, 0, 0, i * secondsOfPass));
    }
    return passes;
  }
}
