package ravine.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every rule must do, in every form and with every option. */
class UpdateRuleContractTest {

  static Stream<UpdateRule> rules() {
    return Rules.all();
  }

  @Test
  void rules_everyPermittedRule_isHere() {
    assertThat(rules().map(Object::getClass).distinct())
        .containsExactlyInAnyOrder(UpdateRule.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void step_zeroGradient_keepsWeights(UpdateRule rule) {
    double[] initial = {1.5, -2.0, 0.0, 1e-300, 1e300};
    double[] weights = initial.clone();
    RuleState state = rule.newState(5);
    for (int t = 1; t <= 5; t++) {
      double[] before = weights.clone();
      rule.step(weights, new double[5], 0.1, state);
      double shrink = 1.0 - 0.1 * rule.decoupledDecay();
      assertThat(weights).containsExactly(Arrays.stream(before).map(w -> shrink * w).toArray());
    }
    if (!(rule instanceof AdamW)) {
      assertThat(weights).containsExactly(initial);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void step_hugeAndTinyGradients_staysFinite(UpdateRule rule) {
    double[] sizes = {1e300, -1e300, 1e160, -1e150, 1e-150, -1e-300, Double.MIN_VALUE, 0.0, -0.0};
    double[] weights = new double[sizes.length];
    double[] rates = new double[sizes.length];
    RuleState state = rule.newState(sizes.length);
    for (int t = 1; t <= 60; t++) {
      double[] gradient = sizes.clone();
      if (t % 3 == 0) {
        Arrays.setAll(gradient, j -> -sizes[j]);
      }
      rule.step(weights, gradient, 1.0, state);
      rule.effectiveRates(1.0, state, rates);
      for (int j = 0; j < weights.length; j++) {
        assertThat(weights[j]).as("step %d, weight %d", t, j).isFinite();
        assertThat(rates[j]).as("step %d, rate %d", t, j).isFinite().isNotNegative();
      }
      for (double x : rule.gradientPoint(weights, state)) {
        assertThat(x).isFinite();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void step_otherSizes_areRefusedAndNothingChanges(UpdateRule rule) {
    RuleState state = rule.newState(3);
    double[] weights = {1.0, 2.0, 3.0};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.step(weights, new double[4], 0.1, state))
        .withMessage("gradient must have the length of the weights, 3, but has 4");
    if (state.slots().length > 0) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rule.step(new double[4], new double[4], 0.1, state))
          .withMessageContaining("must have the length 4, but has 3");
    }
    RuleState another = new RuleState(0, new double[6][3]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.step(weights, new double[3], 0.1, another))
        .withMessageContaining("another rule made it");
    assertThat(weights).containsExactly(1.0, 2.0, 3.0);
    assertThat(state.step()).isZero();
    assertThat(another.step()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.newState(-1))
        .withMessage("dimension must be at least 0, but was -1");
  }

  @ParameterizedTest
  @MethodSource("rules")
  void effectiveRates_beforeTheFirstStep_isRefused(UpdateRule rule) {
    assertThatIllegalStateException()
        .isThrownBy(() -> rule.effectiveRates(0.1, rule.newState(2), new double[2]));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void step_noWeights_counts(UpdateRule rule) {
    RuleState state = rule.newState(0);
    rule.step(new double[0], new double[0], 0.1, state);
    assertThat(state.step()).isEqualTo(1);
    assertThat(rule.velocityNorm(state)).isZero();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void step_gradient_isNotChanged(UpdateRule rule) {
    Run run = new Run(rule, 4, 5);
    double[] gradient = {1.0, -2.0, 0.0, 1e-9};
    double[] copy = gradient.clone();
    rule.step(run.weights, gradient, 0.1, run.state);
    assertThat(gradient).containsExactly(copy);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void step_sameInputs_givesSameBits(UpdateRule rule) {
    Run one = new Run(rule, 7, 40);
    Run other = new Run(rule, 7, 40);
    assertSameBits(one, other);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void step_resumedFromACopy_givesSameBits(UpdateRule rule) {
    Run whole = new Run(rule, 7, 40);
    for (int stop : new int[] {0, 1, 17}) {
      Run half = new Run(rule, 7, stop);
      Run copied = new Run(rule, half.weights.clone(), half.state.copy());
      Run saved = new Run(roundTrip(rule), half.weights.clone(), roundTrip(half.state));
      half.go(3);
      copied.go(40 - stop);
      saved.go(40 - stop);
      assertSameBits(copied, whole);
      assertSameBits(saved, whole);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void step_permutedCoordinates_givesPermutedBits(UpdateRule rule) {
    int[] order = {4, 2, 0, 3, 1};
    double[] straight = new double[5];
    double[] permuted = new double[5];
    RuleState state = rule.newState(5);
    RuleState permutedState = rule.newState(5);
    Random random = new Random(11);
    for (int t = 1; t <= 30; t++) {
      double[] gradient = random.doubles(5, -2.0, 2.0).toArray();
      double[] permutedGradient = new double[5];
      Arrays.setAll(permutedGradient, j -> gradient[order[j]]);
      rule.step(straight, gradient, 0.1, state);
      rule.step(permuted, permutedGradient, 0.1, permutedState);
      for (int j = 0; j < 5; j++) {
        assertThat(permuted[j]).isEqualTo(straight[order[j]]);
      }
    }
  }

  /** Prevents scalars of the state from leaking between coordinates: d = 1 must do the same. */
  @ParameterizedTest
  @MethodSource("rules")
  void step_oneCoordinateAlone_givesTheSameBits(UpdateRule rule) {
    Run many = new Run(rule, 3, 0);
    double[] alone = {many.weights[1]};
    RuleState aloneState = rule.newState(1);
    for (int t = 1; t <= 20; t++) {
      double[] gradient = {Math.sin(t), Math.cos(3.0 * t), t};
      rule.step(many.weights, gradient, 0.1, many.state);
      rule.step(alone, new double[] {gradient[1]}, 0.1, aloneState);
      assertThat(alone[0]).isEqualTo(many.weights[1]);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void step_afterWarmUp_allocatesNothing(UpdateRule rule) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int dimension = 64;
    double[] weights = new double[dimension];
    double[] before = new double[dimension];
    double[] rates = new double[dimension];
    double[] gradient = new Random(5).doubles(dimension, -1.0, 1.0).toArray();
    RuleState state = rule.newState(dimension);
    long self = Thread.currentThread().getId();
    long allocated = Long.MAX_VALUE;
    // The virtual machine itself may allocate on this thread once in a while, so the best counts.
    for (int round = 0; round < 4; round++) {
      long start = threads.getThreadAllocatedBytes(self);
      for (int t = 0; t < 200; t++) {
        rule.gradientPoint(weights, state);
        rule.step(weights, gradient, 1e-3, state);
        rule.effectiveRates(1e-3, state, rates);
        rule.absorb(before, weights, state);
        rule.velocityNorm(state);
      }
      allocated = Math.min(allocated, threads.getThreadAllocatedBytes(self) - start);
    }
    assertThat(allocated).as("bytes in 200 steps").isLessThan(200);
  }

  /**
   * The principle of {@link UpdateRule#effectiveRates}: under a steady gradient g from the first
   * step on, each step is the rate times g. Look-ahead has its own test.
   */
  @ParameterizedTest
  @MethodSource("rules")
  void effectiveRates_steadyGradient_isTheStepPerGradient(UpdateRule rule) {
    if (rule instanceof Nesterov nag && nag.form() == NesterovForm.LOOKAHEAD) {
      return;
    }
    double[] gradient = {1.0, -3.0, 1e-3};
    double[] weights = new double[3];
    double[] rates = new double[3];
    RuleState state = rule.newState(3);
    for (int t = 1; t <= 60; t++) {
      double learningRate = t < 20 ? 0.1 : 0.1 / t;
      double[] before = weights.clone();
      rule.step(weights, gradient, learningRate, state);
      rule.effectiveRates(learningRate, state, rates);
      for (int j = 0; j < 3; j++) {
        double shrunk = before[j] * (1.0 - learningRate * rule.decoupledDecay());
        assertThat(shrunk - weights[j])
            .as("step %d, weight %d", t, j)
            .isCloseTo(rates[j] * gradient[j], within(1e-12 * Math.max(1.0, Math.abs(before[j]))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void velocityNorm_afterSteps_isTheNormOfAVector(UpdateRule rule) {
    RuleState state = rule.newState(2);
    rule.step(new double[2], new double[] {3.0, -4.0}, 0.5, state);
    double norm = rule.velocityNorm(state);
    if (rule instanceof Sgd || rule instanceof AdaGrad || rule instanceof AdaDelta) {
      assertThat(norm).isZero();
    } else if (!(rule instanceof RmsProp)) {
      assertThat(norm).isEqualTo(Math.hypot(state.slots()[0][0], state.slots()[0][1])).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void equalsAndText_roundTrip_areKept(UpdateRule rule) {
    assertThat(roundTrip(rule)).isEqualTo(rule).hasToString(rule.toString());
    assertThat(rule.toString()).startsWith(rule.name());
    assertThat(Rules.all().filter(other -> other.toString().equals(rule.toString()))).hasSize(1);
  }

  private static void assertSameBits(Run actual, Run expected) {
    assertThat(actual.state.step()).isEqualTo(expected.state.step());
    assertThat(actual.weights).containsExactly(expected.weights);
    assertThat(Arrays.deepEquals(actual.state.slots(), expected.state.slots())).isTrue();
    assertThat(actual.rule.gradientPoint(actual.weights, actual.state))
        .containsExactly(expected.rule.gradientPoint(expected.weights, expected.state));
  }

  @SuppressWarnings("unchecked")
  private static <T> T roundTrip(T object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
      out.flush();
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        return (T) in.readObject();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Weights on their way through a fixed, t-dependent sequence of gradients and rates. */
  private static final class Run {
    final UpdateRule rule;
    final double[] weights;
    final RuleState state;

    Run(UpdateRule rule, int dimension, int steps) {
      this(rule, new Random(3).doubles(dimension, -1.0, 1.0).toArray(), rule.newState(dimension));
      go(steps);
    }

    Run(UpdateRule rule, double[] weights, RuleState state) {
      this.rule = rule;
      this.weights = weights;
      this.state = state;
    }

    void go(int steps) {
      for (int i = 0; i < steps; i++) {
        long t = state.step() + 1;
        double[] point = rule.gradientPoint(weights, state);
        double[] gradient = new Random(t).doubles(weights.length, -1.0, 1.0).toArray();
        Arrays.setAll(gradient, j -> gradient[j] + point[j]);
        rule.step(weights, gradient, 0.2 / Math.sqrt((double) t), state);
      }
    }
  }
}
