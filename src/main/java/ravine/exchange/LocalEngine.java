package ravine.exchange;

import ravine.rows.PackedPartition;

/** Answers requests from one partition held on the driver: the sample on which training begins. */
final class LocalEngine implements GradientEngine {
  private final PackedPartition partition;
  private final PartitionSums sums;
  private final Work work;
  private final int features;
  private double[] sum;

  LocalEngine(PackedPartition partition, Work work, int features) {
    this.partition = partition;
    this.sums = new PartitionSums(work.loss());
    this.work = work;
    this.features = features;
    this.sum = PartialSum.create(work.rawDimension(features));
  }

  @Override
  public String name() {
    return "local";
  }

  @Override
  public double[] run(StepRequest request) {
    int length = work.dimension(request, features);
    if (PartialSum.dimension(sum) != length) {
      sum = PartialSum.create(length);
    }
    work.answer(sums, partition, 0, request, sum);
    return sum;
  }

  @Override
  public void run(SparseRequest request, SparseSum sum) {
    throw new UnsupportedOperationException("a sample is dense");
  }

  @Override
  public void close() {}
}
