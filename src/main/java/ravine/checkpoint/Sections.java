package ravine.checkpoint;

import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint holds: numbers, integers and texts by name. Whoever has something to keep
 * chooses the names; unknown ones are no error, so that a later version may keep more.
 *
 * <p>Arrays are neither copied on the way in nor on the way out: who puts one does not change it
 * afterwards, so that a training of a hundred million weights is not held a third time.
 */
public final class Sections {
  /** {@code double[]}, {@code long[]} or {@code String} by name, ascending. */
  private final TreeMap<String, Object> values = new TreeMap<>();

  /** Puts numbers in place of what had the name before. */
  public Sections putNumbers(String name, double... numbers) {
    values.put(name, numbers);
    return this;
  }

  /** Puts integers in place of what had the name before. */
  public Sections putIntegers(String name, long... integers) {
    values.put(name, integers);
    return this;
  }

  /** Puts a text in place of what had the name before. */
  public Sections putText(String name, String text) {
    values.put(name, Objects.requireNonNull(text, name));
    return this;
  }

  /** Whether there is something of that name. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Whether there are numbers of that name. */
  public boolean isNumbers(String name) {
    return values.get(name) instanceof double[];
  }

  /** Whether there is a text of that name. */
  public boolean isText(String name) {
    return values.get(name) instanceof String;
  }

  /** All names, ascending. */
  public Set<String> names() {
    return values.keySet();
  }

  /**
   * The numbers of that name.
   *
   * @throws CheckpointException if there are none
   */
  public double[] numbers(String name) {
    return get(name, double[].class, "numbers");
  }

  /**
   * The numbers of that name, of which there must be as many.
   *
   * @throws CheckpointException if there are not
   */
  public double[] numbers(String name, int length) {
    double[] found = numbers(name);
    requireLength(name, found.length, length);
    return found;
  }

  /**
   * The one number of that name.
   *
   * @throws CheckpointException if there is not one
   */
  public double number(String name) {
    return numbers(name, 1)[0];
  }

  /**
   * The integers of that name.
   *
   * @throws CheckpointException if there are none
   */
  public long[] integers(String name) {
    return get(name, long[].class, "integers");
  }

  /**
   * The integers of that name, of which there must be as many.
   *
   * @throws CheckpointException if there are not
   */
  public long[] integers(String name, int length) {
    long[] found = integers(name);
    requireLength(name, found.length, length);
    return found;
  }

  /**
   * The one integer of that name.
   *
   * @throws CheckpointException if there is not one
   */
  public long integer(String name) {
    return integers(name, 1)[0];
  }

  /**
   * The text of that name.
   *
   * @throws CheckpointException if there is none
   */
  public String text(String name) {
    return get(name, String.class, "a text");
  }

  private static void requireLength(String name, int found, int length) {
    if (found != length) {
      throw new CheckpointException(
          name + " must have the length " + length + ", but has " + found);
    }
  }

  private <T> T get(String name, Class<T> type, String what) {
    Object value = values.get(name);
    if (value == null) {
      throw new CheckpointException("the checkpoint has no " + name);
    }
    if (!type.isInstance(value)) {
      throw new CheckpointException(name + " is not " + what);
    }
    return type.cast(value);
  }

  /** What has that name, for the writer. */
  Object value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  /** Equal if all names and all bits are, NaN being equal to NaN. */
  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Sections that) || !values.keySet().equals(that.values.keySet())) {
      return false;
    }
    for (String name : values.keySet()) {
      Object[] mine = {values.get(name)};
      Object[] theirs = {that.values.get(name)};
      if (!Arrays.deepEquals(mine, theirs)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(values.values().toArray());
  }

  /** The names alone. */
  @Override
  public String toString() {
    return "Sections" + values.keySet();
  }
}
