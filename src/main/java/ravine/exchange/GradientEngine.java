package ravine.exchange;

import org.jspecify.annotations.Nullable;

/**
 * How a request reaches the partitions and their sums come back. Whatever the engine, sums are
 * folded in partition order, so every engine gives the same bits.
 */
public interface GradientEngine extends AutoCloseable {

  /** The name by which users choose it. */
  String name();

  /**
   * Asks all partitions and waits.
   *
   * @return the folded sums, laid out by {@link PartialSum}; valid until the next call
   */
  double[] run(StepRequest request);

  /**
   * Asks all partitions for the gradient of a mini-batch at the features it touches, and waits.
   *
   * @param sum overwritten with the folded sums
   */
  void run(SparseSlice.Request request, SparseSum sum);

  /** Questions that follow from one another's answers. */
  interface Walk {
    /** The next; null at the end. Its arrays are live until it is answered. */
    @Nullable StepRequest next();

    /**
     * What came back.
     *
     * @param sum valid until this returns
     * @param exchangeSeconds what the question took beyond the longest that any partition computed
     */
    void answered(double[] sum, double exchangeSeconds);
  }

  /**
   * Asks until the walk ends. Where several models share an engine, their walks go step by step
   * together in the thread that serves them, and no thread waits for each answer.
   */
  default void walk(Walk walk) {
    for (StepRequest request = walk.next(); request != null; request = walk.next()) {
      long start = System.nanoTime();
      double[] sum = run(request);
      double waited = (System.nanoTime() - start) / 1e9;
      walk.answered(sum, Math.max(0.0, waited - PartialSum.seconds(sum)));
    }
  }

  /**
   * Where the time of all questions so far went, and what they sent.
   *
   * @param computeSeconds sum over questions of the longest that any partition computed
   * @param exchangeSeconds what the questions took beyond that
   * @param bytes of the vectors sent to all partitions and back; not what Spark puts around them
   */
  record Spent(double computeSeconds, double exchangeSeconds, long bytes) {
    /** Nothing yet, or nothing that is known. */
    public static final Spent NOTHING = new Spent(0.0, 0.0, 0L);
  }

  /** What was spent so far; {@link Spent#NOTHING} where that is not counted. */
  default Spent spent() {
    return Spent.NOTHING;
  }

  /** Bytes of the vectors sent to all partitions and back so far; 0 where they are not counted. */
  default long bytes() {
    return 0L;
  }

  @Override
  void close();
}
