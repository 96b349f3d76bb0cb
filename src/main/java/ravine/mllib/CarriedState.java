package ravine.mllib;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import ravine.rule.RuleState;

/**
 * What an updater has learned: θ after the last step, and the rule's state. Whether it goes on from
 * fit to fit, and with the updater through Java serialization, is the user's choice; where not, it
 * is dropped there. Not thread-safe: the updater is.
 */
final class CarriedState implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double[] NONE = {};

  /** Whether it goes on. */
  private boolean carried;

  /** Moments and step count; null before the first call. */
  private transient @Nullable RuleState rule;

  /** θ; empty before the first call. */
  private transient double[] weights = NONE;

  void carry(boolean value) {
    carried = value;
  }

  boolean isCarried() {
    return carried;
  }

  /** The rule's state, null before the first call. */
  @Nullable RuleState rule() {
    return rule;
  }

  /** The live θ. */
  double[] weights() {
    return weights;
  }

  /** Number of updates made since it was last fresh. */
  long steps() {
    return rule == null ? 0 : rule.step();
  }

  /** Whether there is something for a fit with so many weights to go on with. */
  boolean goesOnWith(int dimension) {
    return carried && rule != null && weights.length == dimension;
  }

  /** Remembers. */
  void set(double[] newWeights, RuleState newRule) {
    weights = newWeights;
    rule = newRule;
  }

  /** Forgets. */
  void clear() {
    weights = NONE;
    rule = null;
  }

  /** Whether all of these numbers, and all that the rule remembers, are finite. */
  static boolean isFinite(double[] weights, RuleState rule) {
    boolean finite = isFinite(weights);
    for (double[] slot : rule.slots()) {
      finite &= isFinite(slot);
    }
    return finite;
  }

  /** Whether all of these numbers are finite. */
  static boolean isFinite(double[] numbers) {
    double sum = 0.0;
    for (double number : numbers) {
      sum += 0.0 * number;
    }
    return sum == 0.0;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeObject(carried ? rule : null);
    out.writeObject(carried ? weights : NONE);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    rule = (RuleState) in.readObject();
    weights = (double[]) in.readObject();
  }
}
