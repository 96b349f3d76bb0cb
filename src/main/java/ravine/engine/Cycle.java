package ravine.engine;

import ravine.checkpoint.Sections;

/**
 * Where the learning rate is ours: a stretch of passes in which it falls in a line to 0. Cycles
 * last 1, 2, 4, 8, … passes and the peak is cut from one to the next, so that early ones end at
 * weights worth measuring however many passes there will be. The last one ends where the passes
 * end: a cycle after which less than half of the next one would be left takes that rest, too.
 * Variance-reduced steps converge at a constant rate: theirs does not fall, and is halved only
 * after a pass that did no good.
 *
 * @param number how many there were before it
 * @param start pass at which it began
 * @param length in passes, at least 1
 * @param peak factor of the automatic rate at its beginning
 * @param kept share of the peak that the next one has
 * @param falls whether the rate falls in it, or stays
 * @param most passes there may be
 */
record Cycle(int number, int start, int length, double peak, double kept, boolean falls, int most) {

  /** The first one, of one pass. */
  static Cycle first(double kept, boolean falls, int most) {
    return of(0, 0, 1, 1.0, kept, falls, most);
  }

  private static Cycle of(
      int number, int start, int length, double peak, double kept, boolean falls, int most) {
    int left = most - start - length;
    boolean last = falls && left < length;
    return new Cycle(
        number, start, Math.max(1, last ? most - start : length), peak, kept, falls, most);
  }

  /** The factor of the rate after so many passes. */
  double factor(double passes) {
    return falls ? peak * Math.max(0.0, 1.0 - (passes - start) / length) : peak;
  }

  /** The pass with which it ends. */
  int end() {
    return start + length;
  }

  /** The next one; shorter steps (still shorter, if they fall) where this one did no good. */
  Cycle next(boolean better) {
    return falls
        ? of(number + 1, end(), 2 * length, (better ? kept : 0.5 * kept) * peak, kept, true, most)
        : of(number + 1, end(), length, (better ? 1.0 : 0.5) * peak, kept, false, most);
  }

  /** The same from a pass on with a tenth of the peak, after steps that blew up. */
  Cycle again(int pass) {
    return of(number, pass, length, 0.1 * peak, kept, falls, most);
  }

  /** Writes it. */
  void save(Sections to) {
    to.putIntegers("cycle", number, start, length);
    to.putNumbers("cycle.rate", peak, kept);
  }

  /** As it was saved; there may be other passes left than then. */
  static Cycle restored(Sections from, boolean falls, int most) {
    long[] at = from.integers("cycle", 3);
    double[] rate = from.numbers("cycle.rate", 2);
    return new Cycle((int) at[0], (int) at[1], (int) at[2], rate[0], rate[1], falls, most);
  }
}
