package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static ravine.mllib.RddFixtures.probe;
import static ravine.mllib.RddFixtures.step;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.penalty.CoordinateScale;
import ravine.penalty.L2;
import ravine.rule.Adam;
import ravine.rule.Momentum;
import ravine.rule.Nesterov;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;
import ravine.schedule.Linear;
import ravine.schedule.Schedule;
import scala.Tuple2;

/** One call of {@code compute} after another, as MLlib makes them, without Spark. */
class StatefulUpdaterTest {
  private static final Schedule TENTH = new Constant(0.1);

  static List<UpdateRule> everyRule() {
    return RddFixtures.everyRule();
  }

  @ParameterizedTest
  @MethodSource("everyRule")
  void compute_probe_resetsStateOnly(UpdateRule rule) {
    RuleUpdater updater = new RuleUpdater(rule).setSchedule(TENTH);
    probe(updater, 1.0, -2.0);
    double[] first = step(updater, new double[] {1.0, -2.0}, 0.5, 3.0);
    step(updater, first, -0.5, 1.0);
    assertThat(updater.steps()).isEqualTo(2);

    Vector weights = Vectors.dense(1.0, -2.0);
    Tuple2<Vector, Object> probed = updater.compute(weights, Vectors.zeros(2), 0.0, 1, 0.0);
    assertThat(probed._1().toArray()).containsExactly(1.0, -2.0);
    assertThat(probed._1()).isNotSameAs(weights);
    assertThat(probed._2()).isEqualTo(0.0);
    assertThat(updater.steps()).isZero();
    assertThat(updater.rule()).isSameAs(rule);
    assertThat(step(updater, new double[] {1.0, -2.0}, 0.5, 3.0)).containsExactly(first);
  }

  @ParameterizedTest
  @MethodSource("everyRule")
  void compute_leavesArgumentsAlone_andSharesNothing(UpdateRule rule) {
    RuleUpdater updater = new RuleUpdater(rule).setSchedule(TENTH).setPenalty(new L2(0.5));
    double[] weights = {1.0, -2.0, 0.25};
    double[] gradient = {0.5, 3.0, -1.0};
    Vector probed =
        updater.compute(Vectors.dense(weights), Vectors.dense(gradient), 0.0, 1, 0.1)._1();
    assertThat(probed.toArray()).isNotSameAs(weights);
    for (int t = 1; t <= 3; t++) {
      double[] result =
          updater
              .compute(Vectors.dense(weights), Vectors.dense(gradient), 0.1, t, 0.1)
              ._1()
              .toArray();
      assertThat(result).isNotSameAs(weights).isNotEqualTo(weights);
      assertThat(weights).containsExactly(1.0, -2.0, 0.25);
      assertThat(gradient).containsExactly(0.5, 3.0, -1.0);
      double[] held = updater.weights();
      Arrays.fill(result, Double.NaN);
      assertThat(updater.weights()).containsExactly(held);
    }
  }

  @Test
  void compute_sparseVectors_areRead() {
    RuleUpdater updater = new RuleUpdater(new Sgd()).setSchedule(TENTH);
    Vector weights = Vectors.sparse(3, new int[] {1}, new double[] {2.0});
    Vector gradient = Vectors.sparse(3, new int[] {0}, new double[] {1.0});
    updater.compute(weights, Vectors.zeros(3), 0.0, 1, 0.0);
    assertThat(updater.compute(weights, gradient, 0.1, 1, 0.0)._1().toArray())
        .containsExactly(-0.1, 2.0, 0.0);
  }

  @Test
  void compute_firstStepOfAdam_isTheLearningRate() {
    // Its bias correction would be off by one if the probe counted as a step.
    AdamUpdater updater = new AdamUpdater().setSchedule(TENTH);
    double[] weights = {1.0};
    probe(updater, weights);
    assertThat(step(updater, weights, 5.0)[0]).isCloseTo(0.9, within(1e-8));
  }

  @Test
  void compute_withoutProbe_startsFresh() {
    MomentumUpdater updater = new MomentumUpdater(0.5).setSchedule(TENTH);
    double[] first = step(updater, new double[] {1.0}, 1.0);
    assertThat(first[0]).isEqualTo(0.9);
    assertThat(step(updater, first, 1.0)[0]).isCloseTo(0.75, within(1e-15));
  }

