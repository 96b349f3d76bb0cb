package ravine.exchange;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import ravine.cluster.Jobs;
import ravine.cluster.Vigil;
import ravine.rows.PackedPartition;
import ravine.rows.PackedRows;
import scala.Tuple2;

/**
 * One ordinary Spark job per request: works everywhere Spark does. The point goes out as one
 * broadcast, the sums come back as flat arrays, without their zeros where there are many, collected
 * and folded on the driver in partition order. Only where many partitions have long sums does a
 * second stage fold groups of them first ({@link PartialSum#groupSize}): it nearly doubles a short
 * step, but the driver need not hold them all.
 */
public final class StepJobs implements GradientEngine {
  private final PackedRows data;
  private final Work work;
  private final long seed;
  private long bytes;

  public StepJobs(PackedRows data, Work work, long seed) {
    this.data = data;
    this.work = work;
    this.seed = seed;
  }

  @Override
  public String name() {
    return "jobs";
  }

  @Override
  public double[] run(StepRequest request) {
    return withPoints(
        pack(request),
        points -> {
          JavaRDD<Object[]> sums = sums(data, work, seed, request, points);
          int dimension = work.dimension(request, data.features());
          bytes += (long) Double.BYTES * data.partitions() * (dimension + PartialSum.TAIL);
          return fold(sums, dimension, Many.ends(request));
        });
  }

  /** A question whose points go out as one broadcast, which is gone afterwards. */
  private <T> T withPoints(double[] numbers, Function<Broadcast<double[]>, T> question) {
    Vigil.check(data.context().sc());
    try {
      Broadcast<double[]> points = data.context().broadcast(numbers);
      bytes += (long) Double.BYTES * data.partitions() * numbers.length;
      try {
        return question.apply(points);
      } finally {
        points.destroy();
      }
    } catch (Throwable e) {
      throw told(e, data.context().sc().isStopped());
    }
  }

  /**
   * Spark throws an interrupt undeclared, and clears the flag that the caller is to see; of a
   * stopped context it says in many lines where the context was made.
   */
  private static <E extends Throwable> RuntimeException told(Throwable thrown, boolean isStopped)
      throws E {
    if (thrown instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return new IllegalStateException("Interrupted while a step's job ran", thrown);
    }
    if (isStopped) {
      return new IllegalStateException(
          "Training cannot go on: the SparkContext was shut down.", thrown);
    }
    @SuppressWarnings("unchecked")
    E undeclared = (E) thrown;
    throw undeclared;
  }

  /** The sum of one part per partition. */
  static double[] fold(JavaRDD<Object[]> sums, int dimension) {
    return fold(sums, dimension, null);
  }

  /**
   * The same.
   *
   * @param ends of the answers of several models; null where it is one's
   */
  private static double[] fold(JavaRDD<Object[]> sums, int dimension, int @Nullable [] ends) {
    double[] total = create(dimension, ends);
    int size = Many.groupSize(sums.getNumPartitions(), dimension, ends);
    for (Object[] part : Jobs.collect(size == 1 ? sums : inGroups(sums, size, ends))) {
      new SentSum(part).foldInto(total, ends);
    }
    return total;
  }

  private static double[] create(int dimension, int @Nullable [] ends) {
    double[] sum = PartialSum.create(dimension);
    if (ends != null) {
      PartialSum.clear(sum, ends);
    }
    return sum;
  }

  /** Static, so that the closure carries the arguments and nothing of the driver. */
  private static JavaRDD<Object[]> sums(
      PackedRows data, Work work, long seed, StepRequest request, Broadcast<double[]> points) {
    StepRequest.Kind kind = request.kind();
    long pass = request.pass();
    int batch = request.batch();
    int batches = request.batches();
    int slot = request.slot();
    int length = request.point().length;
    int dimension = work.dimension(request, data.features());
    return data.packed()
        .mapPartitions(
            partitions -> {
              PackedPartition partition = partitions.next().open();
              double[] @Nullable [] two = unpack(points.value(), length);
              StepRequest asked =
                  new StepRequest(
                      kind, pass, batch, batches, Objects.requireNonNull(two[0]), two[1], slot);
              double[] sum = PartialSum.create(dimension);
              work.answer(new PartitionSums(work.loss()), partition, seed, asked, sum);
              return Collections.singletonList(
                      kind == StepRequest.Kind.MANY ? SentSum.whole(sum) : SentSum.of(sum))
                  .iterator();
            },
            true);
  }

