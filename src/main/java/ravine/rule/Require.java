package ravine.rule;

import ravine.schedule.Constant;
import ravine.schedule.Plateau;
import ravine.schedule.Ranges;
import ravine.schedule.Schedule;

/** Checks of hyper-parameters, shapes and order that name what is wrong and the value given. */
final class Require {
  private Require() {}

  /** A constant momentum is checked when the rule is made, any other schedule when it is used. */
  static void momentum(Schedule momentum) {
    Plateau.refuse("momentum", momentum);
    if (momentum instanceof Constant constant) {
      Ranges.coefficient("momentum", constant.value());
    }
  }

  /** Checked first, so that the message speaks of a momentum. */
  static Constant constantMomentum(double momentum) {
    Ranges.coefficient("momentum", momentum);
    return new Constant(momentum);
  }

  /** The momentum coefficient γ at a step. */
  static double momentumAt(Schedule momentum, long step) {
    double value = momentum.at(step);
    if (!(value >= 0.0 && value < 1.0)) {
      throw new IllegalArgumentException(
          "momentum must be in [0, 1), but " + momentum + " is " + value + " at step " + step);
    }
    return value;
  }

  /** That the gradient and the state's vectors have the length of the weights. */
  static void fits(
      UpdateRule rule,
      double[] weights,
      double[] gradient,
      RuleState state,
      int vectors,
      int scalars) {
    if (gradient.length != weights.length) {
      throw new IllegalArgumentException(
          "gradient must have the length of the weights, "
              + weights.length
              + ", but has "
              + gradient.length);
    }
    fits(rule, weights, state, vectors, scalars);
  }

  /** That the state was made by such a rule for so many weights. */
  static void fits(UpdateRule rule, double[] weights, RuleState state, int vectors, int scalars) {
    if (state.slots.length != vectors + scalars) {
      throw new IllegalArgumentException(
          "state of "
              + rule
              + " has "
              + (vectors + scalars)
              + " arrays, but this one has "
              + state.slots.length
              + ": another rule made it");
    }
    for (int i = 0; i < state.slots.length; i++) {
      int length = i < vectors ? weights.length : 1;
      if (state.slots[i].length != length) {
        throw new IllegalArgumentException(
            "array "
                + i
                + " of the state of "
                + rule
                + " must have the length "
                + length
                + ", but has "
                + state.slots[i].length);
      }
    }
  }

  /** That there is a step whose rates can be told, and room for them. */
  static void stepped(RuleState state, double[] rates) {
    if (state.step == 0) {
      throw new IllegalStateException("effective rates are those of a step, but none was made");
    }
    if (state.slots.length > 0 && state.slots[0].length != rates.length) {
      throw new IllegalArgumentException(
          "rates must be of the length of the weights, "
              + state.slots[0].length
              + ", but has "
              + rates.length);
    }
  }
}
