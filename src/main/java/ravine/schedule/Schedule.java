package ravine.schedule;

import java.io.Serializable;

/**
 * A hyper-parameter as a function of the step: the learning rate, or a momentum coefficient.
 *
 * <p>Steps count from 1, the first update. Implementations are immutable records; {@code
 * toString()} is the canonical spec text, components in order, such as {@code
 * cosine(0.1,5000,0.0)}, and reads back as an equal record.
 *
 * <p>Values are the same bits on every machine: the transcendental functions are {@link
 * StrictMath}'s.
 */
public sealed interface Schedule extends Serializable
    permits Accelerated,
        Constant,
        InverseSqrt,
        InverseTime,
        Plateau,
        StepDecay,
        Exponential,
        Polynomial,
        Cosine,
        OneCycle,
        Linear,
        Warmup {

  /**
   * The value at a step.
   *
   * @param step number of updates so far including the one it is used in, at least 1
   * @return the value, finite and at least 0
   * @throws IllegalArgumentException if {@code step} is less than 1
   */
  double at(long step);
}
