package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import ravine.checkpoint.Sections;
import ravine.curvature.Certificate;
import ravine.exchange.GradientEngine;
import ravine.step.Motion;
import ravine.validation.Held;
import ravine.validation.ValidationMetric;

class HistoryTest {
  private static History history(boolean validates) {
    return new History(
        List.of(),
        2.0,
        new double[] {-1.0},
        validates ? ValidationMetric.LOSS : null,
        () -> GradientEngine.Spent.NOTHING);
  }

  private static void pass(History history, int pass, double objective, double validation) {
    PassRecord record = new PassRecord(pass, pass, objective, validation, 0.1, 1.0, 0.0, 0.0);
    history.pass(record, new double[] {pass}, objective, Held.of(validation), 0.01);
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
    history.pass(record, weights, 1.0, Held.of(Double.NaN), 0.01);
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

  /** xgboost once counted patience from the last pass, and stopped runs that still gained. */
  @Test
  void lastImprovement_manySmallGains_countOnceTheyAreLargeTogether() {
    History history = history(true);
    pass(history, 0, 1.0, 1.0);
    pass(history, 1, 1.0, 0.996);
    pass(history, 2, 1.0, 0.992);
    assertThat(history.lastImprovement()).isZero();
    pass(history, 3, 1.0, 0.988);
    assertThat(history.lastImprovement()).isEqualTo(3);
    pass(history, 4, 1.0, 0.985);
    pass(history, 5, 1.0, 0.99);
    assertThat(history.lastImprovement()).isEqualTo(3);
    assertThat(history.bestWeights()).containsExactly(4.0);
  }

  /** A pass that is better than the one before and worse than the best is no improvement. */
  @Test
  void lastImprovement_betterThanTheLastOnly_isNone() {
    History history = history(true);
    pass(history, 0, 1.0, 0.5);
    pass(history, 1, 1.0, 0.9);
    pass(history, 2, 1.0, 0.7);
    pass(history, 3, 1.0, 0.6);
    assertThat(history.lastImprovement()).isZero();
    assertThat(history.passesWithoutImprovement()).isEqualTo(3);
  }

  @Test
  void pass_areaAsMetric_largestIsBest() {
    History history =
        new History(
            List.of(),
            1.0,
            new double[1],
            ValidationMetric.AREA_UNDER_ROC,
            () -> GradientEngine.Spent.NOTHING);
    double[] areas = {0.5, 0.8, 0.7};
    for (int pass = 0; pass < areas.length; pass++) {
      PassRecord record = new PassRecord(pass, pass, 1.0, 1.0 + pass, 0.1, 1.0, 0.0, 0.0);
      history.pass(record, new double[] {pass}, 1.0, new Held(1.0 + pass, areas[pass]), 0.0);
    }
    assertThat(history.bestPass()).isEqualTo(1);
    assertThat(history.passes())
        .extracting(PassRecord::validationMetric)
        .containsExactly(0.5, 0.8, 0.7);
  }

  private static StepRecord moved(long step, double cosine, double ratio) {
    return new StepRecord(
        step, 0.1, 1.0, 0.1, 1.0, 1.0, 0.0, 0.0, 0.0, new Motion(0.9, cosine, ratio), 0L);
  }

  @Test
  void pass_afterSteps_hasTheMeanOfWhatWasMeasuredAndWhatWasSpent() {
    GradientEngine.Spent[] spent = {new GradientEngine.Spent(1.0, 2.0, 100L)};
    History history = new History(List.of(), 1.0, new double[1], null, () -> spent[0]);
    pass(history, 0, 1.0, Double.NaN);
    history.step(moved(1, Double.NaN, 0.5), () -> new double[1]);
    spent[0] = new GradientEngine.Spent(1.5, 2.25, 170L);
    history.step(moved(2, -0.5, 0.1), () -> new double[1]);
    history.step(moved(3, 0.25, Double.NaN), () -> new double[1]);
    pass(history, 1, 1.0, Double.NaN);
    pass(history, 2, 1.0, Double.NaN);
    PassRecord after = history.passes().get(1);
    assertThat(after.motion().momentum()).isEqualTo(0.9);
    assertThat(after.motion().cosine()).isEqualTo(-0.125);
    assertThat(after.motion().updateRatio()).isEqualTo(0.3);
    assertThat(after.cost().computeSeconds()).isEqualTo(0.5);
    assertThat(after.cost().exchangeSeconds()).isEqualTo(0.25);
    assertThat(after.cost().bytes()).isEqualTo(70L);
    assertThat(history.steps()).extracting(StepRecord::bytes).containsExactly(100L, 70L, 0L);
    assertThat(history.passes().get(2).motion().cosine()).isNaN();
  }

  /** Files of the versions before have neither motion nor cost. */
  @Test
  void restore_fileOfAnEarlierVersion_isReadWithWhatItHas() {
    History history = new History(List.of(), 1.0, new double[1]);
    history.step(moved(1, 0.5, 0.5), () -> new double[1]);
    pass(history, 0, 1.0, Double.NaN);
    pass(history, 1, 0.5, Double.NaN);
    Sections saved = new Sections();
    history.save(saved);
    Sections earlier = new Sections();
    for (String name : List.of("history.passes", "best.weights", "best.score", "history.seconds")) {
      earlier.putNumbers(name, saved.numbers(name));
    }
    for (String name : List.of("history.steps", "history.ends")) {
      earlier.putNumbers(name, saved.numbers(name));
    }
    for (String name : List.of("best.pass", "history.made")) {
      earlier.putIntegers(name, saved.integers(name));
    }
    History again = new History(List.of(), 1.0, new double[1]);
    again.restore(earlier);
    assertThat(again.passes()).extracting(PassRecord::objective).containsExactly(1.0, 0.5);
    assertThat(again.passes().get(0).motion()).isEqualTo(Motion.UNKNOWN);
    assertThat(again.steps().get(0).motion()).isEqualTo(Motion.UNKNOWN);
    History whole = new History(List.of(), 1.0, new double[1]);
    whole.restore(saved);
    assertThat(whole.passes()).isEqualTo(history.passes());
    assertThat(whole.steps()).isEqualTo(history.steps());
  }
}
