package ravine.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import ravine.schedule.Constant;
import ravine.schedule.Linear;

/** Which rule equals which, and by how much neighbours differ. */
class RuleIdentitiesTest {
  private static double falling(int t) {
    return 0.1 / Math.sqrt(t);
  }

  @Property(tries = 200)
  void momentumAndNesterov_zeroMomentum_areSgdBitForBit(
      @ForAll @Size(20) double[] gradients,
      @ForAll @DoubleRange(min = 0.01, max = 1.0) double rate) {
    double[] tame = new double[gradients.length];
    for (int i = 0; i < tame.length; i++) {
      tame[i] = gradients[i] % 1e6;
    }
    double[] expected = follow(new Sgd(), tame, t -> rate / t);
    assertThat(follow(new Momentum(0.0), tame, t -> rate / t)).containsExactly(expected);
    for (NesterovForm form : NesterovForm.values()) {
      assertThat(follow(new Nesterov(new Constant(0.0), form), tame, t -> rate / t))
          .containsExactly(expected);
    }
    for (MomentumForm form : MomentumForm.values()) {
      assertThat(follow(new Momentum(new Constant(0.0), form), tame, t -> rate / t))
          .containsExactly(expected);
    }
  }

  @Test
  void adamW_zeroDecay_isAdamBitForBit() {
    double[] gradients = wild(100);
    assertThat(follow(new AdamW(0.0), gradients, RuleIdentitiesTest::falling))
        .containsExactly(follow(new Adam(), gradients, RuleIdentitiesTest::falling));
  }

  @Test
  void momentum_constantRate_isTheSameInsideAndOutside() {
    double[] gradients = wild(100);
    Momentum outside = new Momentum(new Constant(0.9), MomentumForm.OUTSIDE);
    assertClose(follow(new Momentum(), gradients, t -> 0.1), follow(outside, gradients, t -> 0.1));
    assertThat(last(follow(new Momentum(), gradients, RuleIdentitiesTest::falling)))
        .isNotCloseTo(last(follow(outside, gradients, RuleIdentitiesTest::falling)), offset(1e-3));
  }

  @Test
  void momentum_emaWithRateTimesTen_isClassical() {
    double[] gradients = wild(100);
    Momentum ema = new Momentum(new Constant(0.9), MomentumForm.EMA);
    assertClose(
        follow(ema, gradients, t -> 0.1 / (1.0 - 0.9)),
        follow(new Momentum(), gradients, t -> 0.1));
  }

  @Test
  void momentum_unbiased_makesSgdsFirstStep() {
    for (double gamma : new double[] {0.0, 0.5, 0.9, 0.999}) {
      Momentum unbiased = new Momentum(new Constant(gamma), MomentumCorrection.UNBIASED);
      assertThat(follow(unbiased, new double[] {3.0}, t -> 0.1)[0])
          .isCloseTo(follow(new Sgd(), new double[] {3.0}, t -> 0.1)[0], within(1e-14));
    }
  }

  @Test
  void momentum_rootWithDecayZero_isOutsideOverOnePlusEpsilon() {
    double[] gradients = wild(50);
    Momentum root =
        new Momentum(
            new Constant(0.9), MomentumForm.OUTSIDE, 0.0, MomentumCorrection.ROOT, 0.0, 0.25);
    Momentum outside = new Momentum(new Constant(0.9), MomentumForm.OUTSIDE);
    assertClose(follow(root, gradients, t -> 0.1 * 1.25), follow(outside, gradients, t -> 0.1));
  }

  @Test
  void momentum_dampening_sparesTheFirstStepOnly() {
    Momentum damped =
        new Momentum(
            new Constant(0.5), MomentumForm.OUTSIDE, 0.25, MomentumCorrection.NONE, 0.999, 1e-8);
    double[] path = follow(damped, new double[] {1.0, 1.0}, t -> 1.0);
    assertThat(path[0]).isEqualTo(1.0 - 1.0);
    assertThat(path[1]).isEqualTo(0.0 - (0.5 + 0.75));
  }

  @Test
  void nesterov_lookAheadAndRewritten_agreeAfterTheShift() {
    Nesterov lookAhead = new Nesterov();
    Nesterov rewritten = new Nesterov(new Constant(0.9), NesterovForm.REWRITTEN);
    double[] theta = {1.0, -2.0};
    double[] shifted = theta.clone();
    RuleState state = lookAhead.newState(2);
    RuleState shiftedState = rewritten.newState(2);
    for (int t = 1; t <= 100; t++) {
      double[] point = lookAhead.gradientPoint(theta, state);
      assertThat(shifted).containsExactly(point, within(1e-12));
      lookAhead.step(theta, slope(point), 0.05 / Math.sqrt(t), state);
      rewritten.step(shifted, slope(shifted), 0.05 / Math.sqrt(t), shiftedState);
    }
    assertThat(theta[0]).isNotCloseTo(shifted[0], offset(1e-12));
  }

  @Test
  void nesterov_gradientPoint_usesTheNextMomentum() {
    Nesterov rule = new Nesterov(new Linear(0.2, 0.8, 4));
    double[] theta = {1.0};
    RuleState state = rule.newState(1);
    assertThat(rule.gradientPoint(theta, state)[0]).isEqualTo(1.0);
    rule.step(theta, new double[] {1.0}, 0.5, state);
    assertThat(theta[0]).isEqualTo(0.5);
    assertThat(rule.gradientPoint(theta, state)[0]).isCloseTo(0.5 - 0.4 * 0.5, within(1e-15));
    assertThat(rule.gradientPoint(theta, state)).isSameAs(rule.gradientPoint(theta, state));
    assertThat(theta[0]).as("the weights themselves are not moved").isEqualTo(0.5);
  }

