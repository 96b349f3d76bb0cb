package ravine.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import ravine.schedule.Constant;
import ravine.schedule.Linear;
import ravine.schedule.Schedule;

class RuleArgumentsTest {
  private static final Schedule STEADY = new Constant(0.9);

  @Test
  void toString_defaults_isTheCanonicalText() {
    assertThat(new Sgd()).hasToString("sgd");
    assertThat(new Momentum())
        .hasToString(
            "momentum(momentum=0.9,form=classical,dampening=0.0,correction=none,decay=0.999,"
                + "epsilon=1.0E-8)");
    assertThat(new Nesterov()).hasToString("nesterov(momentum=0.9,form=lookahead)");
    assertThat(new AdaGrad()).hasToString("adagrad(epsilon=1.0E-10,initialAccumulator=0.0)");
    assertThat(new AdaDelta()).hasToString("adadelta(rho=0.9,epsilon=1.0E-6)");
    assertThat(new RmsProp())
        .hasToString("rmsprop(rho=0.9,epsilon=1.0E-10,centered=false,momentum=0.0)");
    assertThat(new Adam())
        .hasToString(
            "adam(beta1=0.9,beta2=0.999,epsilon=1.0E-8,epsilonForm=outside,biasCorrection=true)");
    assertThat(new AdamW())
        .hasToString("adamw(beta1=0.9,beta2=0.999,epsilon=1.0E-8,weightDecay=0.01)");
    assertThat(new AmsGrad()).hasToString("amsgrad(beta1=0.9,beta2=0.999,epsilon=1.0E-8)");
    assertThat(new AdaMax()).hasToString("adamax(beta1=0.9,beta2=0.999,epsilon=1.0E-8)");
    assertThat(new Nadam())
        .hasToString("nadam(beta1=0.9,beta2=0.999,epsilon=1.0E-8,momentumDecay=0.004)");
    assertThat(new Nesterov(new Linear(0.5, 0.9, 100), NesterovForm.REWRITTEN))
        .hasToString("nesterov(momentum=linear(0.5,0.9,100),form=rewritten)");
  }

  @Test
  void momentum_correctionAlone_impliesItsForm() {
    assertThat(new Momentum(STEADY, MomentumCorrection.UNBIASED).form())
        .isEqualTo(MomentumForm.EMA);
    assertThat(new Momentum(STEADY, MomentumCorrection.ROOT).form())
        .isEqualTo(MomentumForm.OUTSIDE);
    assertThat(new Momentum(STEADY, MomentumCorrection.NONE)).isEqualTo(new Momentum());
  }

  @Test
  void momentum_optionsThatWouldBeIgnored_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> momentum(MomentumForm.CLASSICAL, 0.0, MomentumCorrection.UNBIASED, 0.999))
        .withMessage("correction=unbiased needs form=ema, but form was classical");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> momentum(MomentumForm.EMA, 0.0, MomentumCorrection.ROOT, 0.999))
        .withMessage("correction=root needs form=outside, but form was ema");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> momentum(MomentumForm.CLASSICAL, 0.1, MomentumCorrection.NONE, 0.999))
        .withMessageStartingWith("dampening needs form=outside and correction=none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> momentum(MomentumForm.OUTSIDE, 0.1, MomentumCorrection.ROOT, 0.999))
        .withMessageStartingWith("dampening needs form=outside and correction=none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> momentum(MomentumForm.EMA, 0.0, MomentumCorrection.NONE, 0.9))
        .withMessage("decay and epsilon need correction=root, but correction was none");
  }

  @Test
  void constructors_outOfRange_nameTheArgument() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Adam(1.0, 0.999, 1e-8))
        .withMessage("beta1 must be in [0, 1), but was 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AmsGrad(0.9, -0.1, 1e-8))
        .withMessage("beta2 must be in [0, 1), but was -0.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaMax(0.9, 0.999, 0.0))
        .withMessage("epsilon must be finite and greater than 0, but was 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdamW(Double.NaN))
        .withMessage("weightDecay must be finite and at least 0, but was NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Momentum(1.0))
        .withMessage("momentum must be in [0, 1), but was 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Nesterov(-0.5))
        .withMessage("momentum must be in [0, 1), but was -0.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RmsProp(1.5, 1e-8, false, STEADY))
        .withMessage("rho must be in [0, 1), but was 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Nadam(0.9, 0.999, 1e-8, -1.0))
        .withMessage("momentumDecay must be finite and at least 0, but was -1.0");
  }

  @Test
  void step_momentumScheduleThatLeavesItsRange_isRefusedAndNothingChanges() {
    Schedule rising = new Linear(0.5, 1.0, 2);
    for (UpdateRule rule :
        new UpdateRule[] {
          new Momentum(rising), new Nesterov(rising), new RmsProp(0.9, 1e-8, false, rising)
        }) {
      RuleState state = rule.newState(1);
      double[] weights = {1.0};
      rule.step(weights, new double[] {1.0}, 0.1, state);
      double after = weights[0];
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rule.step(weights, new double[] {1.0}, 0.1, state))
          .withMessage("momentum must be in [0, 1), but linear(0.5,1.0,2) is 1.0 at step 2");
      assertThat(weights[0]).isEqualTo(after);
      assertThat(state.step()).isEqualTo(1);
    }
  }

  @Test
  void decoupledDecay_onlyAdamW_hasOne() {
    Rules.all()
        .forEach(
            rule ->
                assertThat(rule.decoupledDecay())
                    .isEqualTo(rule instanceof AdamW adamW ? adamW.weightDecay() : 0.0));
  }

  private static Momentum momentum(
      MomentumForm form, double dampening, MomentumCorrection correction, double decay) {
    return new Momentum(STEADY, form, dampening, correction, decay, 1e-8);
  }
}
