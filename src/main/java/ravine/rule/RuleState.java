package ravine.rule;

import java.io.Serializable;
import java.util.Arrays;

/**
 * What an {@link UpdateRule} remembers between steps: the step count and its vectors.
 *
 * <p>Each slot is an array of length d (one number per weight) or of length 1 (one number for all
 * of them). The meaning of each slot is the rule's: see its Javadoc. State is made by {@link
 * UpdateRule#newState(int)}, changed only by {@link UpdateRule#step}, and can be copied and saved
 * by anyone.
 */
public final class RuleState implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double[] NONE = {};

  /** Number of updates made so far; 0 before the first. */
  long step;

  final double[][] slots;

  /**
   * Where {@link UpdateRule#gradientPoint} writes a look-ahead; empty until the first one. Derived,
   * so neither copied nor saved.
   */
  transient double[] lookAhead = NONE;

  /**
   * State as it was saved.
   *
   * @param step number of updates made, at least 0
   * @param slots the rule's arrays, not copied
   */
  public RuleState(long step, double[][] slots) {
    if (step < 0) {
      throw new IllegalArgumentException("step must be at least 0, but was " + step);
    }
    this.step = step;
    this.slots = slots;
  }

  /** Zeroed state before the first step: {@code vectors} slots of length d, then scalars. */
  static RuleState zeros(int dimension, int vectors, int scalars) {
    if (dimension < 0) {
      throw new IllegalArgumentException("dimension must be at least 0, but was " + dimension);
    }
    double[][] slots = new double[vectors + scalars][];
    Arrays.setAll(slots, i -> new double[i < vectors ? dimension : 1]);
    return new RuleState(0, slots);
  }

  /** Number of updates made so far; 0 before the first. */
  public long step() {
    return step;
  }

  /** The live arrays, not copies. */
  public double[][] slots() {
    return slots;
  }

  /** An independent copy. */
  public RuleState copy() {
    double[][] copied = new double[slots.length][];
    Arrays.setAll(copied, i -> slots[i].clone());
    return new RuleState(step, copied);
  }

  /** A deserialized object skips field initializers; the constructor does not. */
  private Object readResolve() {
    return new RuleState(step, slots);
  }
}
