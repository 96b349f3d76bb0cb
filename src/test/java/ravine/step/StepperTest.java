package ravine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.L1Updater;
import org.apache.spark.mllib.optimization.SimpleUpdater;
import org.apache.spark.mllib.optimization.SquaredL2Updater;
import org.apache.spark.mllib.optimization.Updater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.penalty.CoordinateScale;
import ravine.penalty.ElasticNet;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.rule.Adam;
import ravine.rule.AdamW;
import ravine.rule.Momentum;
import ravine.rule.Nesterov;
import ravine.rule.RuleState;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;
import ravine.schedule.InverseSqrt;
import ravine.schedule.Linear;
import ravine.spec.Specs;

class StepperTest {

  private static Stepper stepper(
      UpdateRule rule, double eta, Penalty penalty, double clip, double... weights) {
    return new Stepper(new StepPlan(rule, new Constant(eta), penalty, clip), weights);
  }

  @Test
  void step_sgd_subtractsRateTimesGradient() {
    Stepper stepper = stepper(new Sgd(), 0.5, new None(), 0.0, 1.0, 2.0);
    stepper.step(new double[] {2.0, -4.0});
    assertThat(stepper.weights()).containsExactly(0.0, 4.0);
    assertThat(stepper.gradientNorm()).isEqualTo(Math.sqrt(20.0));
    assertThat(stepper.learningRate()).isEqualTo(0.5);
    assertThat(stepper.steps()).isEqualTo(1);
    assertThat(stepper.penaltyValue()).isZero();
    assertThat(stepper.velocityNorm()).isZero();
  }

  @Test
  void step_zeroGradient_keepsWeights() {
    for (String rule : Specs.ruleNames()) {
      Penalty exemptFromDecay = new None(CoordinateScale.of(0.0, 0.0));
      Stepper stepper = stepper(Specs.rule(rule), 0.5, exemptFromDecay, 1.0, 1.0, -2.0);
      stepper.step(new double[2]);
      assertThat(stepper.weights()).as(rule).containsExactly(1.0, -2.0);
    }
  }

  @Test
  void step_longGradient_isScaledToTheClip() {
    Stepper stepper = stepper(new Sgd(), 1.0, new None(), 1.0, 0.0, 0.0);
    stepper.step(new double[] {3.0, 4.0});
    assertThat(stepper.weights()).containsExactly(new double[] {-0.6, -0.8}, within(1e-15));
    assertThat(stepper.gradientNorm()).as("before clipping").isEqualTo(5.0);
  }

  @Test
  void step_shortGradient_isNotScaled() {
    Stepper stepper = stepper(new Sgd(), 1.0, new None(), 5.0, 0.0, 0.0);
    stepper.step(new double[] {3.0, 4.0});
    assertThat(stepper.weights()).containsExactly(-3.0, -4.0);
  }

  @Test
  void step_noClip_neverScales() {
    Stepper stepper = stepper(new Sgd(), 1.0, new None(), 0.0, 0.0, 0.0);
    stepper.step(new double[] {3e9, 4e9});
    assertThat(stepper.weights()).containsExactly(-3e9, -4e9);
  }

  /** The squares of such gradients overflow or underflow; the norm must not. */
  @ParameterizedTest
  @ValueSource(doubles = {1e200, 1e300, 1e-200, 1e-310, 1.0})
  void step_hugeOrTinyGradient_normAndClipAreRight(double size) {
    Stepper stepper = stepper(new Sgd(), 1.0, new None(), size, 0.0, 0.0);
    stepper.step(new double[] {3.0 * size, 4.0 * size});
    assertThat(stepper.gradientNorm()).isCloseTo(5.0 * size, within(1e-12 * size));
    assertThat(stepper.weights()[0]).isCloseTo(-0.6 * size, within(1e-12 * size));
  }

  @Test
  void step_gradientNotFinite_isSeenInTheNorm() {
    Stepper stepper = stepper(new Sgd(), 1.0, new None(), 0.0, 0.0, 0.0);
    stepper.step(new double[] {Double.NaN, 1.0});
    assertThat(stepper.gradientNorm()).isNaN();
    stepper.step(new double[] {Double.NEGATIVE_INFINITY, 1.0});
    assertThat(stepper.gradientNorm()).isInfinite();
  }

  // The order. Each of these fails if two neighbours change places.

