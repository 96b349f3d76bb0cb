package ravine.engine;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ravine.newton.CountedRows;
import ravine.newton.Iterate;
import ravine.newton.IterateCertificate;
import ravine.newton.NewtonWalk;
import ravine.step.Motion;
import ravine.validation.Held;

/** What a {@link NewtonLoop} tells the history. */
final class NewtonRecords {
  private final History history;
  private final @Nullable Function<double[], Held> validation;
  private final double margin;
  private final @Nullable IterateCertificate proof;
  private double computeBefore;
  private double exchangeBefore;
  private double secondsBefore;

  /**
   * Records to be.
   *
   * @param margin relative decrease of the validation loss that counts as improvement
   * @param proof told of every point, so that its record has what its gradient proves; null where
   *     nothing is to be proven
   */
  NewtonRecords(
      History history,
      @Nullable Function<double[], Held> validation,
      double margin,
      @Nullable IterateCertificate proof) {
    this.history = history;
    this.validation = validation;
    this.margin = margin;
    this.proof = proof;
  }

  /** The problem's own start, whose objective may be known without a pass. */
  void start(double[] theta, double objective) {
    add(theta, objective, new PassRecord(0, 0, objective, Double.NaN, 0.0, 0.0, 0.0, 0.0));
  }

  /** The point. */
  void add(NewtonWalk walk, double passes, long steps) {
    Iterate at = walk.current();
    int pass = (int) Math.ceil(passes - 1e-9);
    PassRecord record =
        new PassRecord(
            pass,
            steps,
            at.objective(),
            Double.NaN,
            walk.length(),
            at.gradientNorm(),
            walk.moved(),
            0.0);
    add(at.theta(), at.objective(), proof == null ? record : record.with(proof.byGradient(at)));
  }

  /** The point after a step, and the step with all that was asked since the one before. */
  void step(NewtonWalk walk, CountedRows rows, long steps) {
    Iterate from = walk.previous();
    double seconds = history.seconds();
    double compute = rows.computeSeconds() - computeBefore;
    double exchange = rows.exchangeSeconds() - exchangeBefore;
    history.step(
        new StepRecord(
            steps,
            rows.passes(),
            from.objective(),
            walk.length(),
            from.gradientNorm(),
            walk.moved(),
            compute,
            exchange,
            Math.max(0.0, seconds - secondsBefore - compute - exchange),
            Motion.between(
                Double.NaN, from.theta(), walk.current().theta(), walk.current().gradient()),
            0L),
        walk.current()::theta);
    computeBefore = rows.computeSeconds();
    exchangeBefore = rows.exchangeSeconds();
    secondsBefore = seconds;
    add(walk, rows.passes(), steps);
  }

  private void add(double[] theta, double objective, PassRecord record) {
    double unit = history.reportUnit();
    Held held = validation == null ? Held.NOTHING : validation.apply(theta);
    history.pass(
        new PassRecord(
            record.pass(),
            record.step(),
            objective * unit,
            held.loss() * unit,
            record.learningRate(),
            record.gradientNorm(),
            record.velocityNorm(),
            history.seconds(),
            record.gapBound() * unit,
            record.gapIsProven()),
        theta,
        objective,
        held,
        margin);
  }
}
