package ravine.landscape;

import java.util.Locale;
import ravine.rule.Adam;
import ravine.rule.Momentum;
import ravine.rule.MomentumForm;
import ravine.rule.Nesterov;
import ravine.rule.RmsProp;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;
import ravine.schedule.Linear;

/** The update rules whose paths are drawn, in the order of the picture. */
enum Method {
  SGD("SGD", "w ← w − ηg"),
  MOMENTUM("Momentum", "v ← γv + ηg; w ← w − v"),
  NESTEROV("NAG", "g at w − γv; v ← γv + ηg; w ← w − v"),
  ADAM("Adam", "w ← w − ηm̂/√v̂, with β₁ = γ"),
  EMA("EMA of gradients", "v ← γv + (1 − γ)g; w ← w − ηv"),
  ANNEALED("Momentum, 0.5 → γ", "as momentum; γ rises over 30 steps"),
  RMSPROP("RMSProp", "w ← w − ηg/√s, with ρ = 0.9");

  /** At which an annealed momentum has risen. */
  private static final int RISEN = Walk.DRAWN / 2;

  private final String title;
  private final String formula;

  Method(String title, String formula) {
    this.title = title;
    this.formula = formula;
  }

  /** For people. */
  String title() {
    return title;
  }

  /** What a step is, for people. */
  String formula() {
    return formula;
  }

  /** For the script of the page. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The rule.
   *
   * @param momentum γ, in [0, 1); rules that have none do not look at it
   */
  UpdateRule rule(double momentum) {
    Constant gamma = new Constant(momentum);
    return switch (this) {
      case SGD -> new Sgd();
      case MOMENTUM -> new Momentum(gamma);
      case NESTEROV -> new Nesterov(gamma);
      case ADAM -> new Adam(momentum, 0.999, 1e-8);
      case EMA -> new Momentum(gamma, MomentumForm.EMA);
      case ANNEALED -> new Momentum(new Linear(0.5, momentum, RISEN));
      case RMSPROP -> new RmsProp();
    };
  }
}
