package ravine.batches;

import ravine.checkpoint.Sections;
import ravine.rule.RuleState;
import ravine.step.Stepper;

/**
 * Where a pass of mini-batches began: what the loop goes back to when the pass blows up, and what a
 * variance-reduced pass measures its gradients against.
 *
 * @param weights of the stepper
 * @param state what the rule remembered
 * @param steps made by then
 * @param objective there
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PassStart(double[] weights, RuleState state, long steps, double objective) {

  /** Here, with copies. */
  public static PassStart of(Stepper stepper, double objective) {
    return new PassStart(
        stepper.weights().clone(), stepper.state().copy(), stepper.steps(), objective);
  }

  /** Writes it; nobody changes its arrays. */
  public void save(Sections to) {
    to.putNumbers("start.weights", weights);
    to.putNumbers("start.objective", objective);
    double[][] slots = state.slots();
    to.putIntegers("start.steps", steps, state.step(), slots.length);
    for (int k = 0; k < slots.length; k++) {
      to.putNumbers("start.slot." + k, slots[k]);
    }
  }

  /** As it was saved, for the stepper that goes on. */
  public static PassStart restored(Sections from, Stepper stepper) {
    long[] steps = from.integers("start.steps", 3);
    double[][] slots = new double[(int) steps[2]][];
    for (int k = 0; k < slots.length; k++) {
      slots[k] = from.numbers("start.slot." + k, stepper.state().slots()[k].length);
    }
    return new PassStart(
        from.numbers("start.weights", stepper.weights().length),
        new RuleState(steps[1], slots),
        steps[0],
        from.number("start.objective"));
  }
}
