package ravine.mllib;

import java.util.Objects;
import ravine.rule.Adam;

/**
 * Adam as an MLlib {@code Updater}.
 *
 * <pre>{@code
 * new GradientDescent(new LogisticGradient(), new AdamUpdater().setSchedule("constant"))
 *     .setStepSize(0.01)
 *     .setConvergenceTol(0.0)
 * }</pre>
 *
 * <p>Each step moves each weight by about the learning rate, whatever the scale of the gradient: a
 * step size is an amount of change per step (0.001 … 0.1), not a factor of the gradient. {@code
 * setSchedule("constant")} gives what the paper and other libraries call Adam; without it the rate
 * is MLlib's stepSize/√iter. MLlib's default {@code convergenceTol} of 0.001 takes such small steps
 * for convergence; set it to 0.
 *
 * <p>Its relatives are {@code new RuleUpdater("adamw")}, {@code "amsgrad"}, {@code "adamax"} and
 * {@code "nadam"}.
 */
public final class AdamUpdater extends StatefulUpdater<AdamUpdater> {
  private static final long serialVersionUID = 1L;

  private final Adam rule;

  /** Adam with the paper's β₁ = 0.9, β₂ = 0.999, ε = 1e-8. */
  public AdamUpdater() {
    this(new Adam());
  }

  /**
   * Adam with the paper's ε = 1e-8.
   *
   * @param beta1 decay of the first moment, in [0, 1)
   * @param beta2 decay of the second moment, in [0, 1)
   */
  public AdamUpdater(double beta1, double beta2) {
    this(new Adam(beta1, beta2, new Adam().epsilon()));
  }

  /**
   * Adam.
   *
   * @param beta1 decay of the first moment, in [0, 1)
   * @param beta2 decay of the second moment, in [0, 1)
   * @param epsilon added to the root of the second moment, above 0
   */
  public AdamUpdater(double beta1, double beta2, double epsilon) {
    this(new Adam(beta1, beta2, epsilon));
  }

  /** Adam in any form. */
  public AdamUpdater(Adam rule) {
    this.rule = Objects.requireNonNull(rule, "rule");
  }

  @Override
  public Adam rule() {
    return rule;
  }

  @Override
  AdamUpdater self() {
    return this;
  }
}
