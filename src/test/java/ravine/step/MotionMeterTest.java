package ravine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import ravine.penalty.None;
import ravine.rule.Adam;
import ravine.rule.Momentum;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;

class MotionMeterTest {
  private static Stepper stepper(UpdateRule rule, double[] weights) {
    return new Stepper(new StepPlan(rule, new Constant(0.1), new None(), 0.0), weights);
  }

  private static Motion step(Stepper stepper, MotionMeter meter, double... gradient) {
    meter.begin(gradient);
    stepper.step(gradient);
    return meter.end();
  }

  @Test
  void measured_firstStep_hasNoVelocityYet() {
    Stepper stepper = stepper(new Momentum(0.9), new double[] {3.0, 4.0});
    Motion motion = step(stepper, new MotionMeter(stepper), 10.0, 0.0);
    assertThat(motion.momentum()).isEqualTo(0.9);
    assertThat(motion.cosine()).isNaN();
    assertThat(motion.updateRatio()).isCloseTo(1.0 / 5.0, within(1e-15));
  }

  /** A velocity of (1, 0) met by gradients that go on, turn aside and turn back. */
  @Test
  void measured_laterSteps_cosineIsThatWithTheVelocityBefore() {
    for (double[] gradient : new double[][] {{2.0, 0.0}, {0.0, 3.0}, {-1.0, 1.0}}) {
      Stepper stepper = stepper(new Momentum(0.5), new double[] {1.0, 1.0});
      MotionMeter meter = new MotionMeter(stepper);
      step(stepper, meter, 10.0, 0.0);
      double expected = gradient[0] / Math.hypot(gradient[0], gradient[1]);
      assertThat(step(stepper, meter, gradient).cosine()).isCloseTo(expected, within(1e-15));
    }
  }

  @Test
  void measured_ruleWithoutVelocity_hasMomentumZeroAndNoCosine() {
    Stepper stepper = stepper(new Sgd(), new double[1]);
    MotionMeter meter = new MotionMeter(stepper);
    step(stepper, meter, 1.0);
    Motion motion = step(stepper, meter, 1.0);
    assertThat(motion.momentum()).isZero();
    assertThat(motion.cosine()).isNaN();
    assertThat(motion.updateRatio()).isCloseTo(1.0, within(1e-15));
  }

  @Test
  void measured_adam_isByItsFirstMoment() {
    Stepper stepper = stepper(new Adam(), new double[2]);
    MotionMeter meter = new MotionMeter(stepper);
    assertThat(step(stepper, meter, 1.0, 0.0).updateRatio()).isNaN();
    Motion motion = step(stepper, meter, -1.0, 0.0);
    assertThat(motion.momentum()).isEqualTo(0.9);
    assertThat(motion.cosine()).isEqualTo(-1.0);
  }

  @Test
  void measuring_changesNoBit() {
    Stepper watched = stepper(new Adam(), new double[] {0.1, 0.2});
    Stepper alone = stepper(new Adam(), new double[] {0.1, 0.2});
    MotionMeter meter = new MotionMeter(watched);
    for (int i = 0; i < 20; i++) {
      step(watched, meter, 1.0 / (i + 1), Math.sin(i));
      alone.step(new double[] {1.0 / (i + 1), Math.sin(i)});
    }
    assertThat(watched.weights()).isEqualTo(alone.weights());
  }

  /** Fewer steps where a measurement costs more. */
  @Test
  void isDue_manyWeights_isRarer() {
    assertThat(due(10)).isEqualTo(1000 / 8);
    assertThat(due(100_000)).isEqualTo(1000 / 64 + 1);
  }

  private static long due(int weights) {
    Stepper stepper = stepper(new Sgd(), new double[weights]);
    MotionMeter meter = new MotionMeter(stepper);
    long due = 0;
    for (int i = 0; i < 1000; i++) {
      due += meter.isDue() ? 1 : 0;
      stepper.made(0.1, 1.0);
    }
    return due;
  }

  @Test
  void between_twoPoints_isTheMoveAgainstTheSlopesAtItsEnd() {
    double[] from = {3.0, 4.0};
    double[] to = {3.0, 3.0};
    Motion on = Motion.between(Double.NaN, from, to, new double[] {0.0, 2.0});
    assertThat(on.cosine()).isEqualTo(1.0);
    assertThat(on.updateRatio()).isEqualTo(0.2);
    assertThat(Motion.between(Double.NaN, from, to, new double[] {0.0, -2.0}).cosine())
        .isEqualTo(-1.0);
    assertThat(Motion.between(Double.NaN, from, to, new double[2]).cosine()).isNaN();
  }
}
