package ravine.mllib;

import java.util.Objects;
import ravine.rule.UpdateRule;
import ravine.spec.Specs;

/**
 * Any update rule as an MLlib {@code Updater}.
 *
 * <pre>{@code
 * new GradientDescent(new LogisticGradient(), new RuleUpdater("rmsprop(0.95)").setSchedule("constant"))
 * }</pre>
 *
 * <p>{@code new RuleUpdater("sgd")} equals MLlib's {@code SimpleUpdater} bit for bit, and with
 * {@code setPenalty("l1")} or {@code setPenalty("l2")} its {@code L1Updater} and {@code
 * SquaredL2Updater}.
 *
 * <p>With a look-ahead rule ({@code nag}) MLlib's weights are the look-ahead point θ − γv, so that
 * MLlib takes its gradients there. The weights MLlib returns, its loss history and its
 * regularisation values then all refer to that point; {@link #weights()} is θ.
 */
public final class RuleUpdater extends StatefulUpdater<RuleUpdater> {
  private static final long serialVersionUID = 1L;

  private final UpdateRule rule;

  /**
   * @param rule a rule as text, such as {@code adam(beta2=0.99)}; see {@link Specs}
   * @throws IllegalArgumentException if the text is not a rule
   */
  public RuleUpdater(String rule) {
    this(Specs.rule(rule));
  }

  /** An updater that applies {@code rule}. */
  public RuleUpdater(UpdateRule rule) {
    this.rule = Objects.requireNonNull(rule, "rule");
  }

  @Override
  public UpdateRule rule() {
    return rule;
  }

  @Override
  RuleUpdater self() {
    return this;
  }
}
