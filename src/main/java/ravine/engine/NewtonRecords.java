package ravine.engine;

import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import ravine.newton.CountedRows;
import ravine.newton.Iterate;
import ravine.newton.NewtonWalk;

/** What a {@link NewtonLoop} tells the history. */
final class NewtonRecords {
  private final History history;
  private final @Nullable ToDoubleFunction<double[]> validation;
  private final double margin;
  private double askedBefore;
  private double secondsBefore;

  /**
   * Records to be.
   *
   * @param margin relative decrease of the validation loss that counts as improvement
   */
  NewtonRecords(History history, @Nullable ToDoubleFunction<double[]> validation, double margin) {
    this.history = history;
    this.validation = validation;
    this.margin = margin;
  }

  /** The problem's own start, whose objective may be known without a pass. */
  void start(double[] theta, double objective) {
    add(theta, objective, new PassRecord(0, 0, objective, held(theta), 0.0, 0.0, 0.0, 0.0));
  }

  /** The point. */
  void add(NewtonWalk walk, double passes, long steps) {
    Iterate at = walk.current();
    int pass = (int) Math.ceil(passes - 1e-9);
    double held = held(at.theta());
    add(
        at.theta(),
        at.objective(),
        new PassRecord(
            pass,
            steps,
            at.objective(),
            held,
            walk.length(),
            at.gradientNorm(),
            walk.moved(),
            0.0));
  }

  /**
   * The point after a step, and the step. Gradients and Hessians of all partitions are asked for as
   * sums, so that the time of the questions is not told apart: all of it counts as exchange.
   */
  void step(NewtonWalk walk, CountedRows rows, long steps) {
    Iterate from = walk.previous();
    double seconds = history.seconds();
    double asked = rows.seconds() - askedBefore;
    history.step(
        new StepRecord(
            steps,
            rows.passes(),
            from.objective(),
            walk.length(),
            from.gradientNorm(),
            walk.moved(),
            0.0,
            asked,
            Math.max(0.0, seconds - secondsBefore - asked)));
    askedBefore = rows.seconds();
    secondsBefore = seconds;
    add(walk, rows.passes(), steps);
  }

  private double held(double[] theta) {
    return validation == null ? Double.NaN : validation.applyAsDouble(theta);
  }

  private void add(double[] theta, double objective, PassRecord record) {
    double unit = history.reportUnit();
    history.pass(
        new PassRecord(
            record.pass(),
            record.step(),
            objective * unit,
            record.validationLoss() * unit,
            record.learningRate(),
            record.gradientNorm(),
            record.velocityNorm(),
            history.seconds()),
        theta,
        objective,
        record.validationLoss(),
        margin);
  }
}
