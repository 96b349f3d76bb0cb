package ravine.exchange;

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
  void run(SparseRequest request, SparseSum sum);

  @Override
  void close();
}
