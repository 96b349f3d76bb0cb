package ravine.exchange;

import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One question to all partitions and its answers: what each is sent, and what becomes of its sums.
 * Who is there and who has answered is the {@link Exchange}'s business.
 */
abstract class Question {
  final long step;

  private Question(long step) {
    this.step = step;
  }

  /** What a partition is sent; called in any thread, more than once if an attempt is replaced. */
  abstract Message order(int partition);

  /**
   * Takes a partition's sums; in the order in which they arrive.
   *
   * @throws IllegalArgumentException if they are not as long as asked for; nothing is decoded then
   */
  abstract void hold(int partition, Message push);

  /** Adds what was taken to the total; called once for each partition, in partition order. */
  abstract void fold(int partition);

  private static void require(boolean holds, int partition, Message push) {
    if (!holds) {
      throw new IllegalArgumentException(
          "partition "
              + partition
              + " sent "
              + push.firstLength()
              + " numbers, which are not the sums that were asked for");
    }
  }

  /** The same order for everybody, folded into one dense vector. */
  static final class Dense extends Question {
    private final Message order;
    private final double[] total;

    /** Each partition's array for sums that come as bytes. */
    private final double[][] decoded;

    private final double[][] sums;
    private final int[] @Nullable [] indices;

    /** Partitions that are folded into {@code group} before that is added to the total. */
    private final int groupSize;

    private final double[] group;

    /** Where the answers of several models end; null where it is one's. */
    private final int @Nullable [] ends;

    /** Sums of losses alone come without what stands before their tail. */
    private final boolean mayBeShort;

    /**
     * A question about to be asked.
     *
     * @param dimension of the sums
     * @param before the question before, over and done with, whose arrays this one takes over where
     *     their lengths fit
     */
    Dense(long step, StepRequest request, int partitions, int dimension, @Nullable Dense before) {
      super(step);
      this.order = Protocol.order(step, request);
      boolean fits = before != null && PartialSum.dimension(before.total) == dimension;
      this.total = before != null && fits ? before.total : PartialSum.create(dimension);
      this.decoded = before != null ? before.decoded : new double[partitions][];
      this.sums = new double[partitions][];
      this.indices = new int[partitions][];
      this.ends = Many.ends(request);
      this.groupSize = Many.groupSize(partitions, dimension, ends);
      this.group = groupSize == 1 ? total : PartialSum.create(dimension);
      this.mayBeShort = request.isLossAlone();
      clear(total);
    }

    /** The folded sums once every partition has been folded; overwritten by the next question. */
    double[] total() {
      return total;
    }

    @Override
    Message order(int partition) {
      return order;
    }

    @Override
    void hold(int partition, Message push) {
      int length = push.firstLength();
      int listed = push.indicesLength();
      boolean isShort = mayBeShort && length >= PartialSum.TAIL && length < total.length;
      require(
          listed < 0
              ? length == total.length || isShort
              : ends == null
                  && listed <= PartialSum.dimension(total)
                  && length == listed + PartialSum.TAIL,
          partition,
          push);
      int[] places = push.indices();
      if (places != null) {
        for (int place : places) {
          require(place >= 0 && place < PartialSum.dimension(total), partition, push);
        }
      }
      double[] sum = Objects.requireNonNull(push.first(decoded[partition]));
      if (push.isEncoded() && places == null) {
        decoded[partition] = sum;
      }
      sums[partition] = sum;
      indices[partition] = places;
    }

    @Override
    void fold(int partition) {
      int[] places = indices[partition];
      if (places == null) {
        add(group, sums[partition]);
      } else {
        PartialSum.fold(group, places, sums[partition]);
      }
      boolean last = (partition + 1) % groupSize == 0 || partition + 1 == sums.length;
      if (groupSize > 1 && last) {
        add(total, group);
        clear(group);
      }
    }

    private void add(double[] to, double[] sum) {
      int[] several = ends;
      if (several == null) {
        PartialSum.fold(to, sum);
      } else {
        PartialSum.fold(to, sum, several);
      }
    }

    private void clear(double[] sum) {
      int[] several = ends;
      if (several == null) {
        PartialSum.clear(sum);
      } else {
        PartialSum.clear(sum, several);
      }
    }
  }

  /** To each partition the point at the features its slice touches. */
  static final class Sparse extends Question {
    private final SparseSlice.Request request;
    private final SparseSum total;
    private final IntFunction<@Nullable SparseSlice> slices;
    private final SparseSlice[] asked;
    private final double[][] sums;

    /**
     * A question about to be asked.
     *
     * @param total overwritten
     * @param slices the last one whose features each partition has told; asked in any thread
     */
    Sparse(
        long step,
        SparseSlice.Request request,
        SparseSum total,
        int partitions,
        IntFunction<@Nullable SparseSlice> slices) {
      super(step);
      this.request = request;
      this.total = total;
      this.slices = slices;
      this.asked = new SparseSlice[partitions];
      this.sums = new double[partitions][];
      total.clear();
    }

    @Override
    Message order(int partition) {
      SparseSlice slice = slices.apply(partition);
      if (slice == null || !slice.is(request)) {
        return Protocol.sparseOrder(step, request, 0, null);
      }
      asked[partition] = slice;
      double[] point = request.point().at(slice.features(), slice.features().length);
      return Protocol.sparseOrder(step, request, slice.identity(), point);
    }

    /** Takes the sums only if they are at the features that the partition was sent the point at. */
    @Override
    void hold(int partition, Message push) {
      SparseSlice slice = asked[partition];
      if (slice == null || slice.identity() != Protocol.identity(push)) {
        throw new IllegalStateException(
            "the sums of partition " + partition + " are at other features than were asked for");
      }
      require(push.firstLength() == total.length(slice.features().length), partition, push);
      sums[partition] = Objects.requireNonNull(push.first(null));
    }

    @Override
    void fold(int partition) {
      total.fold(asked[partition].features(), sums[partition]);
    }
  }
}