  @Test
  void compute_otherDimensionInAFit_isRefused() {
    MomentumUpdater updater = new MomentumUpdater();
    probe(updater, 1.0, 2.0);
    step(updater, new double[] {1.0, 2.0}, 1.0, 1.0);
    assertThatIllegalStateException()
        .isThrownBy(() -> step(updater, new double[] {1.0, 2.0, 3.0}, 1.0, 1.0, 1.0))
        .withMessageContaining("2 weights")
        .withMessageContaining("3");
    probe(updater, 1.0, 2.0, 3.0);
    step(updater, new double[] {1.0, 2.0, 3.0}, 1.0, 1.0, 1.0);
    assertThat(updater.steps()).isEqualTo(1);
  }

  @Test
  void compute_sizesThatDiffer_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> step(new AdamUpdater(), new double[] {1.0, 2.0}, 1.0))
        .withMessageContaining("2")
        .withMessageContaining("1");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void compute_stepSizeOutOfRange_isRefused(double stepSize) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new AdamUpdater().compute(Vectors.zeros(1), Vectors.zeros(1), stepSize, 1, 0.0))
        .withMessageContaining("stepSize");
  }

  @Test
  void compute_iterWithGaps_countsItsOwnSteps() {
    // MLlib skips an empty mini-batch, but its iter goes on.
    Vector weights = Vectors.dense(1.0);
    Vector gradient = Vectors.dense(1.0);
    AdamUpdater gaps = new AdamUpdater().setSchedule(TENTH);
    AdamUpdater none = new AdamUpdater().setSchedule(TENTH);
    probe(gaps, 1.0);
    probe(none, 1.0);
    for (int t = 1; t <= 5; t++) {
      assertThat(gaps.compute(weights, gradient, 0.1, 3 * t, 0.0)._1())
          .isEqualTo(none.compute(weights, gradient, 0.1, t, 0.0)._1());
    }
    assertThat(gaps.steps()).isEqualTo(5);
  }

  @Test
  void compute_defaultLearningRate_isMllibs_withMllibsIter() {
    RuleUpdater updater = new RuleUpdater(new Sgd());
    probe(updater, 1.0);
    Tuple2<Vector, Object> result =
        updater.compute(Vectors.dense(1.0), Vectors.dense(1.0), 0.3, 7, 0.0);
    assertThat(result._1().apply(0)).isEqualTo(1.0 - 0.3 / Math.sqrt(7));
  }

  @Test
  void setSchedule_object_replacesStepSize() {
    RuleUpdater updater = new RuleUpdater(new Sgd()).setSchedule(new Linear(1.0, 0.0, 5));
    probe(updater, 0.0);
    double[] weights = new double[5];
    for (int t = 1; t <= 5; t++) {
      weights[t - 1] =
          updater.compute(Vectors.dense(2.0), Vectors.dense(1.0), 99.0, t, 0.0)._1().apply(0);
    }
    assertThat(weights).containsExactly(1.0, 1.25, 1.5, 1.75, 2.0);
  }

  @Test
  void setSchedule_text_leftOutFirstArgumentIsTheStepSize() {
    double stepSize = 0.25;
    for (String text : new String[] {"constant", "constant(0.25)", "0.25"}) {
      RuleUpdater updater = new RuleUpdater("sgd").setSchedule(text);
      Vector weights = Vectors.dense(2.0);
      updater.compute(weights, Vectors.zeros(1), 0.0, 1, 0.0);
      for (int t = 1; t <= 3; t++) {
        weights = updater.compute(weights, Vectors.dense(1.0), stepSize, t, 0.0)._1();
      }
      assertThat(weights.apply(0)).as(text).isEqualTo(1.25);
    }
    RuleUpdater decaying = new RuleUpdater("sgd").setSchedule("inverse_time(1.0)");
    assertThat(decaying.compute(Vectors.dense(2.0), Vectors.dense(1.0), 0.5, 9, 0.0)._1().apply(0))
        .as("its own count, not MLlib's iter")
        .isEqualTo(1.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "constnat", "cosine(", "step"})
  void setSchedule_unknownText_isRefusedAtOnce(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new AdamUpdater().setSchedule(text));
  }

  @Test
  void constructor_unknownRule_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RuleUpdater("adma"))
        .withMessageContaining("adam");
  }

  @Test
  void momentumSchedule_annealed_followsItsFormula() {
    // v ← γₜv + ηg with γ from 0.5 to 0.9 over 100 steps, at the constant gradient 1.
    MomentumUpdater updater = new MomentumUpdater(new Linear(0.5, 0.9, 100)).setSchedule(TENTH);
    double[] weights = {0.0};
    probe(updater, weights);
    double velocity = 0.0;
    double expected = 0.0;
    for (int t = 1; t <= 300; t++) {
      double gamma = 0.5 + 0.4 * Math.min(1.0, (t - 1) / 99.0);
      velocity = gamma * velocity + 0.1;
      expected -= velocity;
      weights = step(updater, weights, 1.0);
      assertThat(weights[0]).isCloseTo(expected, within(1e-12 * Math.abs(expected)));
    }
    // The terminal velocity η/(1 − γ) went from 0.2 to 1.
    assertThat(velocity).isCloseTo(1.0, within(1e-8));
  }

  @Test
  void setPenalty_none_ignoresRegParam() {
    RuleUpdater updater = new RuleUpdater(new Sgd()).setPenalty("none").setSchedule(TENTH);
    Tuple2<Vector, Object> result =
        updater.compute(Vectors.dense(4.0), Vectors.dense(0.0), 0.1, 1, 0.5);
    assertThat(result._1().apply(0)).isEqualTo(4.0);
    assertThat(result._2()).isEqualTo(0.0);
  }

  @Test
  void setPenalty_elasticNet_isTheWeightedMixOfBoth() {
    Vector weights = Vectors.dense(4.0, -0.01);
    RuleUpdater updater =
        new RuleUpdater(new Sgd()).setPenalty("elasticnet(0.25)").setSchedule(TENTH);
    Tuple2<Vector, Object> result = updater.compute(weights, Vectors.dense(1.0, 0.0), 0.1, 1, 2.0);
    double gradientStep = 4.0 - 0.1 * (1.0 + 2.0 * 0.75 * 4.0);
    double shrunk = gradientStep - 0.1 * 2.0 * 0.25;
    assertThat(result._1().apply(0)).isCloseTo(shrunk, within(1e-15));
    assertThat(result._1().apply(1)).isZero();
    assertThat((Double) result._2())
        .isCloseTo(2.0 * (0.25 * shrunk + 0.75 / 2 * shrunk * shrunk), within(1e-14));
  }

  @ParameterizedTest
  @ValueSource(strings = {"l1", "l2", "elasticnet(0.5)"})
  void setInterceptExempt_leavesTheLastWeightOut(String penalty) {
    RuleUpdater updater =
        new RuleUpdater(new Sgd()).setPenalty(penalty).setInterceptExempt(true).setSchedule(TENTH);
    Tuple2<Vector, Object> result =
        updater.compute(Vectors.dense(0.0, 7.0), Vectors.zeros(2), 0.1, 1, 1.0);
    assertThat(result._1().toArray()).containsExactly(0.0, 7.0);
    assertThat(result._2()).isEqualTo(0.0);
  }

  @Test
  void setPenalty_object_bringsItsOwnStrengthAndScale() {
    RuleUpdater updater =
        new RuleUpdater(new Sgd())
            .setPenalty(new L2(0.5, CoordinateScale.of(1.0, 0.0)))
            .setSchedule(TENTH);
    Tuple2<Vector, Object> result =
        updater.compute(Vectors.dense(2.0, 2.0), Vectors.zeros(2), 0.1, 1, 99.0);
    assertThat(result._1().toArray()).containsExactly(2.0 * (1.0 - 0.1 * 0.5), 2.0);
    assertThat((Double) result._2()).isCloseTo(0.25 * 1.9 * 1.9, within(1e-15));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "L2 ", "ridge", "elasticnet", "elasticnet(x)", "elasticnet(1.5)"})
  void setPenalty_unknownText_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MomentumUpdater().setPenalty(text))
        .withMessageContaining("elasticnet");
  }

  @Test
  void constructors_namedForms_areTheRules() {
    assertThat(new MomentumUpdater().rule()).isEqualTo(new Momentum(0.9));
    assertThat(new MomentumUpdater(0.5).rule()).isEqualTo(new Momentum(0.5));
    assertThat(new NesterovUpdater().rule().momentum()).isEqualTo(new Constant(0.9));
    assertThat(new AdamUpdater().rule()).isEqualTo(new Adam());
    assertThat(new AdamUpdater(0.8, 0.99).rule()).isEqualTo(new Adam(0.8, 0.99, 1e-8));
    assertThat(new AdamUpdater(0.8, 0.99, 1e-6).rule()).isEqualTo(new Adam(0.8, 0.99, 1e-6));
  }

  @Test
  void lookAheadRule_aloneGivesMllibTheLookAheadPoint() {
    double gamma = 0.8;
    RuleUpdater updater = new RuleUpdater(new Nesterov(gamma)).setSchedule(TENTH);
    double[] given = {1.0};
    probe(updater, given);
    double theta = 1.0;
    double velocity = 0.0;
    for (int t = 1; t <= 50; t++) {
      double gradientAtLookAhead = 3.0 * (theta - gamma * velocity);
      assertThat(given[0]).isCloseTo(theta - gamma * velocity, within(1e-13));
      velocity = gamma * velocity + 0.1 * gradientAtLookAhead;
      theta -= velocity;
      given = step(updater, given, 3.0 * given[0]);
      assertThat(updater.weights()[0]).isCloseTo(theta, within(1e-13));
    }
  }

  @Test
  void lookAheadRule_weightsMovedByOthers_areTaken() {
    RuleUpdater updater = new RuleUpdater(new Nesterov(0.5)).setSchedule(TENTH);
    probe(updater, 1.0);
    step(updater, new double[] {1.0}, 1.0);
    double[] next = step(updater, new double[] {10.0}, 1.0);
    assertThat(updater.weights()[0]).isCloseTo(10.0 - (0.5 * 0.1 + 0.1), within(1e-14));
    assertThat(next[0]).isCloseTo(10.0 - 0.15 - 0.5 * 0.15, within(1e-14));
  }

  @Test
  void setCarryState_keepsVelocityOverTheProbe() {
    MomentumUpdater updater = new MomentumUpdater(0.5).setSchedule(TENTH).setCarryState(true);
    probe(updater, 1.0);
    double[] first = step(updater, new double[] {1.0}, 1.0);
    probe(updater, first);
    assertThat(step(updater, first, 1.0)[0]).isCloseTo(0.9 - 0.15, within(1e-15));
    assertThat(updater.steps()).isEqualTo(2);
    probe(updater, 1.0, 2.0);
    assertThat(updater.steps()).as("another dimension starts fresh").isZero();
  }

  @ParameterizedTest
  @MethodSource("everyRule")
  void setCarryState_gradientThatIsNotFinite_isToldAndTheStepUndone(UpdateRule rule) {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      RuleUpdater hit = new RuleUpdater(rule).setSchedule(TENTH).setCarryState(true);
      RuleUpdater spared = new RuleUpdater(rule).setSchedule(TENTH).setCarryState(true);
      double[] start = {1.0, -1.0};
      probe(hit, start);
      probe(spared, start);
      double[] weights = step(hit, start, 0.5, 3.0);
      step(spared, start, 0.5, 3.0);

      assertThat(step(hit, weights, 0.1, bad)).containsExactly(weights);

      assertThat(hit.undoneSteps()).isEqualTo(1);
      assertThat(hit.steps()).isEqualTo(1);
      assertThat(step(hit, weights, -0.2, 0.1)).containsExactly(step(spared, weights, -0.2, 0.1));
      probe(hit, weights);
      assertThat(hit.steps()).as("the next micro-batch goes on").isEqualTo(2);
    }
  }

  @Test
  void setCarryState_gradientWhoseSquareOverflows_doesNotPoisonTheMoments() {
    AdamUpdater updater = new AdamUpdater().setSchedule(TENTH).setCarryState(true);
    probe(updater, 1.0);
    double[] weights = step(updater, new double[] {1.0}, 1.0);
    assertThat(step(updater, weights, 1e200)).containsExactly(weights);
    assertThat(updater.undoneSteps()).isEqualTo(1);
    assertThat(step(updater, weights, 1.0)[0]).as("moves on").isCloseTo(0.8, within(1e-6));
  }
}
