package ravine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import ravine.penalty.CoordinateScale;
import ravine.penalty.ElasticNet;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.spec.Specs;

/** Steps in which coordinates wait, against what they are documented to be. */
class WaitingStepperTest {
  private static final int DIMENSION = 40;

  private static StepPlan plan(String rule, String schedule, Penalty penalty, double clip) {
    return new StepPlan(Specs.rule(rule), Specs.schedule(schedule), penalty, clip);
  }

  private static double[] start() {
    double[] weights = new double[DIMENSION];
    for (int j = 0; j < DIMENSION; j++) {
      weights[j] = Math.sin(j);
    }
    return weights;
  }

  @Test
  void step_everyRuleTouchedEverywhere_isTheDenseStep() {
    CoordinateScale exempt = CoordinateScale.exemptLast(DIMENSION);
    for (String name : Specs.ruleNames()) {
      StepPlan plan = plan(name, "constant(0.05)", new ElasticNet(0.2, 0.5, exempt), 0.0);
      if (!plan.canWait()) {
        continue;
      }
      Stepper dense = new Stepper(plan, start());
      WaitingStepper lazy = new WaitingStepper(plan, start());
      int[] all = new int[DIMENSION];
      Arrays.setAll(all, j -> j);
      for (int t = 0; t < 60; t++) {
        double[] gradient = new double[DIMENSION];
        for (int j = 0; j < DIMENSION; j++) {
          gradient[j] = Math.cos(j * 3.0 + t);
        }
        dense.step(gradient.clone());
        lazy.step(all, DIMENSION, gradient);
      }
      assertThat(lazy.whole().weights()).as(name).containsExactly(dense.weights(), within(1e-12));
    }
  }

  @Test
  void step_lazyAdam_movesOnlyWhatIsTouchedButCountsEveryStep() {
    StepPlan plan = plan("adam", "constant(0.1)", new None(), 0.0);
    WaitingStepper lazy = new WaitingStepper(plan, new double[4]);
    for (int t = 0; t < 9; t++) {
      lazy.step(new int[] {0, 3}, 2, new double[] {1.0, 1.0});
    }
    assertThat(lazy.whole().weights()[1]).isZero();
    lazy.step(new int[] {1, 3}, 2, new double[] {2.0, 1.0});
    // One gradient of 2 at t = 10: m = 0.2, s = 0.004, corrected by 1 − β¹⁰.
    double mean = 0.2 / (1 - Math.pow(0.9, 10));
    double root = Math.sqrt(0.004 / (1 - Math.pow(0.999, 10)));
    assertThat(lazy.whole().weights()[1]).isCloseTo(-0.1 * mean / (root + 1e-8), within(1e-12));
  }

  @Test
  void step_lazyPenalty_countsOncePerStepMissed() {
    CoordinateScale exempt = CoordinateScale.exemptLast(3);
    double[] start = {1.0, 1.0, 1.0};
    StepPlan l1 = plan("sgd", "constant(0.1)", new L1(0.5, exempt), 0.0);
    Stepper dense = new Stepper(l1, start);
    WaitingStepper lazy = new WaitingStepper(l1, start);
    for (int t = 0; t < 4; t++) {
      dense.step(new double[] {0.0, 0.0, 0.2});
      lazy.step(new int[] {2}, 1, new double[] {0.2});
    }
    dense.step(new double[] {0.3, 0.0, 0.2});
    lazy.step(new int[] {0, 2}, 2, new double[] {0.3, 0.2});
    assertThat(lazy.whole().weights()[0]).isCloseTo(dense.weights()[0], within(1e-15));
    assertThat(lazy.whole().weights()[1]).as("waits").isEqualTo(1.0);
    assertThat(lazy.whole().weights()[2]).isEqualTo(dense.weights()[2]);

    StepPlan l2 = plan("sgd", "constant(0.1)", new L2(0.5, exempt), 0.0);
    WaitingStepper ridge = new WaitingStepper(l2, start);
    for (int t = 0; t < 4; t++) {
      ridge.step(new int[] {2}, 1, new double[] {0.0});
    }
    ridge.step(new int[] {0, 2}, 2, new double[] {0.0, 0.0});
    assertThat(ridge.whole().weights()[0]).isCloseTo(Math.pow(0.95, 5), within(1e-15));

    StepPlan decay = plan("adamw(weightDecay=0.5)", "constant(0.1)", new L1(0.0, exempt), 0.0);
    WaitingStepper decoupled = new WaitingStepper(decay, start);
    for (int t = 0; t < 4; t++) {
      decoupled.step(new int[] {2}, 1, new double[] {0.0});
    }
    decoupled.step(new int[] {0, 2}, 2, new double[] {0.0, 0.0});
    assertThat(decoupled.whole().weights()[0]).isCloseTo(Math.pow(0.95, 5), within(1e-15));
    assertThat(decoupled.whole().weights()[2]).as("exempt").isCloseTo(1.0, within(1e-15));
  }

