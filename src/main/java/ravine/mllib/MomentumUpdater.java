package ravine.mllib;

import java.util.Objects;
import ravine.rule.Momentum;
import ravine.schedule.Schedule;

/**
 * Gradient descent with momentum, v ← γv + ηg; θ ← θ − v, as an MLlib {@code Updater}.
 *
 * <pre>{@code
 * new GradientDescent(new LogisticGradient(), new MomentumUpdater(0.9)).setStepSize(0.1)
 * }</pre>
 *
 * <p>A steady gradient moves the weights by 1/(1 − γ) times the plain step, so a step size that was
 * right for {@code SimpleUpdater} becomes (1 − γ) of it, a tenth for γ = 0.9. (Not so with {@code
 * form=ema}, whose velocity is a mean of gradients: the step size stays.)
 *
 * <p>Other forms of momentum: {@code new MomentumUpdater(new Momentum(...))}, or as text {@code new
 * RuleUpdater("momentum(0.9, form=ema, correction=unbiased)")}.
 */
public final class MomentumUpdater extends StatefulUpdater<MomentumUpdater> {
  private static final long serialVersionUID = 1L;

  private final Momentum rule;

  /** Classical momentum with γ = 0.9. */
  public MomentumUpdater() {
    this(new Momentum());
  }

  /**
   * Classical momentum.
   *
   * @param momentum γ, in [0, 1)
   */
  public MomentumUpdater(double momentum) {
    this(new Momentum(momentum));
  }

  /**
   * Classical momentum whose γ changes from step to step.
   *
   * @param momentum γ of each update, such as {@code new Linear(0.5, 0.9, 100)}; values in [0, 1)
   */
  public MomentumUpdater(Schedule momentum) {
    this(new Momentum(momentum));
  }

  /** Momentum in any form. */
  public MomentumUpdater(Momentum rule) {
    this.rule = Objects.requireNonNull(rule, "rule");
  }

  @Override
  public Momentum rule() {
    return rule;
  }

  @Override
  MomentumUpdater self() {
    return this;
  }
}
