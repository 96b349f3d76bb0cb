package ravine.rule;

import ravine.schedule.Schedule;

/** What the rules with a velocity or a first moment share. */
final class Velocity {
  static final double[] NONE = {};

  private Velocity() {}

  static double norm(double[] velocity) {
    double sum = 0.0;
    for (double v : velocity) {
      sum += v * v;
    }
    return Math.sqrt(sum);
  }

  /**
   * 1 − βᵗ: the weight of the gradients in a moving average that started at 0, t steps later.
   *
   * <p>Written so that a β next to 1 loses no digits. Not by {@link StrictMath#pow}, which
   * allocates until it is compiled.
   */
  static double filled(double beta, long step) {
    return -StrictMath.expm1((double) step * StrictMath.log(beta));
  }

  /** 1 − γ after so many steps: the inverse of what a velocity makes of a steady gradient of 1. */
  static double rest(Schedule momentum, long steps) {
    return 1.0 - momentum.at(steps);
  }
}
