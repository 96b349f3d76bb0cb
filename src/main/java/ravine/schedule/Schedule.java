package ravine.schedule;

import java.io.Serializable;

/**
 * A hyper-parameter as a function of the step: the learning rate, or a momentum coefficient.
 *
 * <p>Steps count from 1, the first update. Implementations are immutable.
 */
public sealed interface Schedule extends Serializable permits Constant {

  /**
   * The value at a step.
   *
   * @param step number of updates so far including the one it is used in, at least 1
   * @return the value, finite
   * @throws IllegalArgumentException if {@code step} is less than 1
   */
  double at(long step);
}
