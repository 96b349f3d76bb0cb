package ravine.exchange;

/**
 * In which order partitions are summed: one after another, or, where their sums together are too
 * long for the driver to take in, in groups of neighbours first. Both engines ask here, so that
 * they give the same bits.
 */
final class FoldOrder {
  private static final int FEW_PARTITIONS = 8;

  /** Numbers that are collected without a second thought: 32 MB. */
  private static final long FEW_NUMBERS = 4L * 1024 * 1024;

  private FoldOrder() {}

  /** Partitions in a group; 1 where there are none. */
  static int groupSize(int partitions, int dimension) {
    if (partitions < FEW_PARTITIONS || (long) partitions * dimension < FEW_NUMBERS) {
      return 1;
    }
    return (int) Math.ceil(Math.sqrt(partitions));
  }
}