  /**
   * A weight of 1 under AdamW (decay 0.01, η = 0.02), touched by a gradient of −1 every so many
   * steps: it once came to −0.94, −2.9 and −8.9 at the first touch, and grew ninefold at the next.
   */
  @Test
  void step_decayOfARareWeight_isThePowerThatDenseStepsMake() {
    StepPlan plan =
        plan("adamw", "constant(0.02)", new L2(0.0, CoordinateScale.exemptLast(2)), 0.0);
    int[] every = {10_000, 20_000, 50_000};
    double[] first = {0.20, 0.08, 0.06};
    for (int n = 0; n < every.length; n++) {
      Stepper dense = new Stepper(plan, new double[] {1.0, 1.0});
      WaitingStepper lazy = new WaitingStepper(plan, new double[] {1.0, 1.0});
      for (int touch = 1; touch <= 6; touch++) {
        for (int t = 1; t < every[n]; t++) {
          dense.step(new double[2]);
          lazy.step(new int[] {1}, 1, new double[1]);
        }
        dense.step(new double[] {-1.0, 0.0});
        lazy.step(new int[] {0, 1}, 2, new double[] {-1.0, 0.0});
        double weight = lazy.whole().weights()[0];
        if (touch == 1) {
          assertThat(weight).isCloseTo(first[n], within(5e-3));
          assertThat(weight).isCloseTo(dense.weights()[0], within(1e-9));
        }
        // Moments of before are kept by lazy steps, so that later touches move it a little more.
        assertThat(weight).isCloseTo(dense.weights()[0], within(0.07));
      }
    }
  }

  @Test
  void step_decayUnderAFallingRate_isTheProductOfItsSteps() {
    StepPlan plan =
        plan("adamw(weightDecay=0.5)", "inverse_sqrt(0.4)", new L2(0.0, exemptLast()), 0.0);
    Stepper dense = new Stepper(plan, new double[] {1.0, 1.0});
    WaitingStepper lazy = new WaitingStepper(plan, new double[] {1.0, 1.0});
    for (int t = 0; t < 30; t++) {
      dense.step(new double[2]);
      lazy.step(t == 29 ? new int[] {0, 1} : new int[] {1}, t == 29 ? 2 : 1, new double[2]);
    }
    assertThat(lazy.whole().weights()[0]).isCloseTo(dense.weights()[0], within(1e-14));
  }

  private static CoordinateScale exemptLast() {
    return CoordinateScale.exemptLast(2);
  }

  @Test
  void step_elasticNetOfARareWeight_isThatOfDenseSteps() {
    StepPlan plan = plan("sgd", "constant(0.1)", new ElasticNet(0.4, 0.5, exemptLast()), 0.0);
    for (int missed : new int[] {1, 7, 20, 500, 50_000}) {
      Stepper dense = new Stepper(plan, new double[] {-3.0, 1.0});
      WaitingStepper lazy = new WaitingStepper(plan, new double[] {-3.0, 1.0});
      for (int t = 0; t < missed; t++) {
        dense.step(new double[2]);
        lazy.step(new int[] {1}, 1, new double[1]);
      }
      dense.step(new double[] {-0.2, 0.0});
      lazy.step(new int[] {0, 1}, 2, new double[] {-0.2, 0.0});
      assertThat(lazy.whole().weights()[0]).isCloseTo(dense.weights()[0], within(1e-13));
    }
  }

