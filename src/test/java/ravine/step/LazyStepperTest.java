package ravine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.penalty.CoordinateScale;
import ravine.penalty.ElasticNet;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.spec.Specs;

/** Lazy steps against dense ones, and against what they are documented to be. */
class LazyStepperTest {
  private static final int DIMENSION = 40;
  private static final int INTERCEPT = DIMENSION - 1;

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

  /** A few coordinates that differ from step to step, and the intercept always. */
  private static int[] touched(SplittableRandom random) {
    boolean[] marked = new boolean[DIMENSION];
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      // Squared, so that some are touched all the time and some hardly ever.
      double u = random.nextDouble();
      marked[(int) (u * u * INTERCEPT)] = true;
    }
    marked[INTERCEPT] = true;
    int[] found = new int[DIMENSION];
    int at = 0;
    for (int j = 0; j < DIMENSION; j++) {
      if (marked[j]) {
        found[at++] = j;
      }
    }
    return Arrays.copyOf(found, at);
  }

  /** Both take the same steps: the gradient depends on the point, so errors would grow. */
  private static void compare(StepPlan plan, int steps, Offset<Double> within) {
    Stepper dense = new Stepper(plan, start());
    LazyStepper lazy = new LazyStepper(plan, start(), true);
    SplittableRandom random = new SplittableRandom(7);
    for (int t = 0; t < steps; t++) {
      int[] coordinates = touched(random);
      int count = coordinates.length;
      double[] point = new double[count + 1];
      lazy.read(coordinates, count, point, 1);
      double[] densePoint = dense.gradientPoint();
      double[] full = new double[DIMENSION];
      double[] sparse = new double[count];
      for (int i = 0; i < count; i++) {
        int j = coordinates[i];
        assertThat(point[i + 1])
            .as("step %d, coordinate %d", t, j)
            .isCloseTo(densePoint[j], within);
        full[j] = densePoint[j] - Math.cos(j + t);
        sparse[i] = point[i + 1] - Math.cos(j + t);
      }
      dense.step(full);
      lazy.step(coordinates, count, sparse);
      assertThat(lazy.gradientNorm()).isCloseTo(dense.gradientNorm(), within);
      assertThat(lazy.learningRate()).isEqualTo(dense.learningRate());
      assertThat(lazy.steps()).isEqualTo(dense.steps());
    }
    assertThat(lazy.weights()).containsExactly(dense.weights(), within);
    assertThat(lazy.state().step()).isEqualTo(dense.state().step());
    for (int k = 0; k < dense.state().slots().length; k++) {
      assertThat(lazy.state().slots()[k]).containsExactly(dense.state().slots()[k], within);
    }
    assertThat(lazy.velocityNorm()).isCloseTo(dense.velocityNorm(), within);
    assertThat(lazy.penaltyValue()).isCloseTo(dense.penaltyValue(), within);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sgd",
        "momentum",
        "momentum(0.99)",
        "momentum(form=outside,dampening=0.3)",
        "momentum(form=ema)",
        "momentum(correction=unbiased)",
        "momentum(correction=root,decay=0.9)",
        "momentum(momentum=linear(0.5,0.9,100))",
        "nesterov",
        "nesterov(momentum=linear(0.1,0.95,60))",
        "nesterov(form=rewritten)",
        "nesterov(form=outside)"
      })
  void step_linearRule_isTheDenseTrajectory(String rule) {
    Offset<Double> rounding = within(1e-11);
    compare(plan(rule, "constant(0.05)", new None(), 0.0), 200, rounding);
    compare(plan(rule, "inverse_sqrt(0.05)", new None(), 1.0), 200, rounding);
    CoordinateScale exempt = CoordinateScale.exemptLast(DIMENSION);
    compare(plan(rule, "warmup(20, cosine(0.05, 300))", new L2(0.3, exempt), 0.0), 200, rounding);
  }

  @Test
  void step_moreStepsThanTheWindow_staysExact() {
    CoordinateScale exempt = CoordinateScale.exemptLast(DIMENSION);
    StepPlan plan = plan("nesterov(0.99)", "exponential(0.02, 0.5, 500)", new L2(0.1, exempt), 0.0);
    compare(plan, 2 * Transitions.WINDOW + 100, within(1e-10));
  }

  @Test
  void restore_andRestart_goOnAsTheDenseOne() {
    CoordinateScale exempt = CoordinateScale.exemptLast(DIMENSION);
    StepPlan plan = plan("momentum", "inverse_sqrt(0.05)", new L2(0.3, exempt), 0.0);
    Stepper dense = new Stepper(plan, start());
    LazyStepper lazy = new LazyStepper(plan, start(), true);
    walk(dense, lazy, 30);
    double[] weights = lazy.weights().clone();
    ravine.rule.RuleState state = lazy.state().copy();
    walk(dense, lazy, 30);
    dense.restore(weights, state, 30);
    lazy.restore(weights, state, 30);
    walk(dense, lazy, 30);
    dense.restart();
    lazy.restart();
    walk(dense, lazy, 30);
    double[] full = new double[DIMENSION];
    Arrays.fill(full, 0.1);
    dense.step(full.clone());
    lazy.step(full.clone());
    walk(dense, lazy, 30);
    assertThat(lazy.weights()).containsExactly(dense.weights(), within(1e-12));
  }

  private static void walk(Stepper dense, LazyStepper lazy, int steps) {
    SplittableRandom random = new SplittableRandom(11);
    for (int t = 0; t < steps; t++) {
      int[] coordinates = touched(random);
      double[] sparse = new double[coordinates.length];
      double[] full = new double[DIMENSION];
      for (int i = 0; i < sparse.length; i++) {
        sparse[i] = Math.cos(coordinates[i] + t);
        full[coordinates[i]] = sparse[i];
      }
      dense.step(full);
      lazy.step(coordinates, coordinates.length, sparse);
    }
  }

  @Test
  void step_everyRuleTouchedEverywhere_isTheDenseStep() {
    CoordinateScale exempt = CoordinateScale.exemptLast(DIMENSION);
    for (String name : Specs.ruleNames()) {
      StepPlan plan = plan(name, "constant(0.05)", new ElasticNet(0.2, 0.5, exempt), 0.0);
      if (!LazyStepper.canWait(plan)) {
        continue;
      }
      Stepper dense = new Stepper(plan, start());
      LazyStepper lazy = new LazyStepper(plan, start(), false);
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
      assertThat(lazy.weights()).as(name).containsExactly(dense.weights(), within(1e-12));
    }
  }

  @Test
  void step_lazyAdam_movesOnlyWhatIsTouchedButCountsEveryStep() {
    StepPlan plan = plan("adam", "constant(0.1)", new None(), 0.0);
    LazyStepper lazy = new LazyStepper(plan, new double[4], false);
    for (int t = 0; t < 9; t++) {
      lazy.step(new int[] {0, 3}, 2, new double[] {1.0, 1.0});
    }
    assertThat(lazy.weights()[1]).isZero();
    lazy.step(new int[] {1, 3}, 2, new double[] {2.0, 1.0});
    // One gradient of 2 at t = 10: m = 0.2, s = 0.004, corrected by 1 − β¹⁰.
    double mean = 0.2 / (1 - Math.pow(0.9, 10));
    double root = Math.sqrt(0.004 / (1 - Math.pow(0.999, 10)));
    assertThat(lazy.weights()[1]).isCloseTo(-0.1 * mean / (root + 1e-8), within(1e-12));
  }

  @Test
  void step_lazyPenalty_countsOncePerStepMissed() {
    CoordinateScale exempt = CoordinateScale.exemptLast(3);
    double[] start = {1.0, 1.0, 1.0};
    StepPlan l1 = plan("sgd", "constant(0.1)", new L1(0.5, exempt), 0.0);
    Stepper dense = new Stepper(l1, start);
    LazyStepper lazy = new LazyStepper(l1, start, false);
    for (int t = 0; t < 4; t++) {
      dense.step(new double[] {0.0, 0.0, 0.2});
      lazy.step(new int[] {2}, 1, new double[] {0.2});
    }
    dense.step(new double[] {0.3, 0.0, 0.2});
    lazy.step(new int[] {0, 2}, 2, new double[] {0.3, 0.2});
    assertThat(lazy.weights()[0]).isCloseTo(dense.weights()[0], within(1e-15));
    assertThat(lazy.weights()[1]).as("waits").isEqualTo(1.0);
    assertThat(lazy.weights()[2]).isEqualTo(dense.weights()[2]);

    StepPlan l2 = plan("sgd", "constant(0.1)", new L2(0.5, exempt), 0.0);
    LazyStepper ridge = new LazyStepper(l2, start, false);
    for (int t = 0; t < 4; t++) {
      ridge.step(new int[] {2}, 1, new double[] {0.0});
    }
    ridge.step(new int[] {0, 2}, 2, new double[] {0.0, 0.0});
    assertThat(ridge.weights()[0]).isCloseTo(1.0 - 5 * 0.1 * 0.5, within(1e-15));

    StepPlan decay = plan("adamw(weightDecay=0.5)", "constant(0.1)", new L1(0.0, exempt), 0.0);
    LazyStepper decoupled = new LazyStepper(decay, start, false);
    for (int t = 0; t < 4; t++) {
      decoupled.step(new int[] {2}, 1, new double[] {0.0});
    }
    decoupled.step(new int[] {0, 2}, 2, new double[] {0.0, 0.0});
    assertThat(decoupled.weights()[0]).isCloseTo(1.0 - 5 * 0.1 * 0.5, within(1e-15));
    assertThat(decoupled.weights()[2]).as("exempt").isCloseTo(1.0, within(1e-15));
  }

  @Test
  void step_shorterThanTheOneBefore_isNotDisturbedByItsRest() {
    StepPlan plan = plan("adam", "constant(0.1)", new None(), 0.0);
    LazyStepper lazy = new LazyStepper(plan, new double[DIMENSION], false);
    LazyStepper alone = new LazyStepper(plan, new double[DIMENSION], false);
    int[] many = new int[30];
    Arrays.setAll(many, j -> j);
    double[] huge = new double[30];
    Arrays.fill(huge, 1e300);
    huge[0] = 1.0;
    lazy.step(many, 30, huge);
    alone.step(new int[] {0}, 1, new double[] {1.0});
    lazy.step(new int[] {0}, 1, new double[] {0.5});
    alone.step(new int[] {0}, 1, new double[] {0.5});
    assertThat(lazy.weights()[0]).isEqualTo(alone.weights()[0]);
  }

  @Test
  void constructor_whatCannotBeLazy_isRefusedWithASentence() {
    CoordinateScale exempt = CoordinateScale.exemptLast(DIMENSION);
    CoordinateScale uneven = CoordinateScale.of(1.0, 2.0);
    assertThat(LazyStepper.canBeExact(plan("adam", "constant(1)", new None(), 0), 2)).isFalse();
    assertThat(LazyStepper.canBeExact(plan("sgd", "constant(1)", new L2(1, uneven), 0), 2))
        .isFalse();
    StepPlan l1 = plan("momentum", "constant(1)", new L1(1, exempt), 0);
    assertThat(LazyStepper.canBeExact(l1, DIMENSION)).isFalse();
    assertThatThrownBy(() -> new LazyStepper(l1, start(), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no exact lazy form");
    assertThatThrownBy(() -> new LazyStepper(l1, start(), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot wait");
  }
}
