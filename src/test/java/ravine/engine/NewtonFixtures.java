package ravine.engine;

import java.util.List;
import ravine.curvature.Certificate;
import ravine.exchange.KeptGradients;
import ravine.objective.Problem;
import ravine.rows.ColumnStats;
import ravine.rows.PackedPartition;
import ravine.rows.RowsFixtures;
import ravine.rows.SampleDraw;

/** Newton steps on rows of this process: what an estimator does by default, less Spark. */
public final class NewtonFixtures {
  /**
   * What came out.
   *
   * @param weights θ
   * @param passes reads of all rows, shares of Hessians included
   * @param certificate in reported units
   */
  public record Fitted(
      double[] weights, StopReason reason, double passes, Certificate certificate) {}

  private NewtonFixtures() {}

  /** Trains on all rows of a partition, from the optimum of a sample where one would be drawn. */
  public static Fitted fit(
      PackedPartition rows, ColumnStats stats, Problem problem, TrainerOptions options) {
    int dimension = problem.coordinates().dimension();
    double stored = (double) stats.stored() / (double) stats.rows();
    double[] nullModel = NewtonPlan.nullModel(problem);
    NewtonPlan plan =
        NewtonPlan.of(options, nullModel, Double.NaN, NewtonPlan.hessianWork(dimension, stored));
    long size =
        SampleDraw.size(
            (double) stats.rows(),
            problem.coordinates().features() + 1.0,
            dimension,
            (double) stats.stored());
    NewtonPlan.Start start = size == 0 ? null : start(rows, stats, problem, plan, size);
    History history = new History(List.of(), problem.reportUnit(), problem.initial());
    NewtonLoop loop = new NewtonLoop(KeptGradients.of(rows, problem), problem, plan, history, null);
    StopReason reason = loop.run(start);
    return new Fitted(
        history.bestWeights(),
        reason,
        loop.passes(),
        loop.certificate().times(problem.reportUnit()));
  }

  private static NewtonPlan.Start start(
      PackedPartition rows, ColumnStats stats, Problem problem, NewtonPlan plan, long size) {
    PackedPartition sample =
        RowsFixtures.sample(
            rows,
            stats,
            size,
            problem.coordinates().centre(),
            problem.coordinates().inverse(),
            plan.options().seed());
    return NewtonSteps.solve(sample, problem, plan, stats.rows());
  }
}