  /** Groups of neighbours, each folded in order where there is a free slot. */
  private static JavaRDD<Object[]> inGroups(
      JavaRDD<Object[]> sums, int size, int @Nullable [] ends) {
    int groups = (sums.getNumPartitions() + size - 1) / size;
    return sums.mapPartitionsWithIndex(
            (index, parts) ->
                Collections.singletonList(new Tuple2<>(index, parts.next())).iterator(),
            true)
        .mapToPair(part -> part)
        .partitionBy(new Neighbours(groups, size))
        .mapPartitions(
            parts -> {
              List<Tuple2<Integer, Object[]>> group = new ArrayList<>();
              parts.forEachRemaining(group::add);
              group.sort(Comparator.comparing(Tuple2::_1));
              double[] sum = create(new SentSum(group.get(0)._2()).dimension(), ends);
              for (Tuple2<Integer, Object[]> part : group) {
                new SentSum(part._2()).foldInto(sum, ends);
              }
              return Collections.singletonList(ends == null ? SentSum.of(sum) : SentSum.whole(sum))
                  .iterator();
            });
  }

  @Override
  public void run(SparseSlice.Request request, SparseSum sum) {
    int[] all = new int[data.features()];
    java.util.Arrays.setAll(all, j -> j);
    var unused =
        withPoints(
            request.point().at(all, all.length),
            points -> {
              sum.clear();
              for (Object[] part : collect(data, work, seed, request, points)) {
                SentSum sent = new SentSum(part);
                bytes += (long) Double.BYTES * sent.values.length;
                sent.foldInto(sum);
              }
              return sum;
            });
  }

  private static List<Object[]> collect(
      PackedRows data,
      Work work,
      long seed,
      SparseSlice.Request request,
      Broadcast<double[]> points) {
    long pass = request.pass();
    int batch = request.batch();
    int batches = request.batches();
    int features = data.features();
    return Jobs.collect(
        data.packed()
            .mapPartitions(
                partitions -> {
                  SparseSums sums =
                      new SparseSums(partitions.next().open(), work.loss(), seed, features);
                  SparseSlice slice = sums.slice(pass, batch, batches);
                  double[] sum = sums.computeAt(slice, points.value());
                  return Collections.singletonList(SentSum.ofFeatures(slice.features(), sum))
                      .iterator();
                },
                true));
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

  /** The point, and what stood behind it or null. */
  private static double[] @Nullable [] unpack(double[] packed, int length) {
    if (packed.length == length) {
      return new double[] @Nullable [] {packed, null};
    }
    return new double[] @Nullable [] {
      java.util.Arrays.copyOf(packed, length),
      java.util.Arrays.copyOfRange(packed, length, packed.length)
    };
  }

  /**
   * One partition's sums as the result of a task, which is sent as arrays alone: Spark reads
   * results with a class loader that may not know this class (see {@link ravine.cluster.Parcel}).
   */
  static final class SentSum {
    private final int dimension;

    /** What the values belong to; null where to every entry. */
    private final int @Nullable [] places;

    private final double[] values;

    /** As it was sent. */
    SentSum(Object[] sent) {
      this.values = (double[]) sent[0];
      this.places = sent.length == 1 ? null : (int[]) sent[1];
      this.dimension = sent.length == 1 ? PartialSum.dimension(values) : ((int[]) sent[2])[0];
    }

    /** Dense sums, without their zeros if that is shorter. */
    static Object[] of(double[] sum) {
      int[] places = PartialSum.places(sum);
      return places == null
          ? new Object[] {sum}
          : sent(PartialSum.gather(sum, places), places, PartialSum.dimension(sum));
    }

    /** Those of several models. */
    static Object[] whole(double[] sums) {
      return new Object[] {sums};
    }

    /** Sums at the features that were touched. */
    static Object[] ofFeatures(int[] features, double[] values) {
      return sent(values, features, PartialSum.dimension(values));
    }

    private static Object[] sent(double[] values, int[] places, int dimension) {
      return new Object[] {values, places, new int[] {dimension}};
    }

    int dimension() {
      return dimension;
    }

    void foldInto(double[] total, int @Nullable [] ends) {
      int[] some = places;
      if (ends != null) {
        PartialSum.fold(total, values, ends);
      } else if (some == null) {
        PartialSum.fold(total, values);
      } else {
        PartialSum.fold(total, some, values);
      }
    }

    void foldInto(SparseSum total) {
      int[] some = places;
      if (some != null) {
        total.fold(some, values);
      }
    }
  }

  /** Puts neighbouring partitions together. */
  private static final class Neighbours extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int groups;
    private final int size;

    Neighbours(int groups, int size) {
      this.groups = groups;
      this.size = size;
    }

    @Override
    public int numPartitions() {
      return groups;
    }

    @Override
    public int getPartition(Object index) {
      return (Integer) index / size;
    }
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {}
}
