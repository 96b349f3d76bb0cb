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
 *     rules that take one ({@link UpdateRule#takesMetric}), all of which are linear
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

  /** Checks the clip, and that the rule takes a metric if there is one. */
  public StepPlan {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(learningRate, "learningRate");
    Objects.requireNonNull(penalty, "penalty");
    if (!(gradientClip >= 0.0)) {
      throw new IllegalArgumentException(
          "gradientClip must be at least 0, but was " + gradientClip);
    }
    if (metric != null && !rule.takesMetric()) {
      throw new IllegalArgumentException(
          "metric must be null with a rule that takes none, but the rule was " + rule);
    }
  }

  /**
   * Whether untouched coordinates can catch up exactly, however many steps they missed: under a
   * rule that is linear, without L1 part, and with one curvature of all penalised coordinates.
   *
   * @param dimension number of weights d
   */
  public boolean canBeExact(int dimension) {
    return rule.isLinear()
        && metric == null
        && !penalty.isProximal()
        && !Double.isNaN(commonCurvature(dimension));
  }

  /** Whether coordinates may wait until they are touched; those of a velocity may not. */
  public boolean canWait() {
    boolean driven = rule.isLinear() && rule.remembers();
    return metric == null && !driven;
  }

  /** The one curvature of all penalised coordinates; NaN where they differ. */
  double commonCurvature(int dimension) {
    double found = 0.0;
    for (int j = 0; j < dimension; j++) {
      double at = penalty.curvature(j);
      if (at != 0.0) {
        if (found != 0.0 && Math.abs(at - found) > 1e-12 * found) {
          return Double.NaN;
        }
        found = found == 0.0 ? at : found;
      }
    }
    return found;
  }
}
