package ravine.step;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ravine.penalty.Penalty;
import ravine.rule.UpdateRule;
import ravine.schedule.Schedule;

/**
 * Everything that decides a step but the data: rule, learning rate, penalty and clipping.
 * Immutable.
 *
 * @param rule gradient to weight change
 * @param learningRate η at each step
 * @param penalty the regularisation term of the objective; its scale's zeros are also exempt from
 *     the rule's decoupled decay
 * @param gradientClip largest Euclidean norm of the data gradient, longer ones are scaled down to
 *     it; 0 means no clipping
 * @param metric the quadratic form in which steps are measured, or null for the identity; only with
 *     rules that are linear in the gradient
 */
public record StepPlan(
    UpdateRule rule,
    Schedule learningRate,
    Penalty penalty,
    double gradientClip,
    @Nullable Metric metric)
    implements Serializable {

  /** A plan whose steps are measured as usual. */
  public StepPlan(UpdateRule rule, Schedule learningRate, Penalty penalty, double gradientClip) {
    this(rule, learningRate, penalty, gradientClip, null);
  }

  /** Checks the clip. */
  public StepPlan {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(learningRate, "learningRate");
    Objects.requireNonNull(penalty, "penalty");
    if (!(gradientClip >= 0.0)) {
      throw new IllegalArgumentException(
          "gradientClip must be at least 0, but was " + gradientClip);
    }
  }
}
