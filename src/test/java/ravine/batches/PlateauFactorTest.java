package ravine.batches;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ravine.checkpoint.Sections;
import ravine.schedule.Plateau;

class PlateauFactorTest {
  private final PlateauFactor factor = new PlateauFactor(new Plateau(0.1, 0.5, 2));

  private double[] after(double... scores) {
    double[] factors = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      factors[i] = factor.after(scores[i]);
    }
    return factors;
  }

  @Test
  void after_scoresThatFall_staysOne() {
    assertThat(after(4.0, 3.0, 2.0, 1.0, 0.5)).containsOnly(1.0);
  }

  /** Patience is counted from the best pass, and anew after each fall. */
  @Test
  void after_noBetterScoreForPatiencePasses_falls() {
    assertThat(after(1.0, 1.2, 1.1, 1.05, 1.0, 0.5, 0.6, 0.5))
        .containsExactly(1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125);
  }

  @Test
  void after_gainsBelowTheLeast_areNone() {
    assertThat(after(1.0, 1.0 - 1e-6, 1.0 - 2e-6)).containsExactly(1.0, 1.0, 0.5);
  }

  @Test
  void after_noNumber_isNoImprovement() {
    assertThat(after(Double.NaN, Double.NaN, 1.0, Double.NaN)).containsExactly(1.0, 0.5, 0.5, 0.5);
  }

  @Test
  void restore_goesOnAsIfUndisturbed() {
    after(1.0, 2.0, 2.0, 2.0);
    Sections saved = new Sections();
    factor.save(saved);
    PlateauFactor again = new PlateauFactor(new Plateau(0.1, 0.5, 2));
    again.restore(saved);
    for (double score : new double[] {2.0, 0.5, 0.9, 0.9}) {
      assertThat(again.after(score)).isEqualTo(factor.after(score));
    }
  }
}
