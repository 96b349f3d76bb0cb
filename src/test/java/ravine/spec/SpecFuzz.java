package ravine.spec;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import ravine.fuzz.FuzzTarget;
import ravine.fuzz.Mutations;

/** Texts of rules, schedules and optimizers. */
public final class SpecFuzz implements FuzzTarget {
  private static final List<String> GOOD =
      List.of(
          "adam(beta1=0.9, beta2=0.999, epsilon=1e-8)",
          "nesterov(momentum=0.8, form=lookahead)",
          "momentum(0.9)",
          "sgd",
          "lbfgs(memory=7)",
          "momentum(schedule=accelerated)",
          "warmup(10, cosine(0.1, 100, 0.0))",
          "onecycle(0.1, 100)",
          "exponential(0.1, 0.99)",
          "step(0.1, 10, 0.5)");

  @Override
  public String name() {
    return "specs";
  }

  @Override
  public Object input(SplittableRandom random) {
    return Mutations.text(random, GOOD);
  }

  @Override
  public void read(Object input) {
    String text = (String) input;
    SpecException refused = null;
    for (int i = 0; i < 4; i++) {
      try {
        switch (i) {
          case 0 -> Specs.rule(text);
          case 1 -> Specs.optimizer(text);
          case 2 -> Specs.schedule(text);
          default -> Objects.requireNonNull(Specs.scheduleOf(text).apply(0.1));
        }
        return;
      } catch (SpecException e) {
        refused = e;
      }
    }
    throw refused;
  }

  @Override
  public boolean isDocumented(Throwable thrown) {
    return thrown instanceof SpecException;
  }
}
