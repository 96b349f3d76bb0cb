package ravine.engine;

import java.util.Arrays;
import java.util.function.Function;
import ravine.exchange.GradientEngine;
import ravine.exchange.Gradients;
import ravine.exchange.StepJobs;
import ravine.exchange.Work;
import ravine.loss.Hinge;
import ravine.loss.SmoothHinge;
import ravine.loss.SoftHinge;
import ravine.objective.Problem;
import ravine.penalty.Penalty;
import ravine.validation.Held;
import ravine.validation.ValidationMetric;

/**
 * A kink has no Hessian; where the step is ours to choose, the hinge is trained as its smooth twin,
 * {@link SoftHinge}, whose width μ becomes smaller until its answer is proven to be the hinge's: ln
 * μ is one more coordinate at the end of θ, without penalty.
 */
final class SmoothTwin {
  /** Of margins, which the hinge asks to be 1: at this μ the loss is nearly the logistic one. */
  private static final double FIRST = 0.3;

  /** ln μ where no margin is told from the hinge's any more: the loss there is the hinge. */
  private static final double LIMIT = -60.0;

  private static final double OF_A_START = 1e-2;

  private SmoothTwin() {}

  /** The problem, or its twin where the hinge takes full-batch steps. */
  static Problem of(Problem problem, TrainerOptions options) {
    if (!(problem.loss() instanceof Hinge) || options.reasonForMiniBatches() != null) {
      return problem;
    }
    int d = problem.initial().length;
    double[] initial = Arrays.copyOf(problem.initial(), d + 1);
    initial[d] = Math.log(FIRST / problem.coordinates().outputScale());
    Penalty penalty = problem.penalty();
    return new Problem(
        new SoftHinge(),
        problem.coordinates().plusExtra(),
        penalty.withScale(penalty.scale().plusExempt(d)),
        initial,
        problem.lossUnit(),
        problem.reportUnit());
  }

  /** The twin to begin mini-batches from; the problem itself where its loss has no kink. */
  static Problem toBegin(Problem problem) {
    return problem.loss() instanceof Hinge ? parabola(problem, OF_A_START) : problem;
  }

  private static Problem parabola(Problem problem, double width) {
    return new Problem(
        new SmoothHinge(width),
        problem.coordinates(),
        problem.penalty(),
        problem.initial(),
        problem.lossUnit(),
        problem.reportUnit());
  }

  /** What the validation rows say: of the hinge itself, whatever the twin's width. */
  static Function<double[], Held> validation(Run run) {
    ValidationMetric metric = run.options().validationMetric();
    return run.problem().loss() instanceof SoftHinge
        ? theta -> run.gradients().validate(atLimit(theta), metric)
        : theta -> run.gradients().validate(theta, metric);
  }

  /**
   * The twin's result as the hinge's: without the width, and with one more record, of the objective
   * that was asked for. One pass.
   */
  static TrainingResult measured(Run run, TrainingResult result) {
    boolean soft = run.problem().loss() instanceof SoftHinge;
    int d = result.weights().length;
    return result.measured(
        soft ? Arrays.copyOf(result.weights(), d - 1) : result.weights(),
        (soft ? run.objective(atLimit(result.weights())) : hinge(run, result))
            * run.problem().reportUnit());
  }

  /** The same of a training that failed, without the pass: nobody may be there to be asked. */
  static TrainingResult unmeasured(Run run, TrainingResult result) {
    return run.problem().loss() instanceof SoftHinge
        ? result.ofWeights(Arrays.copyOf(result.weights(), result.weights().length - 1))
        : result;
  }

  private static double hinge(Run run, TrainingResult result) {
    Problem problem = run.problem();
    Problem own =
        Problem.of(new Hinge(), problem.coordinates(), problem.penalty(), problem.initial());
    try (GradientEngine engine =
        new StepJobs(run.data().packedRows(), Work.of(own, false), result.seed())) {
      return new Gradients(engine, own).loss(result.weights())
          + own.penalty().value(result.weights());
    }
  }

  /** Weights of the problem that was asked for, as those of what is trained in its place. */
  static double[] ofOriginal(Problem trained, double[] weights) {
    double[] start = trained.initial().clone();
    System.arraycopy(weights, 0, start, 0, weights.length);
    return start;
  }

  private static double[] atLimit(double[] theta) {
    double[] limit = theta.clone();
    limit[limit.length - 1] = LIMIT;
    return limit;
  }
}
