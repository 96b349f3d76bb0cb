package ravine.engine;

import java.util.Locale;

/** What steps on wide and sparse data may leave undone. */
public enum SparseMode {
  /**
   * Only what is made up for exactly: with plain descent, momentum and NAG a mini-batch that
   * touches few features costs their number, and the weights are those of dense steps. Other rules
   * step densely.
   */
  AUTO,
  /**
   * Other rules too update only the weights that a mini-batch touches, which is another algorithm:
   * see {@link ravine.step.WaitingStepper}.
   */
  LAZY,
  /** Nothing: every step costs the number of weights. */
  DENSE;

  /** The name by which it is chosen. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
