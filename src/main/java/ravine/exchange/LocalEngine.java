package ravine.exchange;

import ravine.loss.Loss;
import ravine.rows.PackedPartition;

/** Answers requests from one partition held on the driver: the sample on which training begins. */
final class LocalEngine implements GradientEngine {
  private final PackedPartition partition;
  private final PartitionSums sums;
  private final double[] sum;

  LocalEngine(PackedPartition partition, Loss loss, int rawDimension) {
    this.partition = partition;
    this.sums = new PartitionSums(loss);
    this.sum = PartialSum.create(rawDimension);
  }

  @Override
  public String name() {
    return "local";
  }

  @Override
  public double[] run(StepRequest request) {
    sums.compute(partition, 0, request, sum);
    return sum;
  }

  @Override
  public void run(SparseRequest request, SparseSum sum) {
    throw new UnsupportedOperationException("a sample is dense");
  }

  @Override
  public void close() {}
}
