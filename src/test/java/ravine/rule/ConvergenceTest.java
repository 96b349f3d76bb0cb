package ravine.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.schedule.Constant;

/**
 * Steps to bring a quadratic of condition number 100 to within 1e-6 of its optimum, by rule and
 * learning rate. Convergence cannot tell a rule from its neighbour (the golden trajectories do);
 * the table is here to notice a rule that became slow or unstable.
 */
class ConvergenceTest {
  private static final double[] CURVATURES = {1.0, 3.0, 10.0, 30.0, 100.0};

  static Stream<Arguments> table() {
    Constant steady = new Constant(0.8);
    return Stream.of(
        Arguments.of(new Sgd(), 0.019, 800),
        Arguments.of(new Momentum(0.8), 0.03, 180),
        Arguments.of(new Momentum(steady, MomentumForm.OUTSIDE), 0.03, 180),
        Arguments.of(new Momentum(steady, MomentumForm.EMA), 0.15, 180),
        Arguments.of(new Momentum(steady, MomentumCorrection.UNBIASED), 0.15, 260),
        Arguments.of(new Momentum(steady, MomentumCorrection.ROOT), 0.001, 2500),
        Arguments.of(new Nesterov(0.8), 0.01, 240),
        Arguments.of(new Nesterov(steady, NesterovForm.REWRITTEN), 0.01, 240),
        Arguments.of(new Nesterov(steady, NesterovForm.OUTSIDE), 0.01, 240),
        Arguments.of(new AdaGrad(), 1.0, 120),
        Arguments.of(new AdaDelta(), 1.0, 3000),
        Arguments.of(new RmsProp(), 0.05, 2000),
        Arguments.of(new Adam(), 0.1, 600),
        Arguments.of(new AdamW(0.0), 0.1, 600),
        Arguments.of(new AmsGrad(), 0.1, 600),
        Arguments.of(new AdaMax(), 0.1, 600),
        Arguments.of(new Nadam(), 0.1, 600));
  }

  @ParameterizedTest
  @MethodSource("table")
  void steps_conditionNumber100_areWithinTheTable(UpdateRule rule, double rate, int most) {
    assertThat(steps(rule, rate, most + 1)).isLessThanOrEqualTo(most);
  }

  @Test
  void steps_velocity_savesMostOfThem() {
    int plain = steps(new Sgd(), 0.019, 5000);
    assertThat(steps(new Momentum(0.8), 0.03, 5000)).isLessThan(plain / 3);
    assertThat(steps(new Nesterov(0.8), 0.01, 5000)).isLessThan(plain / 3);
  }

  @Test
  void table_everyPermittedRule_isInIt() {
    assertThat(table().<Class<?>>map(row -> row.get()[0].getClass()).distinct())
        .containsExactlyInAnyOrder(UpdateRule.class.getPermittedSubclasses());
  }

  private static int steps(UpdateRule rule, double rate, int most) {
    double[] theta = {1.0, -1.0, 1.0, -1.0, 1.0};
    RuleState state = rule.newState(theta.length);
    for (int t = 1; t <= most; t++) {
      double[] point = rule.gradientPoint(theta, state);
      double[] gradient = new double[theta.length];
      double farthest = 0.0;
      for (int j = 0; j < theta.length; j++) {
        gradient[j] = CURVATURES[j] * point[j];
        farthest = Math.max(farthest, Math.abs(theta[j]));
      }
      if (farthest < 1e-6) {
        return t - 1;
      }
      rule.step(theta, gradient, rate, state);
    }
    return most;
  }
}
