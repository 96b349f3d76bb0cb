package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.LeastSquaresGradient;
import org.apache.spark.mllib.optimization.SimpleUpdater;
import org.apache.spark.mllib.optimization.Updater;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import scala.Tuple2;

/**
 * Why velocity helps: the ravine ½(w₀² + 100·w₁²), in numbers.
 *
 * <p>Plain descent with rate η multiplies the steep coordinate by 1 − 100η in each step: at η =
 * 0.018 by −0.8, from wall to wall. The flat coordinate shrinks by 1 − η = 0.982.
 */
class RavineTest extends SparkTestBase {
  private static final double STEEP = 100.0;
  private static final double RATE = 0.018;
  private static final int STEPS = 40;

  /** Weights before each step, and after the last. */
  private double[][] trajectory(Updater updater) {
    RddFixtures.Recording recording = new RddFixtures.Recording(updater);
    GradientDescent.runMiniBatchSGD(
        RddFixtures.rdd(jsc(), RddFixtures.quadratic(1.0, STEEP), 2),
        new LeastSquaresGradient(),
        recording,
        RATE,
        STEPS,
        0.0,
        1.0,
        Vectors.dense(1.0, 1.0),
        0.0);
    return recording.weights.toArray(new double[0][]);
  }

  private static int signChanges(double[][] trajectory, int coordinate) {
    int changes = 0;
    for (int t = 1; t < trajectory.length; t++) {
      if (trajectory[t][coordinate] * trajectory[t - 1][coordinate] < 0.0) {
        changes++;
      }
    }
    return changes;
  }

  @Test
  void sgd_zigzags_everyStepAcrossTheValley() {
    double[][] path = trajectory(new RuleUpdater("sgd").setSchedule("constant"));
    assertThat(signChanges(path, 1)).isEqualTo(STEPS);
    assertThat(signChanges(path, 0)).isZero();
    for (int t = 0; t <= STEPS; t++) {
      assertThat(path[t][1]).isCloseTo(Math.pow(-0.8, t), within(1e-12));
      assertThat(path[t][0]).isCloseTo(Math.pow(0.982, t), within(1e-12));
    }
  }

  @Test
  void sgd_withMllibsDecay_zigzagsAsLongAsTheRateIsTooLarge() {
    // 1 − 100·0.018/√t is negative for t ≤ 3.
    assertThat(signChanges(trajectory(new SimpleUpdater()), 1)).isEqualTo(3);
    assertThat(signChanges(trajectory(new RuleUpdater("sgd")), 1)).isEqualTo(3);
  }

  /**
   * With velocity the steep coordinate obeys w″ − (1 + γ − η(1−γ)·100) w′ + γ w = 0: complex roots
   * of modulus √γ and angle ω, a sign change every π/ω steps.
   */
  @Test
  void emaMomentum_crossesTheValley_asOftenAsItsRootsSay() {
    double gamma = 0.9;
    double[][] path =
        trajectory(new RuleUpdater("momentum(0.9, form=ema)").setSchedule("constant"));
    double b = 1.0 + gamma - RATE * (1.0 - gamma) * STEEP;
    double omega = Math.acos(b / (2.0 * Math.sqrt(gamma)));
    double expected = STEPS * omega / Math.PI;
    assertThat(expected).isBetween(5.0, 6.0);
    assertThat((double) signChanges(path, 1)).isCloseTo(expected, within(1.0));
    for (int t = 2; t <= STEPS; t++) {
      assertThat(path[t][1]).isCloseTo(b * path[t - 1][1] - gamma * path[t - 2][1], within(1e-12));
    }
  }

  /** A mean of gradients passes what alternates at (1−γ)/(1+γ), and what persists whole. */
  @Test
  void emaMomentum_alternatingGradient_isCutToOneNineteenth() {
    RuleUpdater updater = new RuleUpdater("momentum(0.9, form=ema)").setSchedule("constant(1.0)");
    double[] weights = {0.0, 0.0};
    double[] step = new double[2];
    for (int t = 1; t <= 600; t++) {
      double[] next = compute(updater, weights, t % 2 == 0 ? 1.0 : -1.0, 1.0);
      step = new double[] {next[0] - weights[0], next[1] - weights[1]};
      weights = next;
    }
    assertThat(Math.abs(step[0])).isCloseTo(0.1 / 1.9, within(1e-12));
    assertThat(1.0 / Math.abs(step[0])).isCloseTo(19.0, within(1e-9));
    assertThat(step[1]).isCloseTo(-1.0, within(1e-12));
  }

