package ravine.engine;

import java.util.List;
import ravine.exchange.WholeBatch;
import ravine.loss.LabelKind;
import ravine.loss.SoftHinge;
import ravine.loss.Squared;
import ravine.newton.CountedRows;
import ravine.newton.Iterate;
import ravine.newton.PenaltyTerms;
import ravine.objective.Problem;

/**
 * Solves the problem on rows that the driver holds, by the same {@link NewtonLoop}: where they are
 * all rows, to the end; where they are a sample, as far as its optimum says anything of the
 * whole's.
 */
final class NewtonStart {
  private static final int MOST_PASSES = 400;

  /** The sample's optimum is off by about d/2m of the loss; it is found to a part of that. */
  private static final double PART = 0.05;

  /** Of tol, where the answer is the whole's own. */
  private static final double OF_TOL = 1e-3;

  /** The narrower the twin, the worse it says where the hinge's optimum is. */
  private static final double OF_TOL_OF_HINGE = 0.3;

  /** A sample's start serves until here, and narrower hinges are left to all rows. */
  private static final double WIDTH = 0.02;

  /** Rows a weight that the first Hessian is made of. */
  private static final double ROWS_OF_FIRST = 8.0;

  private NewtonStart() {}

  /**
   * Solves. A sample's problem is given one more row's worth of curvature for each coefficient: it
   * may be separable in columns that few rows have, and its optimum at infinity, where the whole's
   * is not.
   *
   * @param sample rows on the driver
   * @param whole the plan for all rows
   * @param sampled rows in the sample
   * @param all rows of the whole
   * @param isPoor whether some class has so few rows in the sample (less than 10) that its optimum
   *     says nothing: then only its Hessian at the problem's own start is used
   */
  static NewtonPlan.Start solve(
      WholeBatch sample,
      Problem problem,
      NewtonPlan whole,
      long sampled,
      long all,
      boolean isPoor) {
    double[] initial = problem.initial();
    int d = initial.length;
    boolean complete = sampled >= all;
    double share = Math.min(1.0, (double) sampled / all);
    CountedRows rows =
        new CountedRows(sample, PenaltyTerms.of(problem.penalty(), d), Double.POSITIVE_INFINITY);
    Iterate first = rows.read(initial, 0);
    if (isPoor && !complete) {
      return new NewtonPlan.Start(initial, rows.hessian(first, 0, 1, false), share);
    }
    double part = problem.loss() instanceof SoftHinge ? OF_TOL_OF_HINGE : OF_TOL;
    double exact = problem.loss() instanceof Squared ? 0.0 : part * whole.options().tol();
    TrainerOptions options =
        TrainerOptions.builder(whole.options().rule())
            .tol(complete ? exact : PART * d / sampled)
            .maxPasses(MOST_PASSES)
            .seed(whole.options().seed())
            .build();
    boolean narrow = problem.loss() instanceof SoftHinge && !complete;
    // The Hessians are most of the work on a sample, and far from its optimum some rows' does.
    boolean grows =
        problem.loss().labels() == LabelKind.CLASS_INDEX
            && !(problem.loss() instanceof SoftHinge)
            && !complete;
    NewtonPlan plan =
        new NewtonPlan(
            options,
            whole.momentum(),
            whole.nullModel(),
            whole.nullObjective(),
            grows ? whole.hessianWork() : 0.0,
            complete ? 0.0 : first.sums().meanCurvature() / sampled,
            narrow ? WIDTH : Double.MIN_VALUE,
            grows ? Math.min(1.0, ROWS_OF_FIRST * d / sampled) : 1.0);
    NewtonLoop loop =
        new NewtonLoop(sample, problem, plan, new History(List.of(), 1.0, initial), null);
    loop.run(null);
    return loop.asStart(share);
  }
}
