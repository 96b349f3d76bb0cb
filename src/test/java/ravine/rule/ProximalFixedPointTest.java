package ravine.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.schedule.Constant;
import ravine.schedule.Schedule;

/**
 * The fixed point of a step with an L1 threshold must be the optimum of ½θ'Aθ − b'θ + λ‖θ‖₁, for
 * every rule. A is not diagonal, so that a threshold that is wrong for one coordinate shows in all,
 * and the exact optimum comes from solving for every pattern of signs.
 *
 * <p>Prevents: thresholding by η alone, which for momentum 0.9 weighs the penalty at a tenth, and
 * for Adam lets the coordinate's scale decide.
 */
class ProximalFixedPointTest {
  private static final double[][] A = {
    {4.0, 1.0, 0.5, -0.3}, {1.0, 2.0, -0.4, 0.2}, {0.5, -0.4, 1.0, 0.1}, {-0.3, 0.2, 0.1, 0.5}
  };
  private static final double[] B = {4.0, -1.5, 0.9, 0.1};
  private static final double LAMBDA = 0.4;
  private static final double CURVATURE = 4.6;

  static Stream<UpdateRule> rules() {
    // Decoupled decay shrinks towards 0 whatever the objective: see AdamW. Without it, it is Adam.
    return Stream.concat(
        Rules.all().filter(rule -> rule.decoupledDecay() == 0.0), Stream.of(new AdamW(0.0)));
  }

  @Test
  void exactOptimum_satisfiesTheConditions() {
    double[] optimum = exactOptimum();
    double[] slope = slope(optimum);
    int zeros = 0;
    for (int j = 0; j < optimum.length; j++) {
      if (optimum[j] == 0.0) {
        zeros++;
        assertThat(Math.abs(slope[j])).isLessThan(LAMBDA);
      } else {
        assertThat(slope[j]).isCloseTo(-LAMBDA * Math.signum(optimum[j]), within(1e-12));
      }
    }
    assertThat(zeros).as("the example must have zeros and others").isBetween(1, 2);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void step_thenThreshold_convergesToTheExactOptimum(UpdateRule rule) {
    double[] theta = {0.7, 0.7, 0.7, 0.7};
    descend(rule, theta, learningRate(rule), 20_000, true);
    double[] optimum = exactOptimum();
    for (int j = 0; j < theta.length; j++) {
      if (optimum[j] == 0.0) {
        assertThat(theta[j]).as("weight %d is exactly 0", j).isZero();
      } else {
        assertThat(theta[j]).as("weight %d", j).isCloseTo(optimum[j], within(1e-9));
      }
    }
  }

  /** Shows that the test above can fail: the same with η as the threshold ends elsewhere. */
  @Test
  void step_thresholdOfTheBareRate_convergesElsewhere() {
    for (UpdateRule rule : new UpdateRule[] {new Momentum(), new Adam(), new AdaGrad()}) {
      double[] theta = {0.7, 0.7, 0.7, 0.7};
      descend(rule, theta, learningRate(rule), 20_000, false);
      assertThat(distance(theta, exactOptimum())).as(rule.name()).isGreaterThan(0.05);
    }
  }

  /** Inside a region of constant signs the threshold is a gradient like any other: no new path. */
  @Test
  void step_thresholdWithinOneSign_isHeavyBallOnTheWholeObjective() {
    for (MomentumForm form : MomentumForm.values()) {
      Momentum rule = new Momentum(new Constant(0.9), form);
      double[] proximal = {50.0};
      double[] smooth = {50.0};
      RuleState proximalState = rule.newState(1);
      RuleState smoothState = rule.newState(1);
      double[] rates = new double[1];
      for (int t = 1; t <= 20; t++) {
        double learningRate = 0.01 / t;
        double penalised = smooth[0] + LAMBDA;
        rule.step(smooth, new double[] {penalised}, learningRate, smoothState);
        // The penalty leaves the other velocity, so its quadratic is taken at the same weights.
        rule.step(proximal, new double[] {penalised - LAMBDA}, learningRate, proximalState);
        rule.effectiveRates(learningRate, proximalState, rates);
        proximal[0] -= LAMBDA * rates[0];
        assertThat(proximal[0]).isCloseTo(smooth[0], within(1e-12));
      }
    }
  }

  private static Schedule learningRate(UpdateRule rule) {
    if (rule instanceof AdaDelta) {
      return new Constant(0.3);
    }
    if (rule instanceof Momentum || rule instanceof Nesterov || rule instanceof Sgd) {
      return new Constant(0.2 / CURVATURE);
    }
    if (rule instanceof RmsProp rms && rms.centered()) {
      // A steady gradient, as L1 has at its optimum, leaves only epsilon as the divisor.
      return new Constant(0.1 * rms.epsilon());
    }
    return new Constant(rule instanceof AdaGrad ? 0.5 : 0.01);
  }

  private static void descend(
      UpdateRule rule, double[] theta, Schedule learningRate, int steps, boolean ownRates) {
    RuleState state = rule.newState(theta.length);
    double[] rates = new double[theta.length];
    for (int t = 1; t <= steps; t++) {
      double eta = learningRate.at(t);
      rule.step(theta, slope(rule.gradientPoint(theta, state)), eta, state);
      Arrays.fill(rates, eta);
      if (ownRates) {
        rule.effectiveRates(eta, state, rates);
      }
      double[] before = theta.clone();
      for (int j = 0; j < theta.length; j++) {
        double left = Math.abs(theta[j]) - LAMBDA * rates[j];
        theta[j] = left > 0.0 ? Math.copySign(left, theta[j]) : 0.0;
      }
      rule.absorb(before, theta, state);
    }
  }

  private static double[] slope(double[] at) {
    double[] slope = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      slope[i] = -B[i];
      for (int j = 0; j < at.length; j++) {
        slope[i] += A[i][j] * at[j];
      }
    }
    return slope;
  }

