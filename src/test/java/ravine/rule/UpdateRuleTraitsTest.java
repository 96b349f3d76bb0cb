package ravine.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a rule says of itself is what it does: those who choose metrics, coordinates, rates and lazy
 * steps ask the rule and hold no list of rules.
 */
class UpdateRuleTraitsTest {
  private static final int DIMENSION = 5;
  private static final int STEPS = 40;
  private static final double RATE = 0.1;

  /** {@link UpdateRuleContractTest} holds that no permitted rule is missing from it. */
  static Stream<UpdateRule> rules() {
    return Rules.all();
  }

  @Test
  void rules_everyPermittedRule_isHere() {
    assertThat(rules().map(Object::getClass).distinct())
        .containsExactlyInAnyOrder(UpdateRule.class.getPermittedSubclasses());
  }

  private static double[][] gradients(long seed, double factor) {
    Random random = new Random(seed);
    double[][] gradients = new double[STEPS][DIMENSION];
    for (double[] gradient : gradients) {
      for (int j = 0; j < DIMENSION; j++) {
        gradient[j] = factor * random.nextGaussian();
      }
    }
    return gradients;
  }

  private static double[] walk(UpdateRule rule, double[][] gradients) {
    double[] weights = new double[DIMENSION];
    RuleState state = rule.newState(DIMENSION);
    for (double[] gradient : gradients) {
      rule.step(weights, gradient.clone(), RATE, state);
    }
    return weights;
  }

  /** Largest difference, as a part of the largest of the second. */
  private static double distance(double[] found, double[] expected) {
    double difference = 0.0;
    double size = 0.0;
    for (int j = 0; j < DIMENSION; j++) {
      difference = Math.max(difference, Math.abs(found[j] - expected[j]));
      size = Math.max(size, Math.abs(expected[j]));
    }
    return difference / size;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void isLinear_everyRule_isWhetherStepsAddUp(UpdateRule rule) {
    double[][] a = gradients(1, 1.0);
    double[][] b = gradients(2, 3.0);
    double[][] both = new double[STEPS][DIMENSION];
    for (int t = 0; t < STEPS; t++) {
      for (int j = 0; j < DIMENSION; j++) {
        both[t][j] = a[t][j] + b[t][j];
      }
    }
    double[] sum = walk(rule, a);
    double[] ofB = walk(rule, b);
    for (int j = 0; j < DIMENSION; j++) {
      sum[j] += ofB[j];
    }
    double distance = distance(walk(rule, both), sum);
    if (rule.isLinear()) {
      assertThat(distance).isLessThan(1e-12);
    } else {
      assertThat(distance).isGreaterThan(1e-3);
    }
  }

  /** By a thousand, from a size beside which every ε is small. */
  @ParameterizedTest
  @MethodSource("rules")
  void normalises_everyRule_isWhetherTheGradientsLengthDoesNotMatter(UpdateRule rule) {
    double distance = distance(walk(rule, gradients(3, 1e9)), walk(rule, gradients(3, 1e6)));
    if (rule.normalises()) {
      assertThat(distance).isLessThan(1e-3);
    } else {
      assertThat(distance).isGreaterThan(1.0);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void traits_everyRule_contradictNeitherEachOtherNorTheRates(UpdateRule rule) {
    assertThat(rule.isLinear() && rule.normalises()).isFalse();
    if (rule.takesMetric()) {
      assertThat(rule.isLinear()).as("takes a metric").isTrue();
    }
    if (rule.startsByNonZeros()) {
      assertThat(rule.normalises()).as("starts by non-zeros").isTrue();
    }
    assertThat(rule.remembers()).isEqualTo(!(rule instanceof Sgd));
    if (rule.isLinear()) {
      double[] rates = new double[DIMENSION];
      RuleState state = rule.newState(DIMENSION);
      for (double[] gradient : gradients(4, 1.0)) {
        rule.step(new double[DIMENSION], gradient, RATE, state);
      }
      rule.effectiveRates(RATE, state, rates);
      for (double rate : rates) {
        assertThat(rate).as("one rate for all coordinates").isEqualTo(rates[0]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void startingRate_everyRule_followsTheCurvatureIfAndOnlyIfItIsLinear(UpdateRule rule) {
    for (boolean noisy : new boolean[] {true, false}) {
      double rate = rule.startingRate(0.25, noisy, 100);
      double atHalfTheCurvature = rule.startingRate(0.5, noisy, 100);
      assertThat(rate).isFinite().isPositive();
      assertThat(atHalfTheCurvature).isEqualTo(rule.isLinear() ? 2.0 * rate : rate);
    }
  }

  /** A steady gradient of 1 may not be answered by more than twice the gradient step. */
  @ParameterizedTest
  @MethodSource("rules")
  void startingRate_linearRuleOfNoisyGradients_addsUpToAboutTheGradientStep(UpdateRule rule) {
    if (!rule.isLinear()) {
      return;
    }
    long steps = 2_000;
    double rate = rule.startingRate(1.0, true, steps);
    RuleState state = rule.newState(1);
    double[] weights = new double[1];
    double before = 0.0;
    for (long t = 0; t < steps; t++) {
      before = weights[0];
      rule.step(weights, new double[] {1.0}, rate, state);
    }
    assertThat(before - weights[0]).isLessThanOrEqualTo(1.0 + 1e-9);
  }
}
