package ravine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import ravine.rule.AdaDelta;
import ravine.rule.AdaGrad;
import ravine.rule.AdaMax;
import ravine.rule.Adam;
import ravine.rule.AdamW;
import ravine.rule.AmsGrad;
import ravine.rule.EpsilonForm;
import ravine.rule.Momentum;
import ravine.rule.MomentumCorrection;
import ravine.rule.MomentumForm;
import ravine.rule.Nadam;
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
import ravine.schedule.Plateau;
import ravine.schedule.Polynomial;
import ravine.schedule.Schedule;
import ravine.schedule.StepDecay;
import ravine.schedule.Warmup;

class SpecsRoundTripTest {

  @Property(tries = 500)
  void rule_ofItsOwnText_isEqual(@ForAll("rules") UpdateRule rule) {
    assertThat(Specs.rule(rule.toString())).isEqualTo(rule);
  }

  @Property(tries = 500)
  void schedule_ofItsOwnText_isEqual(@ForAll("schedules") Schedule schedule) {
    assertThat(Specs.schedule(schedule.toString())).isEqualTo(schedule);
    assertThat(Specs.schedule(schedule.toString(), 123.0)).isEqualTo(schedule);
  }

  private static Arbitrary<Double> coefficient() {
    return Arbitraries.doubles().between(0.0, 1.0).ofScale(15).filter(value -> value < 1.0);
  }

  private static Arbitrary<Double> positive() {
    return Arbitraries.oneOf(
        Arbitraries.doubles().between(1e-12, 1.0).ofScale(15),
        Arbitraries.of(Double.MIN_VALUE, 1e-300, 1e-8, 1.0, 1e22, Double.MAX_VALUE));
  }

  private static Arbitrary<Double> atLeastZero() {
    return Arbitraries.oneOf(positive(), Arbitraries.of(0.0, 0.1, 3.0));
  }

  private static Arbitrary<Long> count() {
    return Arbitraries.longs().between(1, Long.MAX_VALUE);
  }

  private static Arbitrary<Schedule> momentum() {
    return Arbitraries.oneOf(
        coefficient().map(Constant::new),
        Combinators.combine(coefficient(), coefficient(), count()).as(Linear::new),
        Combinators.combine(count(), coefficient().map(Constant::new)).as(Warmup::new));
  }

  @Provide
  Arbitrary<Schedule> schedules() {
    Arbitrary<Schedule> simple =
        Arbitraries.oneOf(
            atLeastZero().map(Constant::new),
            atLeastZero().map(InverseSqrt::new),
            Combinators.combine(atLeastZero(), atLeastZero()).as(InverseTime::new),
            Combinators.combine(
                    atLeastZero(), Arbitraries.doubles().between(1e-9, 1.0).ofScale(12), count())
                .as(StepDecay::new),
            Combinators.combine(
                    atLeastZero(), Arbitraries.doubles().between(1e-9, 1.0).ofScale(12), count())
                .as(Plateau::new),
            Combinators.combine(
                    atLeastZero(), Arbitraries.doubles().between(1e-9, 1.0).ofScale(12), count())
                .as(Exponential::new),
            Combinators.combine(atLeastZero(), atLeastZero(), count()).as(Linear::new),
            Combinators.combine(atLeastZero(), atLeastZero(), count(), positive())
                .as(Polynomial::new),
            Combinators.combine(atLeastZero(), count(), atLeastZero()).as(Cosine::new),
            Combinators.combine(atLeastZero(), count()).as(OneCycle::new));
    Arbitrary<Schedule> warm = Combinators.combine(count(), simple).as(Warmup::new);
    return Arbitraries.oneOf(
        simple, warm, Combinators.combine(count(), warm).<Schedule>as(Warmup::new));
  }

  @Provide
  Arbitrary<UpdateRule> rules() {
    Arbitrary<UpdateRule> momentum =
        Arbitraries.oneOf(
            Combinators.combine(momentum(), Arbitraries.of(MomentumForm.class)).as(Momentum::new),
            Combinators.combine(momentum(), Arbitraries.of(MomentumCorrection.class))
                .as(Momentum::new),
            Combinators.combine(momentum(), coefficient())
                .as(
                    (gamma, dampening) ->
                        new Momentum(
                            gamma,
                            MomentumForm.OUTSIDE,
                            dampening,
                            MomentumCorrection.NONE,
                            new Momentum().decay(),
                            new Momentum().epsilon())),
            Combinators.combine(momentum(), coefficient(), positive())
                .as(
                    (gamma, decay, epsilon) ->
                        new Momentum(
                            gamma,
                            MomentumForm.OUTSIDE,
                            0.0,
                            MomentumCorrection.ROOT,
                            decay,
                            epsilon)));
    return Arbitraries.oneOf(
        Arbitraries.just(new Sgd()),
        momentum,
        Combinators.combine(momentum(), Arbitraries.of(NesterovForm.class)).as(Nesterov::new),
        Combinators.combine(positive(), atLeastZero()).as(AdaGrad::new),
        Combinators.combine(coefficient(), positive()).as(AdaDelta::new),
        Combinators.combine(coefficient(), positive(), Arbitraries.of(true, false), momentum())
            .as(RmsProp::new),
        Combinators.combine(
                coefficient(),
                coefficient(),
                positive(),
                Arbitraries.of(EpsilonForm.class),
                Arbitraries.of(true, false))
            .as(Adam::new),
        Combinators.combine(coefficient(), coefficient(), positive(), atLeastZero()).as(AdamW::new),
        Combinators.combine(coefficient(), coefficient(), positive()).as(AmsGrad::new),
        Combinators.combine(coefficient(), coefficient(), positive()).as(AdaMax::new),
        Combinators.combine(coefficient(), coefficient(), positive(), atLeastZero())
            .as(Nadam::new));
  }
}