  /** Clipping after the penalty would scale (3 + 10, 4 + 0) instead of (3, 4). */
  @Test
  void order_clipComesBeforeThePenaltyGradient() {
    Stepper stepper = stepper(new Momentum(0.0), 1.0, new L2(1.0), 1.0, 10.0, 0.0);
    double[] gradient = {3.0, 4.0};
    stepper.step(gradient);
    assertThat(gradient).containsExactly(new double[] {10.6, 0.8}, within(1e-15));
    assertThat(stepper.weights()).containsExactly(new double[] {-0.6, -0.8}, within(1e-15));
    assertThat(stepper.gradientNorm()).as("of the data gradient").isEqualTo(5.0);
  }

  /** A penalty outside the rule would not travel through the velocity. */
  @Test
  void order_penaltyGradientComesBeforeTheRule() {
    Stepper stepper = stepper(new Momentum(0.5), 0.5, new L2(1.0), 0.0, 8.0);
    stepper.step(new double[] {0.0}); // v = 0.5·8 = 4, w = 4
    stepper.step(new double[] {0.0}); // v = 0.5·4 + 0.5·4 = 4, w = 0
    assertThat(stepper.weights()).containsExactly(0.0);
  }

  /** At the weights it would be 1·4 in step 2, at the look-ahead 4 − 0.5·4 it is 1·2. */
  @Test
  void order_penaltyGradient_isTakenAtTheLookAhead() {
    Stepper stepper = stepper(new Nesterov(0.5), 0.5, new L2(1.0), 0.0, 8.0);
    stepper.step(new double[] {0.0}); // v = 4, w = 4
    assertThat(stepper.gradientPoint()).containsExactly(2.0);
    double[] gradient = {0.0};
    stepper.step(gradient);
    assertThat(gradient).containsExactly(2.0);
    assertThat(stepper.weights()).containsExactly(4.0 - (0.5 * 4.0 + 0.5 * 2.0));
  }

  /** Thresholding by 0.5·0.6 first would set 0.2 to 0 and end at 0.7. */
  @Test
  void order_proximalStepComesAfterTheRule() {
    Stepper stepper = stepper(new Sgd(), 0.5, new L1(0.6), 0.0, 0.2);
    stepper.step(new double[] {-1.4}); // 0.2 + 0.7 = 0.9, less 0.3
    assertThat(stepper.weights()[0]).isCloseTo(0.6, within(1e-15));
  }

  /**
   * Adam's rate of step t is known only after its second moment has seen the gradient of step t.
   */
  @Test
  void order_proximalStepUsesTheRatesOfThisStep() {
    Stepper stepper = stepper(new Adam(), 0.1, new L1(0.5), 0.0, 1.0);
    stepper.step(new double[] {2.0});
    double[] plain = {1.0};
    UpdateRule rule = new Adam();
    RuleState state = rule.newState(1);
    rule.step(plain, new double[] {2.0}, 0.1, state);
    double[] rates = new double[1];
    rule.effectiveRates(0.1, state, rates);
    assertThat(stepper.weights()[0]).isEqualTo(plain[0] - 0.5 * rates[0]);
    assertThat(rates[0]).isBetween(0.04, 0.06);
  }

  /** Look-ahead NAG's velocity is the displacement of the weights, threshold included (FISTA). */
  @Test
  void order_ruleIsToldOfTheProximalStep() {
    Stepper stepper = stepper(new Nesterov(0.5), 1.0, new L1(0.25), 0.0, 4.0);
    stepper.step(new double[] {1.0}); // 4 − 1 = 3, less 0.25
    assertThat(stepper.weights()).containsExactly(2.75);
    assertThat(stepper.velocityNorm()).isEqualTo(1.25);
    assertThat(stepper.gradientPoint()).containsExactly(2.75 - 0.5 * 1.25);
  }

  /** Spark shrinks, then descends; the other order gives (w − ηg)(1 − ηλ). */
  @Test
  void order_sgdShrinksBeforeItDescends() {
    Stepper stepper = stepper(new Sgd(), 0.5, new L2(1.0), 0.0, 8.0);
    stepper.step(new double[] {2.0});
    assertThat(stepper.weights()).containsExactly(8.0 * 0.5 - 1.0);
  }

  @Test
  void step_sgd_equalsSparksUpdatersBitForBit() {
    compareWithSpark(new SimpleUpdater(), new None(), 0.0);
    compareWithSpark(new SquaredL2Updater(), new L2(0.29), 0.29);
    compareWithSpark(new L1Updater(), new L1(0.29), 0.29);
  }