  /** k gradients of the penalty in one entered the second moment and froze the coordinate. */
  @Test
  void step_penaltyOfManyMissedSteps_doesNotEnterTheMoments() {
    for (String rule : new String[] {"adam", "adagrad", "rmsprop", "adamax", "adadelta"}) {
      StepPlan plan = plan(rule, "constant(0.001)", new L2(0.1, exemptLast()), 0.0);
      WaitingStepper lazy = new WaitingStepper(plan, new double[] {1.0, 1.0});
      lazy.step(new int[] {0, 1}, 2, new double[] {1.0, 0.0});
      double before = lazy.whole().weights()[0];
      for (int t = 0; t < 10_000; t++) {
        lazy.step(new int[] {1}, 1, new double[1]);
      }
      lazy.step(new int[] {0, 1}, 2, new double[] {1.0, 0.0});
      double after = lazy.whole().weights()[0];
      assertThat(after).as(rule).isBetween(-0.1, before);
      double second =
          lazy.whole().state().slots()[rule.equals("adam") || rule.equals("adamax") ? 1 : 0][0];
      assertThat(second).as(rule).isLessThan(3.0);
    }
  }

  @Test
  void step_shorterThanTheOneBefore_isNotDisturbedByItsRest() {
    StepPlan plan = plan("adam", "constant(0.1)", new None(), 0.0);
    WaitingStepper lazy = new WaitingStepper(plan, new double[DIMENSION]);
    WaitingStepper alone = new WaitingStepper(plan, new double[DIMENSION]);
    int[] many = new int[30];
    Arrays.setAll(many, j -> j);
    double[] huge = new double[30];
    Arrays.fill(huge, 1e300);
    huge[0] = 1.0;
    lazy.step(many, 30, huge);
    alone.step(new int[] {0}, 1, new double[] {1.0});
    lazy.step(new int[] {0}, 1, new double[] {0.5});
    alone.step(new int[] {0}, 1, new double[] {0.5});
    assertThat(lazy.whole().weights()[0]).isEqualTo(alone.whole().weights()[0]);
  }

  @Test
  void weights_readBetweenSteps_keepsCountOfWhatWasMissed() {
    CoordinateScale exempt = CoordinateScale.exemptLast(2);
    StepPlan l1 = plan("sgd", "constant(0.1)", new L1(0.5, exempt), 0.0);
    WaitingStepper read = new WaitingStepper(l1, new double[] {1.0, 1.0});
    WaitingStepper unread = new WaitingStepper(l1, new double[] {1.0, 1.0});
    for (int t = 0; t < 4; t++) {
      read.step(new int[] {1}, 1, new double[] {0.2});
      unread.step(new int[] {1}, 1, new double[] {0.2});
      assertThat(read.whole().weights()[0]).isEqualTo(1.0);
      assertThat(read.whole().state().step()).isEqualTo(t + 1);
    }
    read.step(new int[] {0, 1}, 2, new double[] {0.3, 0.2});
    unread.step(new int[] {0, 1}, 2, new double[] {0.3, 0.2});
    assertThat(read.whole().weights()).containsExactly(unread.whole().weights());
    assertThat(read.whole().weights()[0]).isCloseTo(1.0 - 0.03 - 5 * 0.05, within(1e-15));
  }

  @Test
  void restart_afterSteps_forgetsMomentsAndWhatWasMissed() {
    StepPlan plan = plan("adam", "constant(0.1)", new L1(0.1, CoordinateScale.exemptLast(2)), 0.0);
    WaitingStepper stepper = new WaitingStepper(plan, new double[] {1.0, 1.0});
    for (int t = 0; t < 4; t++) {
      stepper.step(new int[] {1}, 1, new double[] {0.2});
    }
    stepper.whole().restart();
    assertThat(stepper.whole().state().step()).isZero();
    stepper.step(new int[] {0, 1}, 2, new double[] {1.0, 1.0});
    WaitingStepper fresh = new WaitingStepper(plan, new double[] {1.0, 1.0});
    fresh.step(new int[] {0, 1}, 2, new double[] {1.0, 1.0});
    assertThat(stepper.whole().weights()[0]).isEqualTo(fresh.whole().weights()[0]);
    assertThat(stepper.whole().steps()).isEqualTo(5);
  }

  @Test
  void constructor_ruleWithVelocity_isRefusedWithASentence() {
    StepPlan l1 = plan("momentum", "constant(1)", new L1(1), 0);
    assertThatThrownBy(() -> new WaitingStepper(l1, start()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot wait");
  }
}