  private static double distance(double[] left, double[] right) {
    double sum = 0.0;
    for (int j = 0; j < left.length; j++) {
      sum += (left[j] - right[j]) * (left[j] - right[j]);
    }
    return Math.sqrt(sum);
  }

  /** Every pattern of signs is a linear system; the one whose solution fits its pattern is it. */
  private static double[] exactOptimum() {
    int dimension = B.length;
    for (int pattern = 0; pattern < Math.pow(3, dimension); pattern++) {
      int[] signs = new int[dimension];
      for (int j = 0, rest = pattern; j < dimension; j++, rest /= 3) {
        signs[j] = rest % 3 - 1;
      }
      double[] solution = solve(signs);
      double[] slope = slope(solution);
      boolean fits = true;
      for (int j = 0; j < dimension; j++) {
        fits &= signs[j] == 0 ? Math.abs(slope[j]) <= LAMBDA : Math.signum(solution[j]) == signs[j];
      }
      if (fits) {
        return solution;
      }
    }
    throw new AssertionError("a strongly convex problem has an optimum");
  }

  /** Gaussian elimination of Aθ = b − λ·signs in the coordinates whose sign is not 0. */
  private static double[] solve(int[] signs) {
    int dimension = B.length;
    double[][] rows = new double[dimension][dimension + 1];
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j < dimension; j++) {
        boolean active = signs[i] != 0 && signs[j] != 0;
        rows[i][j] = active ? A[i][j] : i == j ? 1.0 : 0.0;
      }
      rows[i][dimension] = signs[i] == 0 ? 0.0 : B[i] - LAMBDA * signs[i];
    }
    for (int pivot = 0; pivot < dimension; pivot++) {
      for (int i = 0; i < dimension; i++) {
        if (i != pivot) {
          double factor = rows[i][pivot] / rows[pivot][pivot];
          for (int j = pivot; j <= dimension; j++) {
            rows[i][j] -= factor * rows[pivot][j];
          }
        }
      }
    }
    double[] solution = new double[dimension];
    Arrays.setAll(solution, i -> rows[i][dimension] / rows[i][i]);
    return solution;
  }
}
