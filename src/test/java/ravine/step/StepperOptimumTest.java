package ravine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.penalty.CoordinateScale;
import ravine.penalty.ElasticNet;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.rule.AdaDelta;
import ravine.rule.AdaGrad;
import ravine.rule.Momentum;
import ravine.rule.Nesterov;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;
import ravine.schedule.Exponential;
import ravine.schedule.Schedule;
import ravine.spec.Specs;

/**
 * Every rule under every penalty ends at the optimum of the stated objective ½w'Aw − b'w + penalty,
 * the last coordinate being an intercept that is not penalised. The optimum comes from elsewhere:
 * elimination for L2, coordinate descent for the rest.
 */
class StepperOptimumTest {
  private static final double[][] A = {
    {4.0, 1.0, 0.5, -0.3, 0.6},
    {1.0, 2.0, -0.4, 0.2, -0.5},
    {0.5, -0.4, 1.5, 0.1, 0.3},
    {-0.3, 0.2, 0.1, 1.0, 0.1},
    {0.6, -0.5, 0.3, 0.1, 1.0}
  };
  private static final double[] B = {4.0, -1.5, 1.2, 1.0, 0.8};
  private static final double STEEPEST = 5.0;
  private static final int D = B.length;
  private static final CoordinateScale SCALE = CoordinateScale.of(1.0, 0.5, 2.0, 1.0, 0.0);

  private static final List<Penalty> PENALTIES =
      List.of(
          new None(SCALE), new L2(0.4, SCALE), new L1(0.4, SCALE), new ElasticNet(0.4, 0.6, SCALE));

  /** AdamW without decay: decoupled decay is the gradient of no objective. */
  private static final List<String> RULES =
      List.of(
          "sgd",
          "momentum",
          "momentum(form=outside)",
          "momentum(form=outside, dampening=0.5)",
          "momentum(form=ema)",
          "momentum(correction=unbiased)",
          "momentum(correction=root)",
          "momentum(linear(0.5, 0.9, 100))",
          "nag",
          "nag(form=rewritten)",
          "nag(form=outside)",
          "adagrad",
          "adadelta",
          "rmsprop",
          "rmsprop(centered=true, epsilon=1e-4)",
          "rmsprop(momentum=0.5)",
          "adam",
          "adam(epsilonForm=hat)",
          "adam(epsilonForm=inside, epsilon=1e-4)",
          "adam(biasCorrection=false)",
          "adamw(weightDecay=0)",
          "amsgrad",
          "adamax",
          "nadam");

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (String rule : RULES) {
      for (Penalty penalty : PENALTIES) {
        cases.add(Arguments.of(rule, penalty));
      }
    }
    return cases.stream();
  }

  @Test
  void rules_coverEveryName() {
    assertThat(RULES.stream().map(text -> Specs.rule(text).name()).distinct())
        .containsExactlyInAnyOrderElementsOf(Specs.ruleNames());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void step_fullGradient_reachesTheOptimum(String text, Penalty penalty) {
    UpdateRule rule = Specs.rule(text);
    Stepper stepper =
        new Stepper(new StepPlan(rule, learningRate(rule), penalty, 0.0), new double[D]);
    for (int t = 0; t < 30_000; t++) {
      stepper.step(gradient(stepper.gradientPoint()));
    }
    double[] optimum = penalty.isProximal() ? byCoordinates(penalty) : byElimination(penalty);
    for (int j = 0; j < D; j++) {
      assertThat(stepper.weights()[j])
          .as("weight %s", j)
          .isCloseTo(optimum[j], within(optimum[j] == 0.0 ? 0.0 : 1e-6));
    }
  }

  @Test
  void optima_differAndTheSparseOnesHaveZeros() {
    double[] plain = byElimination(new None());
    double[] ridge = byElimination(PENALTIES.get(1));
    double[] lasso = byCoordinates(PENALTIES.get(2));
    double[] net = byCoordinates(PENALTIES.get(3));
    for (double[] other : new double[][] {ridge, lasso, net}) {
      assertThat(Math.abs(other[0] - plain[0])).isGreaterThan(0.01);
    }
    for (double[] sparse : new double[][] {lasso, net}) {
      assertThat(sparse).contains(0.0);
      assertThat(sparse[0]).isNotZero();
      assertThat(sparse[4]).as("the intercept is free").isNotZero();
    }
    double[] ridgeByCoordinates = byCoordinates(PENALTIES.get(1));
    assertThat(ridge).containsExactly(ridgeByCoordinates, within(1e-13));
  }

  private static Schedule learningRate(UpdateRule rule) {
    if (rule instanceof Momentum || rule instanceof Nesterov || rule instanceof Sgd) {
      return new Constant(0.2 / STEEPEST);
    }
    if (rule instanceof AdaGrad || rule instanceof AdaDelta) {
      return new Constant(0.3);
    }
    return new Exponential(0.1, 0.5, 1500);
  }

  private static double[] gradient(double[] at) {
    double[] gradient = new double[D];
    for (int i = 0; i < D; i++) {
      gradient[i] = slope(at, i);
    }
    return gradient;
  }

  private static double slope(double[] at, int i) {
    double slope = -B[i];
    for (int j = 0; j < D; j++) {
      slope += A[i][j] * at[j];
    }
    return slope;
  }

  private static double smooth(Penalty penalty) {
    if (penalty instanceof L2 l2) {
      return l2.lambda();
    }
    return penalty instanceof ElasticNet net ? net.lambda() * (1.0 - net.alpha()) : 0.0;
  }

  private static double sharp(Penalty penalty) {
    if (penalty instanceof L1 l1) {
      return l1.lambda();
    }
    return penalty instanceof ElasticNet net ? net.lambda() * net.alpha() : 0.0;
  }

  /** Exact minimisation in one coordinate after another until nothing moves by 1e-15. */
  private static double[] byCoordinates(Penalty penalty) {
    double[] w = new double[D];
    double moved = 1.0;
    while (moved > 1e-15) {
      moved = 0.0;
      for (int j = 0; j < D; j++) {
        double s = SCALE.at(j);
        double pull = A[j][j] * w[j] - slope(w, j);
        double left = Math.max(0.0, Math.abs(pull) - sharp(penalty) * s);
        double next = 0.0 + Math.signum(pull) * left / (A[j][j] + smooth(penalty) * s * s);
        moved = Math.max(moved, Math.abs(next - w[j]));
        w[j] = next;
      }
    }
    return w;
  }

  /** (A + λS²)⁻¹b by Gauss-Jordan elimination. */
  private static double[] byElimination(Penalty penalty) {
    double[][] rows = new double[D][D + 1];
    for (int i = 0; i < D; i++) {
      System.arraycopy(A[i], 0, rows[i], 0, D);
      rows[i][i] += smooth(penalty) * SCALE.at(i) * SCALE.at(i);
      rows[i][D] = B[i];
    }
    for (int pivot = 0; pivot < D; pivot++) {
      for (int i = 0; i < D; i++) {
        if (i != pivot) {
          double factor = rows[i][pivot] / rows[pivot][pivot];
          for (int j = pivot; j <= D; j++) {
            rows[i][j] -= factor * rows[pivot][j];
          }
        }
      }
    }
    double[] solution = new double[D];
    for (int i = 0; i < D; i++) {
      solution[i] = rows[i][D] / rows[i][i];
    }
    return solution;
  }
}
