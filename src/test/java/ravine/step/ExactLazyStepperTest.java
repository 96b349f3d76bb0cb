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
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.rule.RuleState;
import ravine.spec.Specs;

/** Lazy steps that are to be the dense ones. */
class ExactLazyStepperTest {
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
    ExactLazyStepper lazy = new ExactLazyStepper(plan, start());
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
      assertThat(lazy.whole().gradientNorm()).isCloseTo(dense.gradientNorm(), within);
      assertThat(lazy.whole().learningRate()).isEqualTo(dense.learningRate());
      assertThat(lazy.whole().steps()).isEqualTo(dense.steps());
    }
    assertThat(lazy.whole().weights()).containsExactly(dense.weights(), within);
    assertThat(lazy.whole().state().step()).isEqualTo(dense.state().step());
    for (int k = 0; k < dense.state().slots().length; k++) {
      assertThat(lazy.whole().state().slots()[k]).containsExactly(dense.state().slots()[k], within);
    }
    assertThat(lazy.whole().velocityNorm()).isCloseTo(dense.velocityNorm(), within);
    assertThat(lazy.whole().penaltyValue()).isCloseTo(dense.penaltyValue(), within);
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
    ExactLazyStepper lazy = new ExactLazyStepper(plan, start());
    walk(dense, lazy, 30);
    double[] weights = lazy.whole().weights().clone();
    RuleState state = lazy.whole().state().copy();
    walk(dense, lazy, 30);
    dense.restore(weights, state, 30);
    lazy.whole().restore(weights, state, 30);
    walk(dense, lazy, 30);
    dense.restart();
    lazy.whole().restart();
    walk(dense, lazy, 30);
    double[] full = new double[DIMENSION];
    Arrays.fill(full, 0.1);
    dense.step(full.clone());
    lazy.whole().step(full.clone());
    walk(dense, lazy, 30);
    assertThat(lazy.whole().weights()).containsExactly(dense.weights(), within(1e-12));
  }

  private static void walk(Stepper dense, ExactLazyStepper lazy, int steps) {
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
  void constructor_planWithoutClosedForm_isRefusedWithASentence() {
    CoordinateScale exempt = CoordinateScale.exemptLast(DIMENSION);
    StepPlan l1 = plan("momentum", "constant(1)", new L1(1, exempt), 0);
    assertThatThrownBy(() -> new ExactLazyStepper(l1, start()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no exact lazy form");
  }
}
