package ravine.landscape;

import java.util.Arrays;

/**
 * The rows of one mini-batch after the other, in a new random order in every pass. The generator is
 * a linear congruence of 32 bits (Numerical Recipes, second edition, section 7.1), which a script
 * can compute bit for bit.
 */
final class Batches {
  private final int[] order;
  private final int[] batch;
  private int at;
  private int random;

  /**
   * Batches from the first on.
   *
   * @param rows there are
   * @param size rows of a batch, a divisor of {@code rows}; all rows are always in the same order
   * @param seed of the orders
   */
  Batches(int rows, int size, int seed) {
    if (size < 1 || rows % size != 0) {
      throw new IllegalArgumentException("size must divide " + rows + ", but was " + size);
    }
    this.order = new int[rows];
    Arrays.setAll(order, i -> i);
    this.batch = new int[size];
    this.at = rows;
    this.random = seed;
  }

  /** The next one, valid until the call after it. */
  int[] next() {
    if (at == order.length) {
      at = 0;
      if (batch.length < order.length) {
        shuffle();
      }
    }
    System.arraycopy(order, at, batch, 0, batch.length);
    at += batch.length;
    return batch;
  }

  /** Fisher and Yates's. */
  private void shuffle() {
    for (int i = order.length - 1; i > 0; i--) {
      random = random * 1664525 + 1013904223;
      int j = (random >>> 8) % (i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }
}
