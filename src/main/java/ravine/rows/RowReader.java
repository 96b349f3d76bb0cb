package ravine.rows;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Reads rows of some form, one after the other, so that packing copies their numbers straight from
 * where they are into its own arrays, with no object made for a row.
 *
 * <p>A reader belongs to one task and holds what it read last, until the next row.
 *
 * @param <T> the form rows come in; the same object may come again with other contents
 */
public abstract class RowReader<T> {
  /** Class index or target value; NaN where it is missing. */
  protected double label;

  /** How many times the row counts; NaN where that is missing. */
  protected double weight;

  /** Where the row stood in the source: see {@code Dealer}; −1 if that is where it is read. */
  protected long place = -1;

  /** Whether the row only measures. */
  protected boolean validation;

  /** Numbers beside the label, in the order of {@link Packing#beside}; NaN where one is missing. */
  protected double[] beside = {};

  /** Number of features; 0 where the vector is missing. */
  protected int size;

  /** Whether all features are stored, and not only those that are listed by index. */
  protected boolean dense;

  /** Stored numbers: {@code size} of a dense row. */
  protected int stored;

  /** For subclasses. */
  protected RowReader() {}

  /** Takes in the next row: sets all the fields. */
  protected abstract void read(T row);

  /** Copies the stored numbers of the row to {@code to}, from index {@code at} on. */
  protected abstract void copyValues(double[] to, int at);

  /** Copies their feature indices likewise; not called for a dense row. */
  protected abstract void copyIndices(int[] to, int at);

  /**
   * Makes the readers of the tasks.
   *
   * @param <T> the form rows come in
   */
  public interface Factory<T> extends Serializable {

    /** A reader for one task. */
    RowReader<T> reader();
  }

  /** Label, weight, whether it validates, number of features, indices if sparse, values. */
  @Override
  public final String toString() {
    double[] values = new double[stored];
    copyValues(values, 0);
    String numbers = Arrays.toString(values);
    if (!dense) {
      int[] indices = new int[stored];
      copyIndices(indices, 0);
      numbers = Arrays.toString(indices) + " " + numbers;
    }
    return label + " " + weight + " " + validation + " " + size + " " + numbers;
  }
}
