package ravine.exchange;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the resident workers and the driver say to each other, as {@link Message}s.
 *
 * <pre>
 * worker to driver   hello   partition, attempt, −1
 *                    push    partition, attempt, step                       first: the sums
 *                    touch   partition, attempt, −1, pass, batch, batches  indices: features of that slice
 *                    pull    partition, attempt, step, pass, batch, batches
 *                                        first: the sums, indices: features of the slice to come
 * driver to worker   WAIT
 *                    STOP
 *                    ORDER   step, kind, pass, batch, batches, slot        first: point, second: other
 *                    SPARSE  step, pass, batch, batches                    first: point at the slice's features
 * </pre>
 *
 * <p>A sparse order to a partition of whose slice the driver does not know the features yet has no
 * point, and is answered by a touch. Afterwards the features of the slice that is likely next come
 * with the sums of the one before, and an order costs one message each way.
 *
 * <p>Orders about kept margins carry the points these belong to, so that a worker that has lost
 * them makes them again. What is sent then is at most two points, or a point and 2d numbers; what
 * comes back at most {@link Work#MOST_NUMBERS}.
 *
 * <p>A push of sums that are mostly zeros carries the indices of the others.
 *
 * <p>Within one process vectors are shared: a worker writes to its sums only between an order and
 * the push that answers it, and the driver does not write to the point until every partition has
 * pushed.
 */
final class Protocol {
  /** Nothing to do yet: say hello again. */
  static final int WAIT = 0;

  /** No more to do: end the task. */
  static final int STOP = 1;

  /** Compute and push. */
  static final int ORDER = 2;

  /** Compute at the features that the slice touches, and push. */
  static final int SPARSE = 3;

  private static final int SLICED = 6;

  private Protocol() {}

  static Message hello(int partition, long attempt) {
    return new Message(new long[] {partition, attempt, -1}, null, null);
  }

  static Message push(int partition, long attempt, long step, double[] sums) {
    return new Message(new long[] {partition, attempt, step}, sums, null);
  }

  /** The same where {@code places}, if not null, are those of all entries but zeros. */
  static Message push(
      int partition, long attempt, long step, double[] sums, int @Nullable [] places) {
    if (places == null) {
      return push(partition, attempt, step, sums);
    }
    long[] head = {partition, attempt, step};
    return new Message(head, PartialSum.gather(sums, places), null, places);
  }

  static Message touch(int partition, long attempt, SparseSlice slice) {
    return pull(partition, attempt, -1, null, slice);
  }

  static Message pull(
      int partition, long attempt, long step, double @Nullable [] sums, SparseSlice next) {
    long[] head = {partition, attempt, step, next.pass(), next.batch(), next.batches()};
    return new Message(head, sums, null, next.features());
  }

  /** The features of a slice that came with a message, or null. */
  static @Nullable SparseSlice slice(Message message) {
    if (message.headLength() < SLICED) {
      return null;
    }
    return new SparseSlice(
        message.head(3),
        (int) message.head(4),
        (int) message.head(5),
        Objects.requireNonNull(message.indices()));
  }

  static int partition(Message message) {
    return (int) message.head(0);
  }

  static long attempt(Message message) {
    return message.head(1);
  }

  /** The step a push answers, −1 for a hello. */
  static long pushedStep(Message message) {
    return message.head(2);
  }

  static Message waitMore() {
    return new Message(new long[] {WAIT}, null, null);
  }

  static Message stop() {
    return new Message(new long[] {STOP}, null, null);
  }

  static Message order(long step, StepRequest request) {
    long[] head = {
      ORDER,
      step,
      request.kind().code(),
      request.pass(),
      request.batch(),
      request.batches(),
      request.slot()
    };
    return new Message(head, request.point(), request.other());
  }

  static Message sparseOrder(
      long step, long pass, int batch, int batches, double @Nullable [] point) {
    return new Message(new long[] {SPARSE, step, pass, batch, batches}, point, null);
  }

  /** {@link #WAIT}, {@link #STOP}, {@link #ORDER} or {@link #SPARSE}. */
  static int verb(Message reply) {
    return (int) reply.head(0);
  }

  static long orderedStep(Message order) {
    return order.head(1);
  }

  /** The request, its vectors in the arrays of an earlier one where they fit and must be copied. */
  static StepRequest request(Message order, @Nullable StepRequest reuse) {
    return new StepRequest(
        StepRequest.Kind.of((int) order.head(2)),
        order.head(3),
        (int) order.head(4),
        (int) order.head(5),
        Objects.requireNonNull(order.first(reuse == null ? null : reuse.point())),
        order.second(reuse == null ? null : reuse.other()),
        (int) order.head(6));
  }
}
