package ravine.rule;

import static java.util.Map.entry;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import ravine.schedule.Constant;
import ravine.schedule.Linear;
import ravine.schedule.Schedule;

/** Every rule in every form and with every option, under the name of its golden file. */
final class Rules {
  private static final Schedule RISING = new Linear(0.5, 0.9, 30);
  private static final Schedule STEADY = new Constant(0.9);

  static final Map<String, UpdateRule> BY_GOLDEN_FILE =
      new TreeMap<>(
          Map.ofEntries(
              entry("sgd", new Sgd()),
              entry("momentum-classical", new Momentum()),
              entry("momentum-classical-scheduled", new Momentum(RISING)),
              entry("momentum-outside", new Momentum(STEADY, MomentumForm.OUTSIDE)),
              entry(
                  "momentum-outside-dampening",
                  new Momentum(
                      new Constant(0.8),
                      MomentumForm.OUTSIDE,
                      0.3,
                      MomentumCorrection.NONE,
                      0.999,
                      1e-8)),
              entry("momentum-outside-scheduled", new Momentum(RISING, MomentumForm.OUTSIDE)),
              entry("momentum-ema", new Momentum(STEADY, MomentumForm.EMA)),
              entry("momentum-ema-scheduled", new Momentum(RISING, MomentumForm.EMA)),
              entry("momentum-unbiased", new Momentum(STEADY, MomentumCorrection.UNBIASED)),
              entry(
                  "momentum-unbiased-scheduled", new Momentum(RISING, MomentumCorrection.UNBIASED)),
              entry("momentum-root", new Momentum(STEADY, MomentumCorrection.ROOT)),
              entry(
                  "momentum-root-scheduled",
                  new Momentum(
                      RISING, MomentumForm.OUTSIDE, 0.0, MomentumCorrection.ROOT, 0.95, 0.01)),
              entry("nesterov-lookahead", new Nesterov()),
              entry("nesterov-lookahead-points", new Nesterov()),
              entry("nesterov-lookahead-scheduled", new Nesterov(RISING)),
              entry("nesterov-rewritten", new Nesterov(STEADY, NesterovForm.REWRITTEN)),
              entry("nesterov-rewritten-scheduled", new Nesterov(RISING, NesterovForm.REWRITTEN)),
              entry("nesterov-outside", new Nesterov(STEADY, NesterovForm.OUTSIDE)),
              entry("nesterov-outside-scheduled", new Nesterov(RISING, NesterovForm.OUTSIDE)),
              entry("adagrad", new AdaGrad()),
              entry("adagrad-initial", new AdaGrad(1e-3, 0.1)),
              entry("adadelta", new AdaDelta()),
              entry("adadelta-epsilon", new AdaDelta(0.95, 0.01)),
              entry("rmsprop", new RmsProp()),
              entry("rmsprop-centered", new RmsProp(0.95, 1e-4, true, new Constant(0.0))),
              entry("rmsprop-momentum", new RmsProp(0.99, 1e-8, false, STEADY)),
              entry("rmsprop-momentum-scheduled", new RmsProp(0.9, 1e-8, false, RISING)),
              entry("rmsprop-centered-momentum", new RmsProp(0.9, 1e-4, true, new Constant(0.5))),
              entry("adam", new Adam()),
              entry("adam-betas", new Adam(0.8, 0.95, 1e-3)),
              entry("adam-hat", new Adam(0.9, 0.999, 1e-7, EpsilonForm.HAT, true)),
              entry("adam-hat-epsilon", new Adam(0.9, 0.999, 0.1, EpsilonForm.HAT, true)),
              entry("adam-inside", new Adam(0.9, 0.999, 1e-4, EpsilonForm.INSIDE, true)),
              entry("adam-uncorrected", new Adam(0.9, 0.999, 1e-8, EpsilonForm.OUTSIDE, false)),
              entry("adam-hat-uncorrected", new Adam(0.9, 0.999, 1e-8, EpsilonForm.HAT, false)),
              entry(
                  "adam-inside-uncorrected", new Adam(0.9, 0.999, 1e-8, EpsilonForm.INSIDE, false)),
              entry("adamw", new AdamW()),
              entry("adamw-decay", new AdamW(0.7, 0.9, 1e-6, 0.5)),
              entry("amsgrad", new AmsGrad()),
              entry("amsgrad-betas", new AmsGrad(0.8, 0.7, 1e-3)),
              entry("adamax", new AdaMax()),
              entry("adamax-betas", new AdaMax(0.8, 0.6, 0.01)),
              entry("nadam", new Nadam()),
              entry("nadam-decay", new Nadam(0.8, 0.9, 1e-3, 0.1)),
              entry("nadam-keras", new Nadam(0.9, 0.999, 1e-7, 1.0))));

  private Rules() {}

  static Stream<UpdateRule> all() {
    return BY_GOLDEN_FILE.values().stream().distinct();
  }
}