  private static void compareWithSpark(Updater updater, Penalty penalty, double regParam) {
    Random random = new Random(5);
    double[] start = random.doubles(50, -0.3, 0.3).toArray();
    Stepper stepper =
        new Stepper(new StepPlan(new Sgd(), new InverseSqrt(0.173), penalty, 0.0), start);
    Vector sparks = Vectors.dense(start.clone());
    for (int t = 1; t <= 40; t++) {
      double[] gradient = random.doubles(50, -0.2, 0.2).toArray();
      sparks = updater.compute(sparks, Vectors.dense(gradient.clone()), 0.173, t, regParam)._1();
      stepper.step(gradient);
      assertThat(stepper.weights()).containsExactly(sparks.toArray());
    }
  }

  @Test
  void step_decoupledDecay_leavesExemptCoordinatesAsAdamDoes() {
    for (Penalty penalty :
        new Penalty[] {
          new None(CoordinateScale.of(1.0, 0.0)),
          new L2(0.0, CoordinateScale.exemptLast(2)),
          new L1(0.0, CoordinateScale.exemptLast(2))
        }) {
      Stepper decayed = stepper(new AdamW(0.5), 0.1, penalty, 0.0, 3.0, 3.0);
      Stepper plain = stepper(new Adam(), 0.1, penalty, 0.0, 3.0, 3.0);
      Random random = new Random(6);
      for (int t = 1; t <= 20; t++) {
        double[] gradient = random.doubles(2, -1.0, 1.0).toArray();
        decayed.step(gradient.clone());
        plain.step(gradient.clone());
        assertThat(decayed.weights()[1]).as("bit for bit").isEqualTo(plain.weights()[1]);
        assertThat(decayed.weights()[0]).isNotEqualTo(plain.weights()[0]);
      }
    }
  }

  @Test
  void step_scheduleOfRate_isAskedForEachStepFrom1() {
    Stepper stepper =
        new Stepper(
            new StepPlan(new Sgd(), new Linear(1.0, 3.0, 3), new None(), 0.0), new double[1]);
    for (int t = 1; t <= 3; t++) {
      stepper.step(new double[] {1.0});
      assertThat(stepper.learningRate()).isEqualTo(t);
      assertThat(stepper.steps()).isEqualTo(t);
    }
    assertThat(stepper.weights()).containsExactly(-6.0);
  }

