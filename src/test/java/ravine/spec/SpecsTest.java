package ravine.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Locale;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.rule.Adam;
import ravine.rule.AdamW;
import ravine.rule.EpsilonForm;
import ravine.rule.Momentum;
import ravine.rule.MomentumCorrection;
import ravine.rule.MomentumForm;
import ravine.rule.Nesterov;
import ravine.rule.NesterovForm;
import ravine.rule.RmsProp;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;
import ravine.schedule.Cosine;
import ravine.schedule.Exponential;
import ravine.schedule.InverseSqrt;
import ravine.schedule.InverseTime;
import ravine.schedule.Linear;
import ravine.schedule.OneCycle;
import ravine.schedule.Polynomial;
import ravine.schedule.Schedule;
import ravine.schedule.StepDecay;
import ravine.schedule.Warmup;

class SpecsTest {

  @Test
  void names_coverEveryRuleAndSchedule() {
    assertThat(Specs.ruleNames().stream().<Class<?>>map(name -> Specs.rule(name).getClass()))
        .containsExactlyInAnyOrder(UpdateRule.class.getPermittedSubclasses());
    assertThat(Specs.scheduleNames()).hasSize(Schedule.class.getPermittedSubclasses().length);
    assertThat(Specs.ruleNames()).startsWith("sgd", "momentum").doesNotContain("nag");
  }

  @Test
  void rule_bareName_hasTheDefaultsOfItsRecord() {
    for (String name : Specs.ruleNames()) {
      UpdateRule rule = Specs.rule(name);
      assertThat(rule.name()).isEqualTo(name);
      assertThat(Specs.rule(name + "()")).isEqualTo(rule);
    }
    assertThat(Specs.rule("adam")).isEqualTo(new Adam());
    assertThat(Specs.rule("nag")).isEqualTo(new Nesterov());
  }

  @Test
  void rule_arguments_positionalThenNamed() {
    assertThat(Specs.rule("sgd")).isEqualTo(new Sgd());
    assertThat(Specs.rule("adam(0.8, 0.99)")).isEqualTo(new Adam(0.8, 0.99, 1e-8));
    assertThat(Specs.rule("adam(0.8, beta2=0.99)")).isEqualTo(new Adam(0.8, 0.99, 1e-8));
    assertThat(Specs.rule("adam(epsilonForm=hat,biasCorrection=false)"))
        .isEqualTo(new Adam(0.9, 0.999, 1e-8, EpsilonForm.HAT, false));
    assertThat(Specs.rule("adamw(weightDecay=0.1)")).isEqualTo(new AdamW(0.1));
    assertThat(Specs.rule("momentum(0.8)")).isEqualTo(new Momentum(0.8));
    assertThat(Specs.rule("momentum(0.8, ema)"))
        .isEqualTo(new Momentum(new Constant(0.8), MomentumForm.EMA));
    assertThat(Specs.rule("nag(0.8, form=rewritten)"))
        .isEqualTo(new Nesterov(new Constant(0.8), NesterovForm.REWRITTEN));
    assertThat(Specs.rule("rmsprop(centered=true, momentum=0.5)"))
        .isEqualTo(
            new RmsProp(new RmsProp().rho(), new RmsProp().epsilon(), true, new Constant(0.5)));
  }

  @Test
  void rule_momentumSchedule_isNested() {
    assertThat(Specs.rule("momentum(momentum=linear(0.5,0.9,100))"))
        .isEqualTo(new Momentum(new Linear(0.5, 0.9, 100)));
    assertThat(Specs.rule("nag(linear(0.5, 0.9, steps=100))"))
        .isEqualTo(new Nesterov(new Linear(0.5, 0.9, 100)));
  }

  /** The design's table writes the corrections without a form. */
  @Test
  void rule_correctionWithoutForm_impliesTheForm() {
    for (MomentumCorrection correction : MomentumCorrection.values()) {
      assertThat(Specs.rule("momentum(correction=" + correction + ")"))
          .isEqualTo(new Momentum(new Constant(0.9), correction));
    }
    assertThatThrownBy(() -> Specs.rule("momentum(form=classical, correction=unbiased)"))
        .isInstanceOf(SpecException.class)
        .hasMessage(
            "correction=unbiased needs form=ema, but form was classical at position 37 in"
                + " \"momentum(form=classical, correction=unbiased)\"");
  }

