package ravine.engine;

import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import ravine.loss.Loss;

/**
 * One ordinary Spark job per request: works everywhere Spark does. The point goes out as one
 * broadcast, the sums come back as flat arrays, collected and folded on the driver in partition
 * order.
 */
final class StepJobs implements GradientEngine {
  private final TrainingData data;
  private final Loss loss;
  private final long seed;
  private final double[] total;

  StepJobs(TrainingData data, Loss loss, long seed) {
    this.data = data;
    this.loss = loss;
    this.seed = seed;
    int dimension = (data.features() + 1) * loss.outputs() + loss.extraParameters();
    this.total = PartialSum.create(dimension);
  }

  @Override
  public String name() {
    return "jobs";
  }

  @Override
  public double[] run(StepRequest request) {
    JavaSparkContext context = data.context();
    double[] packed = pack(request);
    Broadcast<double[]> points = context.broadcast(packed);
    try {
      java.util.Arrays.fill(total, 0.0);
      List<double[]> parts = collect(data, loss, seed, request, points);
      for (double[] part : parts) {
        PartialSum.fold(total, part);
      }
      return total;
    } finally {
      points.destroy();
    }
  }

  /** Static, so that the closure carries the arguments and nothing of the driver. */
  private static List<double[]> collect(
      TrainingData data, Loss loss, long seed, StepRequest request, Broadcast<double[]> points) {
    StepRequest.Kind kind = request.kind();
    long epoch = request.epoch();
    int batch = request.batch();
    int batches = request.batches();
    int length = request.point().length;
    return data.packed()
        .mapPartitions(
            partitions -> {
              PackedPartition partition = partitions.next();
              StepRequest asked = unpack(kind, epoch, batch, batches, points.value(), length);
              double[] sum = PartialSum.create(length);
              new PartitionSums(loss).compute(partition, seed, asked, sum);
              return Collections.singletonList(sum).iterator();
            },
            true)
        .collect();
  }

  private static double[] pack(StepRequest request) {
    double @Nullable [] other = request.other();
    double[] point = request.point();
    if (other == null) {
      return point.clone();
    }
    double[] both = java.util.Arrays.copyOf(point, point.length + other.length);
    System.arraycopy(other, 0, both, point.length, other.length);
    return both;
  }

  private static StepRequest unpack(
      StepRequest.Kind kind, long epoch, int batch, int batches, double[] packed, int length) {
    if (packed.length == length) {
      return new StepRequest(kind, epoch, batch, batches, packed, null);
    }
    return new StepRequest(
        kind,
        epoch,
        batch,
        batches,
        java.util.Arrays.copyOf(packed, length),
        java.util.Arrays.copyOfRange(packed, length, packed.length));
  }

  @Override
  public void close() {}
}
