package ravine.rows;

import java.util.Arrays;

/**
 * A set of features that is emptied and filled once a step: membership by the number of the filling
 * it was last part of, so that emptying costs nothing.
 */
public final class FeatureMarks {
  private final int[] filling;
  private int current;
  private int[] list = new int[1024];
  private int count;

  public FeatureMarks(int features) {
    this.filling = new int[features];
  }

  public void clear() {
    current++;
    count = 0;
  }

  /** Adds {@code indices[from] .. indices[to - 1]}. */
  void add(char[] indices, int from, int to) {
    for (int s = from; s < to; s++) {
      var unused = add(indices[s]);
    }
  }

  /** Adds {@code indices[from] .. indices[to - 1]}. */
  void add(int[] indices, int from, int to) {
    if (list.length < count + to - from) {
      list = Arrays.copyOf(list, Math.max(count + to - from, 2 * list.length));
    }
    int[] marks = filling;
    int[] found = list;
    int mark = current;
    int at = count;
    for (int s = from; s < to; s++) {
      int feature = indices[s];
      if (marks[feature] != mark) {
        marks[feature] = mark;
        found[at++] = feature;
      }
    }
    count = at;
  }

  /** Adds one; false if it was there. */
  boolean add(int feature) {
    if (filling[feature] == current) {
      return false;
    }
    filling[feature] = current;
    if (count == list.length) {
      list = Arrays.copyOf(list, 2 * count);
    }
    list[count++] = feature;
    return true;
  }

  void addAll() {
    for (int feature = 0; feature < filling.length; feature++) {
      var unused = add(feature);
    }
  }

  int count() {
    return count;
  }

  /** The live array, valid up to {@link #count}, in the order in which they were added. */
  int[] list() {
    return list;
  }

  public int[] copy() {
    return Arrays.copyOf(list, count);
  }
}
