package ravine.step;

import ravine.rule.RuleState;

/**
 * The touched coordinates of one step, gathered side by side, for the rule to work on. Slots of
 * length 1 are the whole's own arrays.
 */
final class Touched {
  private static final int LEAST_ROOM = 16;

  private final Stepper whole;
  private double[] weights = {};
  private double[] gradient = {};
  private RuleState state;

  /** How many entries are not 0 from the last step. */
  private int filled;

  Touched(Stepper whole) {
    this.whole = whole;
    this.state = room(0, whole.state.step());
  }

  /** θ of the touched, and zeros. */
  double[] weights() {
    return weights;
  }

  /** Their gradient, and zeros. */
  double[] gradient() {
    return gradient;
  }

  /** What the rule remembers of them; its step count is the one that goes on. */
  RuleState state() {
    return state;
  }

  /** The whole's state has become another one. */
  void renew() {
    state = room(weights.length, whole.state.step());
    filled = 0;
  }

  private RuleState room(int length, long step) {
    double[][] slots = new double[whole.state.slots().length][];
    for (int k = 0; k < slots.length; k++) {
      slots[k] = isVector(k) ? new double[length] : whole.state.slots()[k];
    }
    return new RuleState(step, slots);
  }

  private boolean isVector(int slot) {
    return whole.state.slots()[slot].length == whole.weights.length;
  }

  /**
   * Takes them from the whole.
   *
   * @param from their gradient, the first {@code count} entries
   */
  void gather(int[] coordinates, int count, double[] from) {
    reserve(count);
    double[][] slots = whole.state.slots();
    double[][] own = state.slots();
    for (int i = 0; i < count; i++) {
      weights[i] = whole.weights[coordinates[i]];
    }
    for (int k = 0; k < slots.length; k++) {
      if (isVector(k)) {
        for (int i = 0; i < count; i++) {
          own[k][i] = slots[k][coordinates[i]];
        }
      }
    }
    // What an earlier, longer step left behind would overflow one day.
    for (int i = count; i < filled; i++) {
      weights[i] = 0.0;
      gradient[i] = 0.0;
      for (int k = 0; k < own.length; k++) {
        if (isVector(k)) {
          own[k][i] = 0.0;
        }
      }
    }
    filled = count;
    System.arraycopy(from, 0, gradient, 0, count);
  }

  private void reserve(int count) {
    if (weights.length < count || weights.length == 0) {
      int room = Math.max(LEAST_ROOM, Math.min(whole.weights.length, count + count / 4));
      room = Math.max(room, count);
      weights = new double[room];
      gradient = new double[room];
      state = room(room, state.step());
      filled = 0;
    }
  }

  /** Gives them back to the whole. */
  void scatter(int[] coordinates, int count) {
    double[][] slots = whole.state.slots();
    for (int i = 0; i < count; i++) {
      whole.weights[coordinates[i]] = weights[i];
    }
    for (int k = 0; k < slots.length; k++) {
      if (isVector(k)) {
        double[] own = state.slots()[k];
        for (int i = 0; i < count; i++) {
          slots[k][coordinates[i]] = own[i];
        }
      }
    }
  }

  /** Its own step count, which the whole's lags behind. */
  void setStep(long step) {
    state = new RuleState(step, state.slots());
  }

  /** Tells the whole how many steps there were: its own state has not counted them. */
  void countSteps() {
    if (whole.state.step() != state.step()) {
      whole.state = new RuleState(state.step(), whole.state.slots());
    }
  }
}
