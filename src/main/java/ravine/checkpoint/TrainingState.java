package ravine.checkpoint;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything training needs to go on as if it had never stopped. Immutable: arrays are copied on
 * the way in and on the way out. Equal if every number is, NaN being equal to NaN.
 *
 * @param weights θ, length d
 * @param memory the rule and what it remembers
 * @param progress how far training has come
 * @param best the best pass so far
 * @param history numbers recorded so far, in the order and meaning of whoever records them
 * @param dataFingerprint identifies the training data, so that a run is not continued on others
 * @param notes anything else, by name
 */
public record TrainingState(
    double[] weights,
    Memory memory,
    Progress progress,
    Best best,
    double[] history,
    long dataFingerprint,
    Map<String, String> notes) {

  /** Copies; the notes are put in ascending order. */
  public TrainingState {
    weights = weights.clone();
    Objects.requireNonNull(memory, "memory");
    Objects.requireNonNull(progress, "progress");
    Objects.requireNonNull(best, "best");
    history = history.clone();
    notes = Collections.unmodifiableSortedMap(new TreeMap<>(notes));
  }

  /** A copy of θ. */
  @Override
  public double[] weights() {
    return weights.clone();
  }

  /** A copy of the history. */
  @Override
  public double[] history() {
    return history.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrainingState that
        && Arrays.equals(weights, that.weights)
        && memory.equals(that.memory)
        && progress.equals(that.progress)
        && best.equals(that.best)
        && Arrays.equals(history, that.history)
        && dataFingerprint == that.dataFingerprint
        && notes.equals(that.notes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(weights), memory, progress, best, dataFingerprint, notes);
  }

  /** A summary without the vectors. */
  @Override
  public String toString() {
    return "TrainingState[" + weights.length + " weights, " + progress + ", " + memory + "]";
  }

  /**
   * The rule, the schedule, and what the rule remembers.
   *
   * @param rule text of the rule
   * @param schedule text of the learning-rate schedule
   * @param step the rule's own step count, at least 0
   * @param slots the rule's arrays
   */
  public record Memory(String rule, String schedule, long step, double[][] slots) {
    /** Copies and checks. */
    public Memory {
      Objects.requireNonNull(rule, "rule");
      Objects.requireNonNull(schedule, "schedule");
      atLeast0("step", step);
      slots = copy(slots);
    }

    /** A deep copy of the rule's arrays. */
    @Override
    public double[][] slots() {
      return copy(slots);
    }

    /** The arrays themselves, for the writer. */
    double[][] liveSlots() {
      return slots;
    }

    private static double[][] copy(double[][] slots) {
      double[][] copied = new double[slots.length][];
      Arrays.setAll(copied, i -> slots[i].clone());
      return copied;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Memory that
          && rule.equals(that.rule)
          && schedule.equals(that.schedule)
          && step == that.step
          && Arrays.deepEquals(slots, that.slots);
    }

    @Override
    public int hashCode() {
      return Objects.hash(rule, schedule, step, Arrays.deepHashCode(slots));
    }

    /** A summary without the vectors. */
    @Override
    public String toString() {
      return rule + " under " + schedule + ", " + slots.length + " slots";
    }
  }

  /**
   * How far training has come.
   *
   * @param steps steps made, the t of the schedule
   * @param epoch epochs finished
   * @param stepInEpoch steps made in the epoch under way
   * @param seed seed of the shuffle and of the order of the mini-batches
   */
  public record Progress(long steps, int epoch, int stepInEpoch, long seed) {
    /** Checks the counts. */
    public Progress {
      atLeast0("steps", steps);
      atLeast0("epoch", epoch);
      atLeast0("stepInEpoch", stepInEpoch);
    }
  }

  /**
   * The best pass so far.
   *
   * @param value its validation loss, or its objective where nothing is validated
   * @param pass its number, at least 0
   * @param weights θ of that moment; empty while there is none
   */
  public record Best(double value, int pass, double[] weights) {
    /** Copies and checks. */
    public Best {
      atLeast0("pass", pass);
      weights = weights.clone();
    }

    /** No pass has been judged yet. */
    public static Best none() {
      return new Best(Double.NaN, 0, new double[0]);
    }

    /** A copy of θ of that moment; empty while there is none. */
    @Override
    public double[] weights() {
      return weights.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Best that
          && Double.doubleToLongBits(value) == Double.doubleToLongBits(that.value)
          && pass == that.pass
          && Arrays.equals(weights, that.weights);
    }

    @Override
    public int hashCode() {
      return Objects.hash(value, pass, Arrays.hashCode(weights));
    }

    /** A summary without the vector. */
    @Override
    public String toString() {
      return "Best[" + value + " in pass " + pass + "]";
    }
  }

  private static void atLeast0(String name, long count) {
    if (count < 0) {
      throw new IllegalArgumentException(name + " must be at least 0, but was " + count);
    }
  }
}
