package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import ravine.curvature.Certificate;

class HistoryTest {
  private static History history(boolean validates) {
    return new History(List.of(), 2.0, new double[] {-1.0}, validates);
  }

  private static void pass(History history, int pass, double objective, double validation) {
    PassRecord record = new PassRecord(pass, pass, objective, validation, 0.1, 1.0, 0.0, 0.0);
    history.pass(record, new double[] {pass}, objective, validation, 0.01);
  }

  @Test
  void bestWeights_beforeAnyPass_areTheInitialOnes() {
    assertThat(history(false).bestWeights()).containsExactly(-1.0);
  }

  @Test
  void pass_withoutValidation_lowestObjectiveIsBest() {
    History history = history(false);
    pass(history, 0, 3.0, Double.NaN);
    pass(history, 1, 1.0, Double.NaN);
    pass(history, 2, 2.0, Double.NaN);
    assertThat(history.bestPass()).isEqualTo(1);
    assertThat(history.bestWeights()).containsExactly(1.0);
  }

  @Test
  void pass_withValidation_lowestValidationLossIsBest() {
    History history = history(true);
    pass(history, 0, 3.0, 0.5);
    pass(history, 1, 1.0, 0.9);
    assertThat(history.bestPass()).isZero();
  }

  /** The objective stood in for it, and being smaller than any validation loss, won. */
  @Test
  void pass_validationLossNoNumber_isNotReplacedByTheObjective() {
    History history = history(true);
    pass(history, 0, 0.3, 0.8);
    pass(history, 1, 0.2, 0.7);
    pass(history, 2, 0.1, Double.NaN);
    pass(history, 3, 0.1, Double.POSITIVE_INFINITY);
    assertThat(history.bestPass()).isEqualTo(1);
    assertThat(history.lastImprovement()).isEqualTo(1);
    pass(history, 4, 0.1, 0.6);
    assertThat(history.bestPass()).isEqualTo(4);
  }

  @Test
  void pass_firstValidationLossNoNumber_isBestUntilThereIsOne() {
    History history = history(true);
    pass(history, 0, 0.3, Double.NaN);
    assertThat(history.bestWeights()).containsExactly(0.0);
    pass(history, 1, 0.4, 9.0);
    assertThat(history.bestWeights()).containsExactly(1.0);
    assertThat(history.lastImprovement()).isEqualTo(1);
  }

  @Test
  void lastImprovement_byLessThanTheMargin_isNone() {
    History history = history(false);
    pass(history, 0, 1.0, Double.NaN);
    pass(history, 1, 0.995, Double.NaN);
    assertThat(history.lastImprovement()).isZero();
    assertThat(history.bestPass()).isEqualTo(1);
    pass(history, 2, 0.98, Double.NaN);
    assertThat(history.lastImprovement()).isEqualTo(2);
  }

  @Test
  void bestWeights_changedByTheLoopLater_keepTheirValues() {
    History history = history(false);
    double[] weights = {7.0};
    PassRecord record = new PassRecord(0, 0, 1.0, Double.NaN, 0.1, 1.0, 0.0, 0.0);
    history.pass(record, weights, 1.0, Double.NaN, 0.01);
    weights[0] = 8.0;
    assertThat(history.bestWeights()).containsExactly(7.0);
  }

  private static Certificate certificate(double bound, boolean isProven, int worst) {
    return new Certificate(bound, isProven, Certificate.Kind.DUALITY_GAP, worst, 0.5);
  }

  /** In reported units, which are twice the loop's here; the latest word counts. */
  @Test
  void judged_isWrittenIntoTheRecordOfThatPass() {
    History history = history(false);
    pass(history, 0, 3.0, Double.NaN);
    history.judged(certificate(2.5, true, 0));
    pass(history, 1, 1.0, Double.NaN);
    history.judged(certificate(0.7, false, 0));
    history.judged(certificate(0.5, true, 0));
    pass(history, 2, 1.0, Double.NaN);
    history.judged(Certificate.none());
    assertThat(history.passes())
        .extracting(PassRecord::gapBound)
        .containsExactly(5.0, 1.0, Double.NaN);
    assertThat(history.passes())
        .extracting(PassRecord::gapIsProven)
        .containsExactly(true, true, false);
  }

  @Test
  void worthOfBest_lastIsBest_isItsOwn() {
    History history = history(false);
    pass(history, 0, 3.0, Double.NaN);
    Certificate last = certificate(0.25, false, 3);
    history.judged(last);
    assertThat(history.worthOfBest(objective -> certificate(2.0, true, 1))).isEqualTo(last);
  }

  /** Before, an early stop told the bound of the last weights, which are not those returned. */
  @Test
  void worthOfBest_anEarlierPassIsBest_isItsObjectiveLessWhatTheLastProved() {
    History history = history(true);
    pass(history, 0, 3.0, 0.1);
    history.judged(certificate(2.9, true, 7));
    pass(history, 1, 1.0, 0.9);
    history.judged(certificate(0.1, true, 2));
    double lower = 0.9;
    Certificate worth = history.worthOfBest(objective -> certificate(objective - lower, true, 2));
    assertThat(worth).isEqualTo(certificate(3.0 - lower, true, 7));
  }

  @Test
  void worthOfBest_estimateOfTheLastPass_servesAnEarlierOne() {
    History history = history(true);
    pass(history, 0, 3.0, 0.1);
    history.judged(certificate(2.9, true, 7));
    pass(history, 1, 1.0, 0.9);
    history.judged(certificate(0.25, false, 2));
    Certificate worth = history.worthOfBest(objective -> certificate(objective, true, 2));
    assertThat(worth).isEqualTo(certificate(2.25, false, 7));
  }

  @Test
  void worthOfBest_lastIsNoNumber_isWhatIsProvenOfTheBest() {
    History history = history(false);
    pass(history, 0, 3.0, Double.NaN);
    history.judged(certificate(2.0, true, 4));
    pass(history, 1, Double.POSITIVE_INFINITY, Double.NaN);
    history.judged(Certificate.none());
    assertThat(history.worthOfBest(objective -> certificate(objective - 1.5, true, 0)))
        .isEqualTo(certificate(1.5, true, 4));
  }

  @Test
  void preferLast_returnsTheLastPass() {
    History history = history(false);
    pass(history, 0, 1.0, Double.NaN);
    pass(history, 1, 2.0, Double.NaN);
    history.preferLast(new double[] {5.0});
    assertThat(history.bestPass()).isEqualTo(1);
    assertThat(history.bestWeights()).containsExactly(5.0);
  }
}