  @Test
  void step_ruleRefuses_nothingChanges() {
    // The momentum schedule leaves [0, 1) at its second step.
    Stepper stepper = stepper(new Momentum(new Linear(0.5, 1.5, 2)), 0.5, new None(), 0.0, 1.0);
    stepper.step(new double[] {1.0});
    double[] weights = stepper.weights().clone();
    assertThatThrownBy(() -> stepper.step(new double[] {7.0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("momentum must be in [0, 1)");
    assertThat(stepper.weights()).containsExactly(weights);
    assertThat(stepper.steps()).isEqualTo(1);
    assertThat(stepper.gradientNorm()).isEqualTo(1.0);
  }

  @Test
  void step_wrongLength_isRefused() {
    Stepper stepper = stepper(new Sgd(), 0.5, new None(), 0.0, 1.0);
    assertThatThrownBy(() -> stepper.step(new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gradient has length 2, but there are 1 weights");
    assertThatThrownBy(() -> stepper(new Sgd(), 0.5, new L2(1.0, CoordinateScale.of(1.0)), 0.0))
        .hasMessage("the scale has 1 factors, but there are 0 weights");
  }

  @Test
  void constructor_callerChangesItsArrays_stepperKeepsIts() {
    double[] weights = {1.0};
    RuleState state = new Momentum().newState(1);
    StepPlan plan = new StepPlan(new Momentum(), new Constant(0.1), new None(), 0.0);
    Stepper stepper = new Stepper(plan, weights, state, 0);
    stepper.step(new double[] {1.0});
    assertThat(weights).containsExactly(1.0);
    assertThat(state.step()).isZero();
    assertThat(stepper.plan()).isSameAs(plan);
  }

  @Test
  void continued_fromSavedState_equalsUninterrupted() {
    for (String name : Specs.ruleNames()) {
      StepPlan plan =
          new StepPlan(
              Specs.rule(name),
              new InverseSqrt(0.1),
              new ElasticNet(0.1, 0.5, CoordinateScale.exemptLast(4)),
              1.0);
      Stepper whole = new Stepper(plan, new double[] {1.0, -1.0, 0.5, 2.0});
      Random random = new Random(7);
      for (int t = 0; t < 10; t++) {
        whole.step(random.doubles(4, -1.0, 1.0).toArray());
      }
      Stepper continued = new Stepper(plan, whole.weights(), whole.state().copy(), whole.steps());
      Stepper restored = new Stepper(plan, new double[4]);
      restored.step(new double[] {9.0, 9.0, 9.0, 9.0});
      restored.restore(whole.weights(), whole.state(), whole.steps());
      for (int t = 0; t < 10; t++) {
        double[] gradient = random.doubles(4, -1.0, 1.0).toArray();
        assertThat(continued.gradientPoint()).as(name).containsExactly(whole.gradientPoint());
        assertThat(restored.gradientPoint()).as(name).containsExactly(whole.gradientPoint());
        for (Stepper stepper : new Stepper[] {whole, continued, restored}) {
          stepper.step(gradient.clone());
        }
        assertThat(continued.weights()).as(name).containsExactly(whole.weights());
        assertThat(restored.weights()).as(name).containsExactly(whole.weights());
        assertThat(restored.steps()).isEqualTo(whole.steps());
      }
    }
  }

  @Test
  void restore_twiceFromOneSnapshot_givesTheSame() {
    Stepper stepper = stepper(new Momentum(), 0.1, new None(), 0.0, 1.0);
    stepper.step(new double[] {1.0});
    double[] weights = stepper.weights().clone();
    RuleState state = stepper.state().copy();
    double[] ends = new double[2];
    for (int i = 0; i < 2; i++) {
      stepper.restore(weights, state, 1);
      stepper.step(new double[] {1.0});
      ends[i] = stepper.weights()[0];
    }
    assertThat(ends[1]).isEqualTo(ends[0]);
  }

  @Test
  void restart_forgetsTheVelocity_keepsWeightsAndSchedule() {
    Stepper stepper =
        new Stepper(
            new StepPlan(new Momentum(), new InverseSqrt(1.0), new None(), 0.0), new double[1]);
    stepper.step(new double[] {1.0});
    double before = stepper.weights()[0];
    assertThat(stepper.velocityNorm()).isEqualTo(1.0);

    stepper.restart();

    assertThat(stepper.velocityNorm()).isZero();
    assertThat(stepper.state().step()).isZero();
    assertThat(stepper.steps()).isEqualTo(1);
    stepper.step(new double[] {1.0});
    assertThat(stepper.learningRate()).isEqualTo(1.0 / Math.sqrt(2.0));
    assertThat(stepper.weights()[0]).isEqualTo(before - 1.0 / Math.sqrt(2.0));
  }

  @Test
  void constructors_badArguments_areNamed() {
    StepPlan plan = new StepPlan(new Sgd(), new Constant(1.0), new None(), 0.0);
    assertThatThrownBy(() -> new Stepper(plan, new double[1], new Sgd().newState(1), -1))
        .hasMessage("steps must be at least 0, but was -1");
    for (double clip : new double[] {-1.0, Double.NaN}) {
      assertThatThrownBy(() -> new StepPlan(new Sgd(), new Constant(1.0), new None(), clip))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("gradientClip must be at least 0, but was " + clip);
    }
  }

  /**
   * Nothing that grows with d. The StrictMath.pow of JDK 17 makes three arrays of two numbers until
   * it is compiled, hence the bound: less than one vector in 200 steps.
   */
  @Test
  void step_everyRule_allocatesNothing() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int d = 20_000;
    for (String name : Specs.ruleNames()) {
      Stepper stepper =
          new Stepper(
              new StepPlan(
                  Specs.rule(name),
                  new InverseSqrt(1e-3),
                  new ElasticNet(0.1, 0.5, CoordinateScale.exemptLast(d)),
                  1.0),
              new double[d]);
      double[] gradient = new double[d];
      long allocated = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int t = 0; t < 200; t++) {
          Arrays.fill(gradient, 0.5);
          stepper.gradientPoint();
          stepper.step(gradient);
        }
        allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(allocated).as("bytes in 200 steps of %s", name).isLessThan(8L * d);
    }
  }
}
