package ravine.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.objective.Problem;
import ravine.penalty.Bounds;
import ravine.rule.Momentum;
import ravine.rule.Nesterov;
import ravine.rule.UpdateRule;

/**
 * What a {@link NewtonLoop} is to do, beyond the problem.
 *
 * @param options tol, most passes and steps, patience
 * @param momentum the largest momentum coefficient: γ of the rule, 0 for plain descent
 * @param nullModel θ without coefficients, its intercepts those of the null model, length d; where
 *     the problem's own start has coefficients the best point between the two is sought first
 * @param nullObjective its objective in the loop's units; NaN if it has to be asked for
 * @param hessianWork passes' worth of time that a Hessian of all rows takes: see {@link
 *     #hessianWork(int, double)}
 * @param ridge added to the L2 term of every coefficient: of a sample's problem only, because
 *     nothing is proven of another one than the whole's
 * @param leastWidth of the soft hinge, at which its run may end; 0 where only a proven bound of the
 *     hinge itself ends it
 * @param firstShare of the rows, for a Hessian where there is none, in (0, 1]
 */
record NewtonPlan(
    TrainerOptions options,
    double momentum,
    double[] nullModel,
    double nullObjective,
    double hessianWork,
    double ridge,
    double leastWidth,
    double firstShare) {
  private static final long LATE = 1_000_000L;

  /** For all rows. */
  static NewtonPlan of(
      TrainerOptions options, double[] nullModel, double nullObjective, double hessianWork) {
    return new NewtonPlan(
        options, momentum(options.rule()), nullModel, nullObjective, hessianWork, 0.0, 0.0, 1.0);
  }

  /** γ of a rule that has it, late in its schedule. */
  static double momentum(UpdateRule rule) {
    if (rule instanceof Momentum momentum) {
      return momentum.momentum().at(LATE);
    }
    return rule instanceof Nesterov nesterov ? nesterov.momentum().at(LATE) : 0.0;
  }

  /**
   * A Hessian has d/4 times the multiplications of a gradient and does about eight times as many in
   * a second; of sparse rows, a quarter of the non-zeros and four times. A formula and not a clock:
   * the bits of a fit must not depend on the time of day.
   *
   * @param dimension d
   * @param nonZeros mean stored features in a row; d or more where rows are dense
   */
  static double hessianWork(int dimension, double nonZeros) {
    return Math.max(1.0, Math.min(dimension / 32.0, nonZeros / 16.0));
  }

  /** The problem's own start without its coefficients, or as near to that as bounds allow. */
  static double[] nullModel(Problem problem) {
    double[] theta = problem.initial().clone();
    int coefficients = problem.coordinates().features() * problem.coordinates().outputs();
    Arrays.fill(theta, 0, coefficients, 0.0);
    Bounds bounds = problem.penalty().bounds();
    if (bounds != null) {
      bounds.clip(theta);
    }
    return theta;
  }

  /** Whether the problem's own start is a model, and not the null model. */
  static boolean hasCoefficients(Problem problem) {
    double[] nullModel = nullModel(problem);
    for (int j = 0; j < nullModel.length; j++) {
      if (problem.initial()[j] != nullModel[j]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Where a run begins if not at the problem's own start.
   *
   * @param theta θ, such as the optimum of a sample, length d
   * @param hessian of the mean loss there, d × d; null if it has to be asked for
   * @param share of the rows that the Hessian was made of, in (0, 1]
   */
  record Start(double[] theta, double @Nullable [] hessian, double share) {}
}