  @Test
  void nesterov_absorb_makesVelocityTheDisplacement() {
    Nesterov rule = new Nesterov();
    double[] theta = {1.0, 2.0};
    RuleState state = rule.newState(2);
    for (int t = 1; t <= 5; t++) {
      double[] old = theta.clone();
      rule.step(theta, new double[] {1.0, -1.0}, 0.1, state);
      double[] before = theta.clone();
      theta[0] *= 0.5;
      theta[1] -= 0.25;
      rule.absorb(before, theta, state);
      assertThat(state.slots()[0])
          .containsExactly(new double[] {old[0] - theta[0], old[1] - theta[1]}, within(1e-15));
    }
  }

  @Test
  void amsGrad_growingGradients_isAdamAndThenIsNot() {
    double[] growing = new double[30];
    for (int t = 0; t < growing.length; t++) {
      growing[t] = Math.pow(1.2, t);
    }
    assertThat(follow(new AmsGrad(), growing, RuleIdentitiesTest::falling))
        .containsExactly(follow(new Adam(), growing, RuleIdentitiesTest::falling), within(1e-13));
    double[] falling = {100.0, 1.0, 1.0, 1.0, 1.0, 1.0};
    AmsGrad amsGrad = new AmsGrad(0.5, 0.5, 1e-8);
    assertThat(last(follow(amsGrad, falling, t -> 1.0)))
        .isNotCloseTo(last(follow(new Adam(0.5, 0.5, 1e-8), falling, t -> 1.0)), offset(0.1));
  }

  @Test
  void rmsProp_withoutMomentum_isAdamWithoutFirstMomentAndCorrection() {
    double[] gradients = wild(60);
    Adam adam = new Adam(0.0, 0.9, 1e-10, EpsilonForm.OUTSIDE, false);
    assertClose(
        follow(new RmsProp(), gradients, RuleIdentitiesTest::falling),
        follow(adam, gradients, RuleIdentitiesTest::falling));
  }

  @Test
  void adam_hat_isOutsideWithLargerEpsilonAtFirst() {
    double[] gradient = {1e-6};
    Adam hat = new Adam(0.9, 0.999, 1e-8, EpsilonForm.HAT, true);
    Adam outside = new Adam(0.9, 0.999, 1e-8 / Math.sqrt(1.0 - 0.999));
    assertThat(follow(hat, gradient, t -> 0.1)[0])
        .isCloseTo(follow(outside, gradient, t -> 0.1)[0], within(1e-14));
  }

  @Test
  void adam_firstStep_isTheSignTimesTheRate() {
    for (double size : new double[] {1e-3, 1.0, 1e8}) {
      double first = follow(new Adam(), new double[] {-size}, t -> 0.1)[0];
      assertThat(first - 1.0).isCloseTo(0.1, within(2e-6));
    }
  }

  @Test
  void adam_gradientOfOneSize_isAdaMax() {
    double[] steady = new double[40];
    Arrays.fill(steady, 2.0);
    assertThat(follow(new AdaMax(), steady, RuleIdentitiesTest::falling))
        .containsExactly(follow(new Adam(), steady, RuleIdentitiesTest::falling), within(1e-7));
  }

  /** Prevents the swap of the two coefficients that convergence tests do not see. */
  @Test
  void adam_swappedBetas_differ() {
    double[] gradients = wild(30);
    assertThat(last(follow(new Adam(0.9, 0.99, 1e-8), gradients, RuleIdentitiesTest::falling)))
        .isNotCloseTo(
            last(follow(new Adam(0.99, 0.9, 1e-8), gradients, RuleIdentitiesTest::falling)),
            offset(1e-3));
  }

  @Test
  void nadam_zeroBeta1_isAdamWithZeroBeta1() {
    double[] gradients = wild(40);
    assertClose(
        follow(new Nadam(0.0, 0.99, 1e-8, 0.004), gradients, RuleIdentitiesTest::falling),
        follow(new Adam(0.0, 0.99, 1e-8), gradients, RuleIdentitiesTest::falling));
  }

  private static double[] slope(double[] at) {
    return new double[] {3.0 * at[0] + at[1], at[0] + 2.0 * at[1]};
  }

  private static double[] wild(int count) {
    double[] gradients = new double[count];
    for (int t = 0; t < count; t++) {
      gradients[t] = t % 7 == 3 ? 0.0 : Math.sin(1.7 * t) + 0.4;
    }
    return gradients;
  }

  private static double last(double[] path) {
    return path[path.length - 1];
  }

  private static void assertClose(double[] actual, double[] expected) {
    assertThat(actual).containsExactly(expected, within(1e-12));
  }

  /** The weight, 1 at first, after each gradient. */
  private static double[] follow(
      UpdateRule rule, double[] gradients, IntToDoubleFunction learningRate) {
    double[] weights = {1.0};
    double[] path = new double[gradients.length];
    RuleState state = rule.newState(1);
    for (int t = 1; t <= gradients.length; t++) {
      rule.step(weights, new double[] {gradients[t - 1]}, learningRate.applyAsDouble(t), state);
      path[t - 1] = weights[0];
    }
    return path;
  }
}
