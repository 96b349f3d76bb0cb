package ravine.exchange;

import java.util.Arrays;

/**
 * The folded sums of a {@link SparseSlice.Request}: a gradient that is 0 at most features, as a
 * list of the touched ones and their sums beside it. Of an array as long as there are features a
 * step meets only the touched entries, and only once: each is a line that the processor's caches
 * lack.
 *
 * <p>That array says where in the list a feature stands, if the list says so too (the sparse set of
 * Briggs and Torczon 1993); so nothing has to be cleared.
 */
final class SparseSum {
  private final int outputs;
  private final int[] places;
  private final double[] tail;
  private int[] touched = new int[1024];
  private double[] gradient;
  private int count;
  private double loss;
  private double weight;
  private double seconds;

  /**
   * All 0.
   *
   * @param outputs margins per row K
   * @param extras number of the loss's own parameters
   */
  SparseSum(int features, int outputs, int extras) {
    this.outputs = outputs;
    this.places = new int[features];
    this.tail = new double[outputs + extras];
    this.gradient = new double[touched.length * outputs];
  }

  void clear() {
    count = 0;
    Arrays.fill(tail, 0.0);
    loss = 0.0;
    weight = 0.0;
    seconds = 0.0;
  }

  /**
   * Adds one partition's sums; call in partition order, so that the bits do not depend on timing.
   *
   * @param features it touched, each once
   * @param part sums at those, intercepts, parameters, then loss, weight and seconds
   */
  void fold(int[] features, double[] part) {
    reserve(count + features.length);
    for (int i = 0; i < features.length; i++) {
      int at = place(features[i]) * outputs;
      for (int k = 0; k < outputs; k++) {
        gradient[at + k] += part[i * outputs + k];
      }
    }
    int from = features.length * outputs;
    for (int e = 0; e < tail.length; e++) {
      tail[e] += part[from + e];
    }
    loss += PartialSum.loss(part);
    weight += PartialSum.weight(part);
    seconds = Math.max(seconds, PartialSum.seconds(part));
  }

  /** Where in the list a feature is, at the end with sums of 0 if it was not. */
  private int place(int feature) {
    int known = places[feature];
    if (known < count && touched[known] == feature) {
      return known;
    }
    places[feature] = count;
    touched[count] = feature;
    Arrays.fill(gradient, count * outputs, (count + 1) * outputs, 0.0);
    return count++;
  }

  private void reserve(int room) {
    if (touched.length < room) {
      int grown = Math.min(places.length, room + room / 4);
      grown = Math.max(grown, room);
      touched = Arrays.copyOf(touched, grown);
      gradient = Arrays.copyOf(gradient, Math.multiplyExact(grown, outputs));
    }
  }

  /** Length of one partition's sums that touch so many features. */
  static int length(int touched, int outputs, int extras) {
    return Math.addExact(Math.multiplyExact(touched, outputs), outputs + extras + PartialSum.TAIL);
  }

  /** Length of one partition's sums here that touch so many features. */
  int length(int touchedByOne) {
    return length(touchedByOne, outputs, tail.length - outputs);
  }

  /** Number of features touched by any partition. */
  int count() {
    return count;
  }

  /** Those features; the first {@link #count} entries. */
  int[] touched() {
    return touched;
  }

  /** Raw gradient sums of the features in the order of {@link #touched}, K of each. */
  double[] gradient() {
    return gradient;
  }

  /** Raw gradient sums of the K intercepts, then of the loss's own parameters. */
  double[] tail() {
    return tail;
  }

  double loss() {
    return loss;
  }

  double weight() {
    return weight;
  }

  /** Seconds of the slowest partition. */
  double seconds() {
    return seconds;
  }
}