  /** Plain momentum lets the persisting part grow to 1/(1−γ) while the alternating is halved. */
  @Test
  void classicalMomentum_amplifiesWhatPersists_tenfold() {
    RuleUpdater updater = new RuleUpdater("momentum(0.9)").setSchedule("constant(1.0)");
    double[] weights = {0.0, 0.0};
    double[] step = new double[2];
    for (int t = 1; t <= 600; t++) {
      double[] next = compute(updater, weights, t % 2 == 0 ? 1.0 : -1.0, 1.0);
      step = new double[] {next[0] - weights[0], next[1] - weights[1]};
      weights = next;
    }
    assertThat(Math.abs(step[0])).isCloseTo(1.0 / 1.9, within(1e-11));
    assertThat(step[1]).isCloseTo(-10.0, within(1e-11));
  }

  @Test
  void unbiasedCorrection_makesTheFirstStepsFullSteps() {
    RuleUpdater plain = new RuleUpdater("momentum(0.9, form=ema)").setSchedule("constant(1.0)");
    RuleUpdater unbiased =
        new RuleUpdater("momentum(0.9, correction=unbiased)").setSchedule("constant(1.0)");
    double[] plainWeights = {0.0};
    double[] unbiasedWeights = {0.0};
    double velocity = 0.0;
    double sum = 0.0;
    for (int t = 1; t <= 50; t++) {
      plainWeights = compute(plain, plainWeights, 1.0);
      unbiasedWeights = compute(unbiased, unbiasedWeights, 1.0);
      velocity = 0.9 * velocity + 0.1;
      sum += velocity;
      // A constant gradient 1: the plain mean has reached 1 − γᵗ, the corrected one is 1 at once.
      assertThat(velocity).isCloseTo(1.0 - Math.pow(0.9, t), within(1e-12));
      assertThat(plainWeights[0]).isCloseTo(-sum, within(1e-12));
      assertThat(unbiasedWeights[0]).isCloseTo(-t, within(1e-12));
    }
  }

  @Test
  void rootCorrection_followsItsFormula() {
    RuleUpdater updater =
        new RuleUpdater("momentum(0.9, correction=root)").setSchedule("constant(0.1)");
    double[] weights = {0.0};
    double velocity = 0.0;
    double expected = 0.0;
    for (int t = 1; t <= 50; t++) {
      weights = compute(updater, weights, 1.0);
      velocity = 0.9 * velocity + 1.0;
      expected -= 0.1 / (Math.sqrt(1.0 - Math.pow(0.999, t)) + 1e-8) * velocity;
      assertThat(weights[0]).isCloseTo(expected, within(1e-12 * Math.abs(expected)));
    }
  }

  @Test
  void annealedMomentum_followsItsFormula_onTheRavine() {
    double[][] path =
        trajectory(
            new RuleUpdater("momentum(linear(0.5, 0.9, 20), form=ema)").setSchedule("constant"));
    double[] velocity = new double[2];
    double[] weights = {1.0, 1.0};
    for (int t = 1; t <= STEPS; t++) {
      double gamma = 0.5 + 0.4 * Math.min(1.0, (t - 1) / 19.0);
      for (int j = 0; j < 2; j++) {
        double gradient = (j == 0 ? 1.0 : STEEP) * weights[j];
        velocity[j] = gamma * velocity[j] + (1.0 - gamma) * gradient;
        weights[j] -= RATE * velocity[j];
      }
      assertThat(path[t]).containsExactly(weights, within(1e-12));
    }
    int plain = signChanges(trajectory(new RuleUpdater("sgd").setSchedule("constant")), 1);
    assertThat(signChanges(path, 1)).isLessThan(plain / 3);
  }

  @Test
  void everyMomentum_endsLowerThanSgd_inTheSameSteps() {
    double sgd = objective(trajectory(new RuleUpdater("sgd").setSchedule("constant"))[STEPS]);
    for (Updater updater :
        new Updater[] {
          new MomentumUpdater(0.8).setSchedule("constant"),
          // Stable for η·100 < 2(1+γ)/(1+2γ) = 1.38 only, where plain descent is for 2.
          new NesterovUpdater(0.8).setSchedule("constant(0.01)")
        }) {
      assertThat(objective(trajectory(updater)[STEPS])).isLessThan(0.2 * sgd);
    }
  }

  private static double objective(double[] weights) {
    return 0.5 * (weights[0] * weights[0] + STEEP * weights[1] * weights[1]);
  }

  private static double[] compute(Updater updater, double[] weights, double... gradient) {
    Tuple2<Vector, Object> result =
        updater.compute(Vectors.dense(weights), Vectors.dense(gradient), 1.0, 1, 0.0);
    return result._1().toArray();
  }
}
