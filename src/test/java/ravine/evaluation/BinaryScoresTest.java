package ravine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ravine.evaluation.BinaryScores.Cut;

class BinaryScoresTest {
  private static final BinaryScores SCORES =
      new BinaryScores(
          new double[] {0.1, 0.3, 0.6, 0.9},
          new double[] {50, 30, 15, 5},
          new double[] {1, 4, 5, 10},
          new double[] {6.375, 10.2, 12, 13.5},
          true,
          0.1);

  @Test
  void cuts_goFromNothingToEverything() {
    Cut[] cuts = SCORES.cuts();
    assertThat(cuts).hasSize(5);
    assertThat(cuts[0].recall()).isZero();
    assertThat(cuts[0].precision()).isEqualTo(1);
    assertThat(cuts[2]).isEqualTo(new Cut(0.6, 15, 20, 5, 80));
    assertThat(cuts[4].recall()).isEqualTo(1);
    assertThat(cuts[4].falsePositiveRate()).isEqualTo(1);
    assertThat(cuts[2].f1()).isEqualTo(30.0 / 55);
    assertThat(cuts[2].accuracy()).isEqualTo(95.0 / 120);
  }

  @Test
  void best_byItsWorth_isTheCutThatHasMostOfIt() {
    assertThat(SCORES.best(Cut::f1).threshold()).isEqualTo(0.9);
    assertThat(SCORES.best(Cut::youden).threshold()).isEqualTo(0.6);
    assertThat(SCORES.best(cut -> -100 * cut.falseNegatives() - cut.falsePositives()).threshold())
        .isEqualTo(0.1);
    assertThat(SCORES.best(cut -> -cut.falseNegatives() - 100 * cut.falsePositives()).threshold())
        .isEqualTo(0.9);
  }

  @Test
  void calibration_oneBinOfMostRows_isOneGroup() {
    double[][] groups = SCORES.calibration(4);
    assertThat(groups[0]).containsExactly(0.125, 1.0 / 51, 51);
    double weight = 0;
    for (double[] group : groups) {
      weight += group[2];
    }
    assertThat(weight).isEqualTo(120);
  }

  @Test
  void hasBothClasses_oneMissing_isFalse() {
    double[] none = {0, 0};
    double[] some = {1, 2};
    assertThat(new BinaryScores(some, none, some, some, true, 0).hasBothClasses()).isFalse();
    assertThat(SCORES.hasBothClasses()).isTrue();
  }
}