  @Test
  void rule_caseAndSpace_doNotMatter() {
    assertThat(Specs.rule("  ADAM ( BETA1 = 0.8 ,EpsilonForm= Inside ) "))
        .isEqualTo(new Adam(0.8, 0.999, 1e-8, EpsilonForm.INSIDE, true));
  }

  /** In a Turkish locale "ADAGRAD(INITIALACCUMULATOR=…)" lower-cased has dotless i's. */
  @Test
  void rule_turkishLocale_readsTheSame() {
    Locale before = Locale.getDefault();
    Locale.setDefault(new Locale("tr", "TR"));
    try {
      assertThat(Specs.rule("ADADELTA(EPSILON=1E-7)")).isEqualTo(Specs.rule("adadelta(0.9,1e-7)"));
      assertThat(Specs.schedule("COSINE(INITIAL=1,STEPS=5)")).isEqualTo(new Cosine(1.0, 5));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void schedule_allArguments_areTakenAsWritten() {
    assertThat(Specs.schedule("0.1")).isEqualTo(new Constant(0.1));
    assertThat(Specs.schedule("constant(0.1)")).isEqualTo(new Constant(0.1));
    assertThat(Specs.schedule("cosine(0.1, 5000)")).isEqualTo(new Cosine(0.1, 5000));
    assertThat(Specs.schedule("cosine(0.1, 5000, 0.01)")).isEqualTo(new Cosine(0.1, 5000, 0.01));
    assertThat(Specs.schedule("step(0.1, 0.5, 30)")).isEqualTo(new StepDecay(0.1, 0.5, 30));
    assertThat(Specs.schedule("warmup(100, cosine(0.1, 5000))"))
        .isEqualTo(new Warmup(100, new Cosine(0.1, 5000)));
    assertThat(Specs.schedule("warmup(100, 0.1)")).isEqualTo(new Warmup(100, new Constant(0.1)));
    assertThat(Specs.schedule("cosine(0.1, 1e3)")).isEqualTo(new Cosine(0.1, 1000));
    assertThat(Specs.schedule("one_cycle(0.1, 4611686018427387904)"))
        .isEqualTo(new OneCycle(0.1, 1L << 62));
  }

  @Test
  void schedule_stepSizeGiven_completeTextIgnoresIt() {
    assertThat(Specs.schedule("0.1", 7.0)).isEqualTo(new Constant(0.1));
    assertThat(Specs.schedule("cosine(0.1, 5000)", 7.0)).isEqualTo(new Cosine(0.1, 5000));
    assertThat(Specs.schedule("cosine(initial=0.1, steps=5000)", 7.0))
        .isEqualTo(new Cosine(0.1, 5000));
    assertThat(Specs.schedule("warmup(5, inverse_sqrt(0.1))", 7.0))
        .isEqualTo(new Warmup(5, new InverseSqrt(0.1)));
  }

  @Test
  void schedule_firstArgumentLeftOut_isTheStepSize() {
    double eta = 0.25;
    assertThat(Specs.schedule("constant", eta)).isEqualTo(new Constant(eta));
    assertThat(Specs.schedule("inverse_sqrt", eta)).isEqualTo(new InverseSqrt(eta));
    assertThat(Specs.schedule("inverse_sqrt()", eta)).isEqualTo(new InverseSqrt(eta));
    assertThat(Specs.schedule("inverse_time(0.5)", eta)).isEqualTo(new InverseTime(eta, 0.5));
    assertThat(Specs.schedule("inverse_time(decay=2)", eta)).isEqualTo(new InverseTime(eta, 2));
    assertThat(Specs.schedule("step(0.5, 30)", eta)).isEqualTo(new StepDecay(eta, 0.5, 30));
    assertThat(Specs.schedule("step(0.5, every=30)", eta)).isEqualTo(new StepDecay(eta, 0.5, 30));
    assertThat(Specs.schedule("step(every=30, factor=0.5)", eta))
        .isEqualTo(new StepDecay(eta, 0.5, 30));
    assertThat(Specs.schedule("exponential(0.9, 10)", eta))
        .isEqualTo(new Exponential(eta, 0.9, 10));
    assertThat(Specs.schedule("linear(0.0, 10)", eta)).isEqualTo(new Linear(eta, 0.0, 10));
    assertThat(Specs.schedule("polynomial(0, 100, 2)", eta))
        .isEqualTo(new Polynomial(eta, 0.0, 100, 2.0));
    assertThat(Specs.schedule("cosine(5000)", eta)).isEqualTo(new Cosine(eta, 5000));
    assertThat(Specs.schedule("cosine(5000, end=0.01)", eta))
        .isEqualTo(new Cosine(eta, 5000, 0.01));
    assertThat(Specs.schedule("one_cycle(1000)", eta)).isEqualTo(new OneCycle(eta, 1000));
    assertThat(Specs.schedule("warmup(100)", eta)).isEqualTo(new Warmup(100, new Constant(eta)));
    assertThat(Specs.schedule("warmup(100, inverse_sqrt)", eta))
        .isEqualTo(new Warmup(100, new InverseSqrt(eta)));
    assertThat(Specs.schedule("warmup(100, cosine(5000))", eta))
        .isEqualTo(new Warmup(100, new Cosine(eta, 5000)));
    assertThat(Specs.schedule("warmup(then=cosine(5000), steps=100)", eta))
        .isEqualTo(new Warmup(100, new Cosine(eta, 5000)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "adm | 1 | unknown optimizer 'adm' at position 1 in \"adm\": did you mean adam? Known: sgd,"
            + " momentum, nesterov, adagrad, adadelta, rmsprop, adam, adamw, amsgrad, adamax,"
            + " nadam, nag",
        "adam(beta1=1) | 12 | beta1 must be in [0, 1), but was 1.0 at position 12 in"
            + " \"adam(beta1=1)\"",
        "adam(0.9, 1) | 11 | beta2 must be in [0, 1), but was 1.0 at position 11 in"
            + " \"adam(0.9, 1)\"",
        "momentum(form=emma) | 15 | form must be one of classical, outside, ema, but was 'emma' at"
            + " position 15 in \"momentum(form=emma)\"",
        "adam(biasCorrection=1) | 21 | biasCorrection must be one of true, false, but was '1' at"
            + " position 21 in \"adam(biasCorrection=1)\"",
        "adam(beta3=1) | 6 | unknown option 'beta3' of adam at position 6 in \"adam(beta3=1)\": did"
            + " you mean beta1? Known: beta1, beta2, epsilon, epsilonForm, biasCorrection",
        "sgd(0.1) | 5 | argument too many at position 5 in \"sgd(0.1)\": sgd takes no arguments",
        "sgd(x=1) | 5 | unknown option 'x' of sgd at position 5 in \"sgd(x=1)\": sgd takes no"
            + " arguments",
        "adadelta(0.9, 1e-6, 3) | 21 | argument too many at position 21 in \"adadelta(0.9, 1e-6,"
            + " 3)\": the arguments of adadelta are rho, epsilon",
        "adam(0.9, beta1=0.8) | 11 | second value for beta1 at position 11 in \"adam(0.9,"
            + " beta1=0.8)\"",
        "adam(beta1=0.9, 0.8) | 17 | positional argument after a named one at position 17 in"
            + " \"adam(beta1=0.9, 0.8)\"",
        "adam(beta1=x) | 12 | beta1 must be a number, but was 'x' at position 12 in"
            + " \"adam(beta1=x)\"",
        "adam(beta1=NaN) | 12 | beta1 must be a number, but was 'NaN' at position 12 in"
            + " \"adam(beta1=NaN)\"",
        "adam(beta1=0.9d) | 12 | beta1 must be a number, but was '0.9d' at position 12 in"
            + " \"adam(beta1=0.9d)\"",
        "adam(epsilon=1e999) | 14 | epsilon must be finite, but was '1e999' at position 14 in"
            + " \"adam(epsilon=1e999)\"",
        "nag(cosin(1)) | 5 | unknown schedule 'cosin' at position 5 in \"nag(cosin(1))\": did you"
            + " mean cosine? Known: accelerated, constant, inverse_sqrt, inverse_time, step, plateau,"
            + " exponential, linear, polynomial, cosine, one_cycle, warmup",
        "nag(cosine(1)) | 5 | cosine needs steps, which is missing at position 5 in"
            + " \"nag(cosine(1))\": the arguments of cosine are initial, steps, end",
        "nag(1.5) | 5 | momentum must be in [0, 1), but was 1.5 at position 5 in \"nag(1.5)\"",
        "nag(linear(0.5,0.9,1.5)) | 20 | steps must be a whole number, but was 1.5 at position 20"
            + " in \"nag(linear(0.5,0.9,1.5))\"",
        "adam( | 6 | expected a name or a number, but found the end at position 6 in \"adam(\"",
        "adam(0.9 | 9 | expected ',' or ')', but found the end at position 9 in \"adam(0.9\"",
        "adam(0.9) x | 11 | expected the end, but found 'x' at position 11 in \"adam(0.9) x\"",
        "adam(0.9,,) | 10 | expected a name or a number, but found ',' at position 10 in"
            + " \"adam(0.9,,)\"",
        "adam(3=4) | 7 | expected a name before '=' at position 7 in \"adam(3=4)\"",
        "`` | 1 | expected a name or a number, but found the end at position 1 in \"\"",
      })
  void rule_error_namesTextPositionAndAllowed(String text, int position, String message) {
    SpecException thrown = catchThrowableOfType(SpecException.class, () -> Specs.rule(text));
    assertThat(thrown).hasMessage(message);
    assertThat(thrown.position()).isEqualTo(position);
    assertThat(thrown.text()).isEqualTo(text);
  }

  @Test
  void schedule_missingArguments_areNamed() {
    assertThatThrownBy(() -> Specs.schedule("inverse_sqrt"))
        .hasMessageStartingWith("inverse_sqrt needs initial, which is missing at position 1");
    assertThatThrownBy(() -> Specs.schedule("step(0.5)", 0.1))
        .hasMessageStartingWith("step needs factor, which is missing at position 1");
    assertThatThrownBy(() -> Specs.schedule("step(30, factor=0.5)", 0.1))
        .hasMessageStartingWith("step needs every, which is missing at position 1");
    assertThatThrownBy(() -> Specs.schedule("warmup", 0.1))
        .hasMessageStartingWith("warmup needs steps, which is missing at position 1");
    assertThatThrownBy(() -> Specs.schedule("warmup(10, step(3))", 0.1))
        .hasMessageStartingWith("step needs factor, which is missing at position 12");
  }

  @Test
  void schedule_badStepSize_isRefused() {
    assertThatThrownBy(() -> Specs.schedule("constant", Double.NaN))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("but was NaN");
  }

  @Test
  void rule_nothingNear_suggestsNothing() {
    assertThatThrownBy(() -> Specs.rule("quasinewton"))
        .hasMessageStartingWith(
            "unknown optimizer 'quasinewton' at position 1 in \"quasinewton\": Known: sgd");
  }

  /** A text from a stranger must not overflow the stack. */
  @Test
  void schedule_nestedTooDeep_isRefused() {
    String text = "warmup(1,".repeat(10_000) + "1" + ")".repeat(10_000);
    assertThatThrownBy(() -> Specs.schedule(text))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("nested more than 20 deep");
  }

  @Test
  void scheduleOf_anyStepSize_isWhatScheduleReads() {
    for (String text :
        new String[] {"inverse_sqrt", "cosine(5000)", "0.1", "warmup(100, cosine(5000))"}) {
      DoubleFunction<Schedule> read = Specs.scheduleOf(text);
      for (double eta : new double[] {1.0, 0.02, 1.0, 7.0}) {
        assertThat(read.apply(eta)).isEqualTo(Specs.schedule(text, eta));
      }
    }
  }

  @Test
  void scheduleOf_whatIsNoSchedule_isRefusedBeforeThereIsAStepSize() {
    for (String text : new String[] {"cosine(", "kosine(5)", "cosine(stepz=5)", "step(0.5)"}) {
      assertThatThrownBy(() -> Specs.scheduleOf(text))
          .isInstanceOf(SpecException.class)
          .hasMessageContaining(text);
    }
  }

  @Test
  void choice_nameInAnyCase_isTheValue() {
    for (MomentumForm form : MomentumForm.values()) {
      assertThat(Specs.choice(MomentumForm.class, "form", Specs.choiceName(form))).isEqualTo(form);
    }
    assertThat(Specs.choice(MomentumForm.class, "form", " Ema ")).isEqualTo(MomentumForm.EMA);
    assertThat(Specs.choiceName(MomentumForm.EMA)).isEqualTo("ema");
  }

  @Test
  void choice_unknownName_isRefusedWithTheNamesThereAre() {
    assertThatThrownBy(() -> Specs.choice(MomentumForm.class, "form", "heavy"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("form must be classical, outside or ema, but was heavy");
  }
}
