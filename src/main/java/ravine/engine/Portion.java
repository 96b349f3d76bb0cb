package ravine.engine;

import ravine.batches.MiniBatchStep;
import ravine.batches.PassStart;
import ravine.checkpoint.Sections;
import ravine.exchange.GradientEngine;
import ravine.objective.Problem;
import ravine.plugin.Telling;
import ravine.resume.Checkpoints;
import ravine.step.Stepper;

/**
 * One pass of mini-batches over rows that come after others: the rule goes on with the weights, the
 * memory and the step count that the portion before has left it, at a rate that the first portion
 * decided unless the user did, and in the same coordinates. What it leaves is a function of what it
 * was given and of the rows, to the bit.
 *
 * @param weights θ after the pass
 * @param objective at the weights before the pass, over these rows, which nothing was learnt from
 *     by then: in reported units
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Portion(double[] weights, double objective) {
  private static final String PORTIONS = "portions";

  /**
   * Trains, from where {@code state} says to what is then written to it.
   *
   * @param problem in the coordinates of the first portion; its initial weights count there alone
   * @param state left by the portion before; {@linkplain #count without one} for the first
   * @throws IllegalStateException if a loss or a gradient is not finite; {@code state} is then as
   *     it was
   */
  public static Portion train(
      TrainingData data, Problem problem, TrainerOptions options, Sections state) {
    return data.alike(() -> trainOn(data, problem, options, state));
  }

  private static Portion trainOn(
      TrainingData data, Problem problem, TrainerOptions options, Sections state) {
    int number = count(state);
    try (GradientEngine engine = Trainer.open(data, problem, options)) {
      Run run =
          Run.of(
              data,
              problem,
              options,
              engine,
              number == 0 ? Checkpoints.none() : Checkpoints.goingOnFrom(state),
              Telling.nobody());
      MiniBatchPlan plan = MiniBatchPlan.of(run, null);
      MiniBatchStep step = plan.step();
      Stepper stepper = step.stepper();
      if (number > 0) {
        PassStart left = PassStart.restored(state, stepper);
        stepper.restore(left.weights(), left.state(), left.steps());
      }
      double before = step.beginPass(stepper.weights()) + step.penalty().value(stepper.weights());
      requireFinite(before, "The objective", options, stepper);
      int batches = plan.batches();
      for (int batch = 0; batch < batches; ) {
        MiniBatchStep.Done done = step.take(number + 1, batch, batches);
        batch += done.batches();
        if (done.answer().hasRows() && !done.isFinite()) {
          requireFinite(Double.NaN, "The loss or the gradient of a mini-batch", options, stepper);
        }
      }
      double[] weights = stepper.weights().clone();
      PassStart.of(stepper, before).save(state);
      plan.save(state);
      state.putIntegers(PORTIONS, number + 1);
      return new Portion(weights, before * problem.reportUnit());
    }
  }

  private static void requireFinite(
      double value, String what, TrainerOptions options, Stepper stepper) {
    if (!Double.isFinite(value)) {
      throw new IllegalStateException(
          what
              + " is not finite after "
              + stepper.steps()
              + " steps of "
              + options.rule()
              + ": set a shorter stepSize than "
              + stepper.plan().learningRate()
              + ", or look for rows far out of the range of the first ones.");
    }
  }

  /** How many portions have made a state; 0 for none. */
  public static int count(Sections state) {
    return state.has(PORTIONS) ? (int) state.integer(PORTIONS) : 0;
  }

  /** How many steps have. */
  public static long steps(Sections state) {
    return count(state) == 0 ? 0 : state.integers("start.steps", 3)[0];
  }

  /** The weights θ that a state holds; it must hold some. */
  public static double[] weights(Sections state) {
    return state.numbers("start.weights");
  }
}
