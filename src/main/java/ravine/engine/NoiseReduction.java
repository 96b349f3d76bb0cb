package ravine.engine;

import java.util.Locale;

/** What is done about the noise of mini-batch gradients, which keeps a rule from the optimum. */
public enum NoiseReduction {
  /** Nothing but the schedule of the learning rate. */
  NONE,
  /**
   * Weights are the mean over the second half of each pass's steps (Polyak and Juditsky 1992, of
   * the tail as in Rakhlin, Shamir and Sridharan 2012). Training itself goes on from the last.
   */
  AVERAGE,
  /**
   * Stochastic variance-reduced gradients (Johnson and Zhang 2013, figure 1): ∇ℓ_B(θ) − ∇ℓ_B(θ̃) +
   * ∇ℓ(θ̃), with θ̃ the weights at the beginning of the pass and the driver's velocity on top. A
   * pass reads the rows once for the steps and once for ∇ℓ(θ̃). With local steps, it is these that
   * are reduced.
   */
  SVRG;

  /** The name by which it is chosen. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
